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


def test_rows_that_show_everything_cost_no_statement_more(client_for, wish, statements):
    from tenant_apps.desk.inbox.columns import COLUMNS

    ada = client_for("ada")
    wish(department="technical", tags=["lamp"])
    usual = count(ada, "/manager/inbox?view=open", statements)
    ada.post("/manager/inbox/columns", {"column": list(COLUMNS)})
    for _ in range(5):
        wish(department="technical", tags=["lamp"])
    assert count(ada, "/manager/inbox?view=open", statements) == usual


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
