"""The deleted requests: managers delete in the inbox, look at what is kept, and bring it back."""

import pytest

from tests.desk.inbox.conftest import do
from tests.desk.test_statements import count

__all__ = ["do"]


def test_ada_deletes_and_brings_back(client_for, do, wish):
    ticket, ada = wish(), client_for("ada")
    assert "Delete this request" in ada.get(f"/manager/inbox/{ticket.pk}").content.decode()
    gone = ada.post(f"/manager/inbox/{ticket.pk}/do", {"do": "delete"})
    assert gone["Location"] == "/manager/inbox"
    assert "can be brought back" in ada.get(gone["Location"]).content.decode()
    for path in ("/manager/inbox?view=open", f"/manager/inbox?q={ticket.number}", "/manager/board"):
        assert f"/manager/inbox/{ticket.pk}" not in ada.get(path).content.decode()
    assert ada.get(f"/manager/inbox/{ticket.pk}").status_code == 404

    listed = ada.get("/manager/deleted").content.decode()
    assert ticket.number in listed
    assert "by Ada Lind" in listed
    back = ada.post(f"/manager/deleted/{ticket.pk}", follow=True)
    assert back.redirect_chain == [(f"/manager/inbox/{ticket.pk}", 302)]
    assert "is back where it was" in back.content.decode()
    assert ada.post(f"/manager/deleted/{ticket.pk}").status_code == 404


def test_agents_have_no_button_and_no_view_of_it(client_for, do, wish, taken, ben, now):
    ticket, ben_at = taken(wish(), ben), client_for("ben")
    page = ben_at.get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert "Delete this request" not in page
    assert "/manager/deleted" not in page
    assert do("ben", ticket, "delete").status_code == 403
    assert now(ticket).deleted_at is None
    assert ben_at.get("/manager/deleted").status_code == 404


@pytest.mark.parametrize("verb", ["get", "post"])
def test_its_requester_is_told_that_it_is_not_there_any_more(client_for, do, wish, verb):
    ticket, cleo = wish(), client_for("cleo")
    do("ada", ticket, "delete")
    path = f"/requests/{ticket.pk}" if verb == "get" else f"/requests/{ticket.pk}/reply"
    answer = getattr(cleo, verb)(path, {"body": "Still flickering"})
    assert answer.status_code == 404
    assert "no longer there" in answer.content.decode()
    assert ticket.number not in cleo.get("/requests").content.decode()


def test_the_view_costs_the_same_for_many(client_for, do, wish, statements):
    ada = client_for("ada")
    do("ada", wish(), "delete")
    one = count(ada, "/manager/deleted", statements)
    for _ in range(3):
        do("ada", wish(), "delete")
    assert count(ada, "/manager/deleted", statements) == one <= 10
