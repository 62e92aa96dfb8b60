"""Who sees what of the apps: a company its people, Portico's staff numbers, and a request its report."""

import io
import json
import re

import pytest
from PIL import Image

from tenant_apps.telemetry.models import Event
from tests.telemetry.conftest import APP, event

REPORT = {
    "app": APP,
    "sync": {"state": "failing", "last_success_at": "2026-01-02T03:04:05Z", "pending": 12},
    "recent_errors": [
        {"at": "2026-01-02T03:05:00Z", "error_type": "TimeoutError", "error": "no answer for ada@acme.example"}
    ],
}


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def told(tell, count):
    tell("mia", event(), event("crash", error_type="ValueError", stack="ValueError\n at sync.py:1"))
    tell("ben", event(), event("feature_use", feature="export"))
    count()


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(kept, "PNG")
    kept.seek(0)
    kept.name = "screen.png"
    return kept


def test_managers_see_their_people_and_common_errors(client_for, told, mia):
    page = client_for("ada").get("/manager/settings/telemetry")
    for words in (
        "Mia Holt",
        "Ben Ode",
        "4.2.1",
        "ValueError at sync.py:#",
        "export",
        "1 crash",
        "2 people used the app",
    ):
        assert words in text_of(page)
    one = text_of(client_for("ada").get(f"/manager/settings/telemetry/{mia.id}"))
    assert "Mia Holt’s app" in one
    assert "used the app" not in one
    assert "Crashed" in one
    assert "Version 4.2.1 on Windows 11" in one


@pytest.mark.parametrize("name", ["ben", "mia", "cleo"])
def test_nobody_else_of_the_company_does(client_for, told, mia, name):
    client = client_for(name)
    assert client.get("/manager/settings/telemetry").status_code == 404
    assert client.get(f"/manager/settings/telemetry/{mia.id}").status_code == 404


@pytest.fixture
def known(inside, acme, ada):
    """Lin sees a request of Acme's to Portico, and so knows Acme."""
    from tenant_apps.tickets import actions

    with inside(acme):
        actions.open_ticket(subject="website", description="It hangs.", by=ada)


@pytest.mark.parametrize("name", ["lin", "eli", "max"])
def test_staff_see_numbers_of_whom_they_know_and_nobody_by_name(client_for, told, known, name):
    for path in ("/admin/telemetry", "/admin/telemetry/acme"):
        page = text_of(client_for(name).get(path))
        assert "Acme" in page
        for words in ("4.2.1", "2 people in the busiest hour of the last day", "Features used 1 time"):
            assert words in page
        assert "Mia" not in page
        assert "ValueError" not in page
    assert client_for(name).get("/admin/telemetry/nowhere").status_code == 404


@pytest.mark.parametrize("name", ["lin", "una"])
def test_a_company_that_one_does_not_know_is_in_no_list_of_numbers(client_for, told, name):
    client = client_for(name)

    page = text_of(client.get("/admin/telemetry"))
    assert "4.2.1" in page, "all companies together are everybody's"
    assert "Acme" not in page
    assert client.get("/admin/telemetry/acme").status_code == 404


def ask(api, **more):
    fields = {"subject": "It hangs", "description": "When I export.", "category": "bug"}
    return api.post("/api/v1/desktop/tickets", fields | {"diagnostics": json.dumps(REPORT)} | more)


def test_a_manager_asks_portico_out_of_the_app(api_for, client_for, outside):
    from shared_apps.console.models import TicketIndex

    made = ask(api_for("ada"), screenshot=picture())

    assert (made.status_code, made.json()["desk"]) == (201, "platform")
    assert made.json()["url"].endswith(f"/manager/tickets/{made.json()['id']}")
    page = client_for("ada").get(f"/manager/tickets/{made.json()['id']}")
    for words in ("Bug: It hangs", "Desktop app", "Fails", "12 records", "TimeoutError", "screen.png"):
        assert words in text_of(page) or words in page.content.decode()
    with outside():
        index = TicketIndex.objects.get()
    console = client_for("sam").get(f"/admin/tickets/{index.pk}")
    assert "TimeoutError" in text_of(console)
    assert "12 records" in text_of(console)
    assert "ada@acme.example" not in console.content.decode()


@pytest.mark.parametrize("how", ["retired", "merged"])
def test_the_apps_form_works_when_its_subject_is_gone(api_for, outside, something_else, how):
    from shared_apps.console.models import TicketIndex

    something_else(how)
    assert ask(api_for("ada")).status_code == 201
    with outside():
        assert TicketIndex.objects.get().sub_subject == "Bug: It hangs"


def test_a_member_asks_the_companys_own_desk(api_for, client_for, inside, acme):
    made = ask(api_for("mia"), category="billing").json()

    assert made["desk"] == "company"
    assert made["url"].endswith(f"/requests/{made['id']}")
    page = text_of(client_for("ada").get(f"/manager/inbox/{made['id']}"))
    assert "It hangs" in page
    assert "TimeoutError" in page
    with inside(acme):
        assert Event.objects.get().ticket_id is not None


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"category": "gossip"}, "category"),
        ({"diagnostics": "no json"}, "diagnostics"),
        ({"diagnostics": json.dumps({"app": APP, "colour": "red"})}, "diagnostics"),
        ({"subject": ""}, "subject"),
        ({"more": "x"}, "more"),
    ],
)
def test_what_is_wrong_is_told_and_no_request_is_made(api_for, inside, acme, wrong, place):
    from tenant_apps.tickets.models import Ticket

    answer = ask(api_for("ada"), **wrong)
    assert (answer.status_code, [*answer.json()["errors"]]) == (422, [place])
    with inside(acme):
        assert not Ticket.objects.exists()


def test_a_request_without_a_report_is_one_too(api_for):
    fields = {"subject": "A wish", "description": "Dark mode.", "category": "feature_request"}
    assert api_for("ada").post("/api/v1/desktop/tickets", fields).status_code == 201
