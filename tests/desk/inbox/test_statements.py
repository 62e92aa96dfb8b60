"""What the pages cost: the same for one row as for many."""

import pytest

from tests.desk.test_statements import count

LIST, DETAIL, REPLY = 10, 12, 15
QUERIES = "view=open", "view=unassigned&sort=priority", "view=favourites", "view=mentions", "q=lamp", "tag=x"


@pytest.mark.parametrize("query", QUERIES)
def test_the_list_costs_the_same_for_many_rows(client_for, wish, statements, query):
    ada = client_for("ada")
    wish()
    one = count(ada, f"/manager/inbox?{query}", statements)
    for _ in range(5):
        wish()
    assert count(ada, f"/manager/inbox?{query}", statements) == one <= LIST


def test_a_conversation_costs_the_same_for_many_messages(client_for, wish, taken, statements, inside, acme, ben):
    from tenant_apps.tickets import actions

    ticket, client = taken(wish(), ben), client_for("ben")
    path = f"/manager/inbox/{ticket.pk}"
    one = count(client, path, statements)
    with inside(acme):
        for place in range(5):
            actions.reply(ticket, f"More {place}", by=ben, internal=place % 2 == 1)
    assert count(client, path, statements) == one <= DETAIL


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_a_reply_costs_little(client_for, wish, taken, statements, ben, mode):
    ticket, client = taken(wish(), ben), client_for("ben")
    costs = []
    for _ in range(3):
        with statements() as sent:
            client.post(f"/manager/inbox/{ticket.pk}/reply", {"body": "Hello", "mode": mode})
        costs.append(len([one for one in sent.captured_queries if one["sql"] not in {"BEGIN", "COMMIT"}]))
    assert min(costs) <= REPLY
