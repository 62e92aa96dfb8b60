"""One person in one chair: whoever is somebody of a company is nobody else, in no other browser or company."""

from datetime import timedelta

import pytest

from portico import clock
from tests.visits.conftest import WHY, code_of, hand_over


def test_nobody_begins_a_visit_within_a_visit(agreed, wanted, cleo, mia, visitor, visits):
    agreed("act")
    first, second = code_of(wanted("sam", cleo)), code_of(wanted("sam", mia))

    assert hand_over(visitor("acme"), first).status_code == 302
    assert hand_over(visitor("acme"), second).status_code == 409
    assert [one.person_name for one in visits(state="running")] == ["Cleo Marsh"]


@pytest.fixture
def elsewhere(inside, borealis, bo, bea, client_for):
    """`elsewhere()` = the console's answer when Sam, in another browser, wants to be Bea of Borealis."""
    from tenant_apps.tickets import actions
    from tenant_apps.visits import actions as visits

    with inside(borealis):
        ticket = actions.open_ticket(subject="website", description="Bea cannot log in.", by=bo)
        visits.agree("act", clock.now() + timedelta(days=7), "", by=bo)

    def want():
        said = {"person": bea.id, "mode": "read", "reason": WHY, "do": "begin"}
        return client_for("sam").post(f"/admin/tickets/{ticket.index_id}/view-as", said)

    return want


def test_one_person_sits_in_one_chair_over_all_companies_and_browsers(come_in, cleo, elsewhere):
    browser = come_in("sam", cleo)

    refused = elsewhere()
    assert refused.status_code == 409
    assert "You are Cleo Marsh at Acme now" in refused.content.decode()
    browser.post("/visit/leave")
    assert elsewhere().status_code == 200


def test_a_visit_stands_in_the_way_for_its_half_hour(come_in, cleo, elsewhere):
    come_in("sam", cleo)
    with clock.at(clock.now() + timedelta(minutes=29)):
        assert elsewhere().status_code == 409
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert elsewhere().status_code == 200


def test_of_two_visits_that_begin_at_once_in_two_companies_the_later_goes_on(
    agreed, wanted, cleo, elsewhere, visitor, visits
):
    agreed("act")
    here, there = code_of(wanted("sam", cleo)), code_of(elsewhere())
    at_acme, at_borealis = visitor("acme"), visitor("borealis")
    assert hand_over(at_acme, here).status_code == 302
    assert at_acme.get("/requests").status_code == 200
    assert hand_over(at_borealis, there).status_code == 302

    over = at_acme.get("/requests")
    assert over.status_code == 410
    assert "They began another visit" in over.content.decode()
    assert [one.why for one in visits()] == ["elsewhere"]
    assert at_borealis.get("/manager/inbox").status_code == 200


def test_whoever_is_somebody_is_told_before_it_asks(agreed, client_for, question, cleo, mia, visitor):
    agreed("act")
    sam, path = client_for("sam"), f"/admin/tickets/{question.index_id}/view-as"
    said = {"mode": "read", "reason": WHY, "do": "begin"}
    hand_over(visitor("acme"), code_of(sam.post(path, said | {"person": cleo.id})))

    refused = sam.post(path, said | {"person": mia.id})
    assert refused.status_code == 409
    assert "You are Cleo Marsh at Acme now" in refused.content.decode()
    assert sam.post(path, {"do": "end"}).status_code == 302
    assert sam.post(path, said | {"person": mia.id}).status_code == 200
