"""What was passed on: its history, the queue narrowed to it, the next one, the company's side, the index, its price."""

import re

import pytest
from django.db import transaction

from portico.actor import SEES_ALL
from portico.database import platform_scope
from shared_apps.accounts.models import User
from shared_apps.console import desk, verify
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import levels
from tests.console.test_pages import asked, row_of, text_of
from tests.console.test_passing import WHY, passed, staffed
from tests.console.test_statements import MOST, count

__all__ = ["asked", "row_of", "staffed"]


def test_the_history_says_who_how_long_through_whom_and_why(client_for, asked, staffed, eli, sam):
    key, lin, as_eli = asked(), client_for("lin"), client_for("eli")
    passed(lin, key, "engineer")
    as_eli.post(f"/admin/tickets/{key}/assign", {"admin": str(eli.id)})
    passed(as_eli, key, str(sam.id), "Needs a decision.")

    said = text_of(as_eli.get(f"/admin/tickets/{key}"))

    history = said[said.index("Whose work it was") :]
    parts = ["Sam Oduya", "escalated by Eli Roy", "Needs a decision.", "Eli Roy", "took it", "Waited for an engineer"]
    parts += ["escalated by Lin Haas", WHY, "Nobody", "opened by Ada Lind"]
    place = 0
    for part in parts:
        place = history.index(part, place)


def test_what_is_done_waits_for_nobody(client_for, asked, staffed):
    key, sam = asked(), client_for("sam")
    passed(sam, key, "engineer")
    assert "Escalated to engineers" in text_of(sam.get(f"/admin/tickets/{key}"))
    sam.post(f"/admin/tickets/{key}/status", {"status": "solved"})
    assert "Escalated to" not in text_of(sam.get(f"/admin/tickets/{key}"))
    assert "escalated by Sam Oduya" in text_of(sam.get(f"/admin/tickets/{key}"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("any", {"a", "b"}), ("engineer", {"a"}), ("supervisor", {"b"}), ("nonsense", {"a", "b", "c", "d"})],
)
def test_the_queue_is_narrowed_to_what_is_escalated_and_open(client_for, asked, query, found):
    keys = [asked(sub_subject=f"part-{one}") for one in "abcd"]
    sam = client_for("sam")
    for key, level in zip(keys, ["engineer", "supervisor", "engineer"], strict=False):
        passed(sam, key, level)
    sam.post(f"/admin/tickets/{keys[2]}/status", {"status": "solved"})

    page = sam.get(f"/admin/tickets?escalated={query}").content.decode()

    assert set(re.findall(r"part-(\w)", page)) == found
    assert "Escalated to " in text_of(sam.get("/admin/tickets"))


def test_the_next_one_is_nobodys_below_its_level(asked, staffed, client_for, actor_for):
    passed(client_for("lin"), asked(), "engineer")
    passed(client_for("lin"), asked(), "supervisor")

    def next_for(name):
        actor = actor_for(name)
        with platform_scope(), transaction.atomic():
            row = desk.take_next(by=actor)
            return row.escalation if row else None

    assert [next_for(one) for one in ("lin", "eli", "eli", "sam")] == [None, 1, None, 2]


def test_the_company_reads_that_it_was_passed_on_and_never_why(client_for, asked, staffed, row_of):
    key = asked()
    passed(client_for("lin"), key, "engineer")
    ada, ticket = client_for("ada"), row_of(key).ticket_id

    pages = [ada.get(path).content.decode() for path in (f"/manager/tickets/{ticket}", "/manager/audit")]
    files = [b"".join(ada.get(f"/manager/audit.{form}").streaming_content).decode() for form in ("csv", "jsonl")]

    assert all("Lin Haas passed this on" in re.sub(r"\s+", " ", page) for page in pages)
    assert not [one for one in (*pages, *files) if WHY in one or "engineer" in one]


def test_the_index_is_compared_with_how_far_up_it_is(client_for, asked, staffed, acme, outside):
    key = asked()
    passed(client_for("lin"), key, "engineer")
    assert verify.drift_of(acme) == []
    with outside():
        TicketIndex.objects.filter(pk=key).update(escalation=0)

    found = verify.drift_of(acme)
    assert [one.kind for one in found] == [verify.DIFFERENT]
    verify.repair(acme, found)
    assert verify.drift_of(acme) == []


def test_those_who_lead_take_on_everything():
    assert {levels.level_of(one) for one in SEES_ALL} == {levels.SUPERVISOR}


@pytest.mark.parametrize("name", ["lin", "sam"])
def test_what_was_passed_on_and_noted_often_costs_a_look_no_more(client_for, asked, staffed, name):
    key, client, lead = asked(), client_for(name), client_for("sam")

    def more():
        for level in ("supervisor", "engineer"):
            passed(lead, key, level)
            lead.post(f"/admin/tickets/{key}/notes", {"note": "For us."})

    more()
    one = count(client, f"/admin/tickets/{key}")
    more()
    assert count(client, f"/admin/tickets/{key}") == one <= MOST


def test_the_page_on_which_it_is_passed_on_costs_the_same_for_many_colleagues(client_for, asked, outside):
    path, lin = f"/admin/tickets/{asked()}/pass-on", client_for("lin")
    one = count(lin, path)
    with outside():
        for place in range(5):
            about = {"name": f"New {place}", "role": "platform_engineer", "profile": {"skills": [f"skill {place}"]}}
            User.objects.create(email=f"new{place}@portico.example", **about)

    assert count(lin, path) == one <= MOST
