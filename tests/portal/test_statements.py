"""What the portal's pages cost: a bounded number of statements, and the same for one row as for many."""

import pytest

LIST, DETAIL, REPLY = 8, 12, 15


def cost(client, path, statements, *, post=None):
    """The statements of a usual look, after the first one that fills caches."""
    return min(_cost(client, path, statements, post) for _ in range(2))


def _cost(client, path, statements, post):
    with statements() as sent:
        answer = client.post(path, post) if post else client.get(path)
    assert answer.status_code == (302 if post else 200)
    return len([one for one in sent.captured_queries if one["sql"] not in {"BEGIN", "COMMIT"}])


@pytest.mark.parametrize(
    "path", ["/", "/requests", "/requests?show=all", "/requests?q=lamp", "/requests?whose=all&show=all"]
)
def test_a_list_costs_the_same_for_many_rows(client_for, wish, sees, statements, path):
    sees("cleo", "all")
    cleo = client_for("cleo")
    wish()
    one = cost(cleo, path, statements)
    for _ in range(5):
        wish()

    assert cost(cleo, path, statements) == one <= LIST


def test_a_conversation_costs_the_same_for_many_messages(client_for, wish, act, statements, ada, mia):
    ticket, cleo = wish(), client_for("cleo")
    act("watch", ticket, mia.id, True, by=ada)
    path = f"/requests/{ticket.pk}"
    one = cost(cleo, path, statements)
    for place in range(5):
        act("reply", ticket, f"More {place}", by=ada)

    assert cost(cleo, path, statements) == one <= DETAIL


def test_the_first_look_at_an_answer_is_within_the_bound_too(client_for, wish, act, statements, ada):
    ticket, cleo = wish(), client_for("cleo")
    act("reply", ticket, "Which lamp?", by=ada)
    assert _cost(cleo, f"/requests/{ticket.pk}", statements, None) <= DETAIL + 3


def test_a_reply_is_within_its_bound(client_for, wish, statements):
    ticket, cleo = wish(), client_for("cleo")
    assert cost(cleo, f"/requests/{ticket.pk}/reply", statements, post={"body": "One more thing."}) <= REPLY


def test_saying_how_it_went_and_reading_it_are_within_their_bounds(client_for, wish, act, statements, ada):
    ticket, cleo = wish(), client_for("cleo")
    act("change_status", ticket, "resolved", by=ada)
    path = f"/requests/{ticket.pk}"
    assert _cost(cleo, f"{path}/rate", statements, {"rating": "good"}) <= REPLY
    assert cost(cleo, path, statements) <= DETAIL


def test_the_form_costs_no_more_than_a_list(client_for, statements):
    assert cost(client_for("cleo"), "/requests/new", statements) <= LIST


def test_the_door_costs_a_stranger_nothing(visitor, statements):
    assert cost(visitor("acme"), "/", statements) == 0
