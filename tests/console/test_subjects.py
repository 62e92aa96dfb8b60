"""The subject catalogue by pages."""

import re

import pytest

from shared_apps.staff.models import Subject
from tenant_apps.tickets import actions, catalogue
from tests.console.test_team import text_of

PLACE = "/admin/team/subjects"


@pytest.fixture(autouse=True)
def fresh_catalogue():
    catalogue.forget()
    yield
    catalogue.forget()


def test_a_subject_is_added_and_a_taken_name_refused(client_for):
    sam, ada = client_for("sam"), client_for("ada")
    assert "Apps is on offer" in text_of(sam.post(PLACE, {"label": "Apps"}, follow=True))
    assert "Apps" in text_of(ada.get("/manager/tickets/new"))
    refused = sam.post(PLACE, {"label": "apps"})
    assert refused.status_code == 422
    assert "called that already" in text_of(refused)


def test_a_subject_is_renamed_and_that_undone(client_for):
    sam = client_for("sam")
    page = sam.post(f"{PLACE}/billing", {"label": "Money", "seen": "Billing"}, follow=True)
    assert "Money" in text_of(page)
    undo = re.search(r'action="(/admin/team/undo/[0-9a-f-]+)"', page.content.decode())[1]
    assert "Money" not in text_of(sam.post(undo, follow=True))
    assert sam.post(f"{PLACE}/billing", {"label": ""}).status_code == 422


def test_the_second_who_renames_is_told(client_for):
    sam = client_for("sam")
    sam.post(f"{PLACE}/billing", {"label": "Money", "seen": "Billing"})
    assert client_for("omar").post(f"{PLACE}/billing", {"label": "Invoices", "seen": "Billing"}).status_code == 409


def test_a_retired_subject_is_offered_to_companies_no_more(client_for):
    sam, ada = client_for("sam"), client_for("ada")
    sam.post(f"{PLACE}/billing/retire")
    assert "Billing" not in text_of(ada.get("/manager/tickets/new"))
    refused = ada.post("/manager/tickets/new", {"subject": "billing", "description": "?"})
    assert refused.status_code == 422
    assert "Billing" in text_of(sam.get(PLACE))
    sam.post(f"{PLACE}/billing/bring-back")
    assert "Billing" in text_of(ada.get("/manager/tickets/new"))


def test_a_subject_moves_up(client_for, outside):
    sam = client_for("sam")
    assert sam.post(f"{PLACE}/email/move", {"way": "up"}).status_code == 302
    with outside():
        assert list(Subject.objects.values_list("key", flat=True))[:2] == ["email", "website"]
    assert sam.post(f"{PLACE}/email/move", {"way": "sideways"}).status_code == 422


def test_a_merge_says_what_it_means_and_wants_to_be_sure(client_for, inside, outside, acme, ada):
    with inside(acme):
        actions.open_ticket(subject="website", description="?", by=ada)
    sam = client_for("sam")
    page = text_of(sam.get(f"{PLACE}/website/merge"))
    assert "1 request of 1 company will be about the other subject" in page
    assert "Lin Haas covers it and will cover the other subject" in page

    assert sam.post(f"{PLACE}/website/merge", {"into": "domains"}).status_code == 422
    done = text_of(sam.post(f"{PLACE}/website/merge", {"into": "domains", "sure": "on"}, follow=True))
    assert "Website becomes part of Domains" in done
    assert "0 of 1" in done
    assert sam.get(f"{PLACE}/website/merge").status_code == 404


@pytest.mark.parametrize("path", ["", "/billing", "/billing/merge"])
def test_support_has_no_business_with_the_catalogue(client_for, path):
    assert client_for("lin").get(f"{PLACE}{path}").status_code == 404
    assert client_for("sam").get(f"{PLACE}{path}").status_code == 200


@pytest.mark.parametrize("path", ["/weather", "/weather/merge"])
def test_an_unknown_subject_is_missing(client_for, path):
    assert client_for("sam").get(f"{PLACE}{path}").status_code == 404
