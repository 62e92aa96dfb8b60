"""The audit's pages: the company's over its own journal, the console's over all companies."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from portico.context import request_id
from portico.events import record
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.console import desk
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions
from tenants.life import actions as life
from tenants.models import Company
from tests.support.cast import PASSWORD, email_of


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def rows_of(page):
    return re.findall(r'id="event-([0-9a-f-]+)"', page.content.decode())


@pytest.fixture
def asked(inside, acme, ada):
    token = request_id.set("r-asked")
    try:
        with inside(acme):
            return actions.open_ticket(subject="website", description="The lamp is out.", by=ada)
    finally:
        request_id.reset(token)


@pytest.fixture
def answered(outside, asked, lin):
    with outside():
        from shared_apps.console.models import TicketIndex

        desk.reply(TicketIndex.objects.get().pk, "Try the other switch.", by=lin)
    return asked


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused_in_words(client_for, day):
    for name, path in (("ada", "/manager/audit"), ("omar", "/admin/audit")):
        page = client_for(name).get(f"{path}?since={day}&until={day}")
        assert page.status_code == 422
        assert "Please give a day." in page.content.decode()


def test_signing_in_and_out_and_not_being_let_in_stand_in_the_companys_audit(visitor, client_for):
    browser, ada = visitor("acme"), email_of("ada")
    browser.post("/login", {"email": ada, "password": "wrong"})
    browser.post("/login", {"email": "hunter2-is-my@password.example", "password": "wrong"})
    browser.post("/login", {"email": ada, "password": PASSWORD})
    browser.post("/logout")

    page = text_of(client_for("olga").get("/manager/audit"))

    for words in (
        "Ada Lind signed in",
        "Ada Lind signed out",
        "Somebody was not let in as Ada Lind",
        "Somebody unknown was not let in",
    ):
        assert words in page
    assert "hunter2" not in page


def test_the_platforms_own_people_stand_in_the_platforms_audit_and_no_company_does(visitor, client_for):
    visitor("console").post("/login", {"email": email_of("lin"), "password": PASSWORD})
    visitor("console").post("/login", {"email": email_of("lin"), "password": "wrong"})
    visitor("acme").post("/login", {"email": email_of("ada"), "password": PASSWORD})

    page = text_of(client_for("sam").get("/admin/audit?action=session."))

    assert "Lin Haas signed in" in page
    assert "not let in as Lin Haas" in page
    assert "Ada Lind" not in page


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        *[(name, "/manager/audit", 200) for name in ("olga", "ada")],
        *[(name, path, 404) for name in ("ben", "mia", "cleo") for path in ("/manager/audit", "/manager/audit.csv")],
        *[(name, "/admin/audit", 200) for name in ("omar", "ann", "sam")],
        *[(name, path, 404) for name in ("lin", "eli") for path in ("/admin/audit", "/admin/audit.jsonl")],
        ("ada", "/manager/audit.pdf", 404),
    ],
)
def test_the_audit_is_for_those_who_lead(client_for, name, path, status):
    assert client_for(name).get(path).status_code == status


def test_a_company_sees_what_portico_did_and_nothing_of_how(client_for, answered):
    page = client_for("ada").get("/manager/audit?who=Lin+Haas")

    assert "Lin Haas replied" in text_of(page)
    assert "Portico" in text_of(page)
    assert "sender_type" not in page.content.decode()
    assert "Try the other switch" not in page.content.decode()


def test_who_acts_for_whom_and_why_is_said(client_for, inside, acme, ada):
    with inside(acme):
        record("ticket.looked_at", None, by=replace(ada, acting_for="Cleo Marsh"), reason="Asked on the phone")
        record("ticket.looked_at", None, by=ada)

    page = client_for("olga").get("/manager/audit?acting_for=Cleo+Marsh")

    assert "as Cleo Marsh" in text_of(page)
    assert "Reason: Asked on the phone" in text_of(page)
    assert len(rows_of(page)) == 1


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ("who=Ada+Lind", 1),
        ("who=Ada", 0),
        ("action=ticket.create", 1),
        ("action=ticket.", 2),
        ("action=team.", 0),
        ("request=r-asked", 1),
        ("since=2020-01-01", 2),
        ("until=2020-01-01", 0),
        ("ticket=TICK-0000-0001", 0),
        ("company=acme", 2),
        ("company=borealis", 0),
        ("company=nowhere", 0),
    ],
)
def test_the_consoles_audit_is_narrowed(client_for, answered, narrowed, count):
    page = client_for("sam").get(f"/admin/audit?{narrowed}")
    assert (page.status_code, len(rows_of(page))) == (200, count)
    if not narrowed.startswith("company"):
        assert len(rows_of(client_for("ada").get(f"/manager/audit?{narrowed}"))) == count


def test_what_was_decided_about_a_company_is_found_with_what_happened_in_it(client_for, outside, answered, acme, omar):
    with outside():
        life.suspend(Company.objects.get(pk=acme.id), by=omar, notice="The bill is open.")

    assert len(rows_of(client_for("sam").get("/admin/audit?company=acme"))) == 3
    assert len(rows_of(client_for("sam").get("/admin/audit?company=borealis"))) == 0


def test_everything_about_a_ticket_is_found_by_its_number(client_for, answered):
    for name, path in (("ada", "/manager/audit"), ("sam", "/admin/audit")):
        assert len(rows_of(client_for(name).get(f"{path}?ticket={answered.number}"))) == 2


def test_a_day_that_is_none_is_told_and_finds_nothing(client_for, answered):
    page = client_for("ada").get("/manager/audit?since=yesterday")
    assert page.status_code == 422
    assert "Please give a day." in text_of(page)
    assert rows_of(page) == []


def test_pages_follow_each_other_without_a_gap(client_for, inside, acme, many_events):
    many_events(120)
    client = client_for("ada")
    found, address = [], "/manager/audit"
    while address:
        page = client.get(address)
        found += rows_of(page)
        after = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = f"/manager/audit{after[1]}" if after else ""
    with inside(acme):
        assert found == [str(one) for one in Event.objects.order_by("-at", "-id").values_list("pk", flat=True)]
    assert client.get("/manager/audit?cursor=nonsense").status_code == 302


def test_all_of_it_can_be_taken_along_and_that_is_written_down(client_for, inside, acme, many_events):
    many_events(2_500)  # more than is read at once
    table = b"".join(client_for("ada").get("/manager/audit.csv?action=ticket.").streaming_content).decode()
    lines = b"".join(client_for("ada").get("/manager/audit.jsonl").streaming_content).decode().splitlines()

    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 2_500
    assert {row["verb"] for row in rows} == {"ticket.looked_at"}
    assert len({json.loads(line)["id"] for line in lines}) == 2_502  # and the two exports themselves
    with inside(acme):
        told = Event.objects.filter(verb="audit.export").order_by("id").values_list("actor_label", "facts")
        assert list(told) == [
            ("Ada Lind", {"form": "csv", "narrowed": {"action": "ticket."}}),
            ("Ada Lind", {"form": "jsonl", "narrowed": {}}),
        ]


def test_no_line_of_a_table_is_a_formula(client_for, inside, acme, ada):
    with inside(acme):
        record("ticket.x", None, by=replace(ada, label="=cmd|' /C calc'!A0"), reason="@SUM(1)")
    table = b"".join(client_for("ada").get("/manager/audit.csv").streaming_content).decode()
    assert "'=cmd" in table
    assert "'@SUM" in table


def test_the_platforms_audit_is_taken_along_with_companies(client_for, outside, answered, acme):
    lines = b"".join(client_for("omar").get("/admin/audit.jsonl?company=acme").streaming_content).decode().splitlines()
    assert {json.loads(line)["company_id"] for line in lines} == {acme.id}
    with outside():
        row = PlatformAuditLog.objects.get(verb="audit.export")
        assert (row.actor_label, row.facts["narrowed"]) == ("Omar Said", {"company": "acme"})


def test_who_took_a_file_stands_in_the_journal_and_staff_in_the_audit_too(client_for, inside, outside, acme, ada):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tenant_apps.tickets import attachments

    with inside(acme):
        kept = attachments.receive(SimpleUploadedFile("plan.txt", b"A plan"), by=ada)
        ticket = actions.open_ticket(subject="website", description="?", by=ada, files=[kept.pk])
    client_for("ada").get(f"/files/{kept.pk}")
    client_for("lin").get(f"/admin/tickets/{ticket.index_id}/files/{kept.pk}")

    journal, audit = (text_of(client_for(who).get(where)) for who, where in PLACES)
    assert "Ada Lind downloaded plan.txt" in journal
    assert "Lin Haas downloaded plan.txt" in journal
    assert "Lin Haas downloaded plan.txt" in audit
    assert "Ada Lind downloaded" not in audit


PLACES = [("olga", "/manager/audit"), ("sam", "/admin/audit")]
