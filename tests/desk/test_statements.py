"""What the pages cost: never more than ten statements, and the same for one row as for many."""

import pytest

MOST = 10


def count(client, path, statements):
    """The statements of a usual look: not of the first, nor of the one that reads the catalogue anew."""
    return min(_count(client, path, statements) for _ in range(3))


def _count(client, path, statements):
    with statements() as sent:
        page = client.get(path)
    assert page.status_code == 200
    return len([one for one in sent.captured_queries if one["sql"] not in {"BEGIN", "COMMIT"}])


@pytest.mark.parametrize("path", ["/manager/tickets", "/manager/tickets?status=new"])
def test_the_list_costs_the_same_for_many_rows(client_for, asked, statements, path):
    ada = client_for("ada")
    asked()
    one = count(ada, path, statements)
    for _ in range(5):
        asked()

    assert count(ada, path, statements) == one <= MOST


def test_a_conversation_costs_the_same_for_many_messages(client_for, asked, acme, ada, inside, statements):
    from tenant_apps.tickets import actions

    ticket, client = asked(), client_for("ada")
    path = f"/manager/tickets/{ticket.pk}"
    one = count(client, path, statements)
    with inside(acme):
        for place in range(5):
            actions.reply(ticket, f"More {place}", by=ada)

    assert count(client, path, statements) == one <= MOST
