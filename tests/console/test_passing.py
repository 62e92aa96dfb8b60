"""Passing on, on the console's pages: who is on offer, what is said before, where one lands, undo and history."""

import re
import threading

import pytest
from django.db import connections, transaction

from portico.actor import SEES_ALL
from portico.database import platform_scope
from portico.errors import Refused
from shared_apps.accounts.models import User
from shared_apps.console import desk, passing, verify
from shared_apps.console.models import TicketIndex
from shared_apps.staff.models import TicketCoverage
from tests.console.test_bulk import undo
from tests.console.test_pages import asked, row_of, text_of
from tests.console.test_statements import MOST, count

__all__ = ["asked", "row_of"]
WHY = "The certificate chain is broken."


@pytest.fixture
def staffed(outside, lin, eli, una):
    """Eli covers what Lin covers, and Una is good at DNS."""
    with outside():
        TicketCoverage.objects.create(platform_admin_id=eli.id, subject_id="website")
        User.objects.filter(pk=una.id).update(profile={"skills": ["dns"]})


def passed(client, index_id, to, reason=WHY, **more):
    return client.post(f"/admin/tickets/{index_id}/pass-on", {"to": to, "reason": reason} | more, follow=True)


def test_lin_sees_whom_it_can_go_to_and_what_they_have_to_do(client_for, asked, staffed, una, sam, outside):
    busy, key = asked(), asked()
    with outside():
        desk.assign(busy, una.id, by=sam)

    page = text_of(client_for("lin").get(f"/admin/tickets/{key}/pass-on"))

    assert "It waits for Eli Roy." in page
    assert re.search(r"Una Weiss , support 1 open Good at dns\. Sees it once it is theirs\.", page)
    assert re.search(r"Eli Roy , engineer 0 open Sees it already\.", page)
    assert "Max Orr" not in page
    assert "You will no longer see" not in page


def test_a_specialisation_narrows_the_choice(client_for, asked, staffed):
    page = text_of(client_for("lin").get(f"/admin/tickets/{asked()}/pass-on?skill=dns"))
    assert "Una Weiss" in page
    assert "Eli Roy ," not in page


def test_sam_can_give_it_to_anybody(client_for, asked, row_of, outside):
    key = asked()
    page = text_of(client_for("sam").get(f"/admin/tickets/{key}/pass-on"))
    with outside():
        others = set(User.objects.exclude(name="Sam Oduya").values_list("name", flat=True))
    assert all(name in page for name in others)


def test_it_waits_for_engineers_and_says_for_whom(client_for, asked, staffed, row_of):
    key, lin = asked(), client_for("lin")

    page = passed(lin, key, "engineer")

    assert page.redirect_chain == [(f"/admin/tickets/{key}", 302)]
    said = text_of(page)
    assert f"{row_of(key).number} waits for an engineer now." in said
    assert "Escalated to engineers. It waits for an engineer who sees website: Eli Roy." in said
    assert f"Lin Haas escalated this to engineers: {WHY}" in said
    assert row_of(key).escalation == 1


def test_when_nobody_of_the_level_sees_it_that_is_said_before(client_for, asked):
    page = text_of(client_for("lin").get(f"/admin/tickets/{asked()}/pass-on"))
    assert "None of them sees website: choose one by name below." in page


def test_who_loses_sight_is_told_before_lands_on_the_list_and_can_take_it_back(
    client_for, asked, row_of, una, sam, outside
):
    key, client = asked(), client_for("una")
    with outside():
        desk.assign(key, una.id, by=sam)
    assert "You will no longer see it." in text_of(client.get(f"/admin/tickets/{key}/pass-on"))

    page = passed(client, key, "engineer")
    assert page.redirect_chain == [("/admin/tickets", 302)]
    assert "It has left your queue." in text_of(page)
    assert client.get(f"/admin/tickets/{key}").status_code == 404

    assert "1 request changed." in text_of(undo(client, page))
    assert (row_of(key).assignee_id, row_of(key).escalation) == (una.id, 0)


def test_the_undo_is_for_the_one_who_did_it_and_for_nothing_that_went_on(client_for, asked, staffed, row_of):
    key, lin, sam = asked(), client_for("lin"), client_for("sam")
    page = passed(lin, key, "engineer")
    assert "too late" in text_of(undo(sam, page))
    client_for("eli").post(f"/admin/tickets/{key}/reply", {"body": "Looking at it."})

    assert "Not done for 1" in text_of(undo(lin, page))
    assert row_of(key).escalation == 1


def test_somebody_above_is_an_escalation_and_somebody_beside_a_hand_over(client_for, asked, staffed, row_of, eli, una):
    up, over, lin = asked(), asked(), client_for("lin")
    passed(lin, up, str(eli.id))
    passed(lin, over, str(una.id))

    assert (row_of(up).escalation, row_of(up).assignee_name) == (1, "Eli Roy")
    assert (row_of(over).escalation, row_of(over).assignee_name) == (0, "Una Weiss")


@pytest.mark.parametrize(
    ("to", "reason", "words"),
    [
        ("", WHY, "Please choose to whom it goes."),
        ("engineer", " ", "Please say why"),
        ("engineer", "x" * 501, "at most 500 characters"),
        ("nobody", WHY, "Please choose to whom it goes."),
        ("00000000-0000-7000-8000-000000000000", WHY, "There is no such colleague."),
        ("{max}", WHY, "neither covers this subject nor is named as good at anything"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(client_for, asked, row_of, actor_for, to, reason, words):
    key = asked()
    page = passed(client_for("lin"), key, to.format(max=actor_for("max").id), reason)

    assert page.status_code == 422
    assert words in text_of(page)
    assert reason.strip()[:20] in page.content.decode()
    assert row_of(key).escalation == 0


def test_a_form_that_is_sent_twice_passes_on_once(client_for, asked, staffed, row_of):
    key, lin = asked(), client_for("lin")
    form = lin.get(f"/admin/tickets/{key}/pass-on").content.decode()
    sent = {name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("key", "seen")}

    first, second = (passed(lin, key, "engineer", **sent) for _ in range(2))

    assert first.redirect_chain == second.redirect_chain
    assert row_of(key).version == 2


def test_whoever_looked_at_an_older_state_is_told_and_goes_on_from_the_new_one(client_for, asked, staffed, row_of):
    key, lin = asked(), client_for("lin")
    client_for("sam").post(f"/admin/tickets/{key}/status", {"status": "triaged"})

    page = passed(lin, key, "engineer", seen="1")

    assert page.status_code == 409
    assert "changed meanwhile" in text_of(page)
    assert 'name="seen" value="2"' in page.content.decode()
    assert WHY in page.content.decode()


def test_who_sends_it_twice_and_sees_it_no_more_lands_where_the_first_one_led(client_for, asked, row_of, una):
    key, client = asked(), client_for("una")
    client_for("sam").post(f"/admin/tickets/{key}/assign", {"admin": str(una.id)})
    sent = {
        "key": re.search(r'name="key" value="([^"]+)"', client.get(f"/admin/tickets/{key}/pass-on").content.decode())[1]
    }

    pages = [passed(client, key, "engineer", **sent) for _ in range(2)]

    assert [page.redirect_chain for page in pages] == [[("/admin/tickets", 302)]] * 2
    assert row_of(key).version == 3


def test_a_hostile_reason_is_words(client_for, asked, staffed):
    page = passed(client_for("lin"), asked(), "engineer", "<script>alert(1)</script> {{ x }} \u202e")
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert(1)" in page.content.decode()


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


def test_of_two_who_pass_it_on_at_once_one_is_told(asked, staffed, lin, sam, row_of):
    key, both, told = asked(), threading.Barrier(2), []

    def go(by):
        try:
            both.wait(5)
            with platform_scope(), transaction.atomic():
                passing.pass_on(key, "engineer", WHY, by=by, seen_version=1)
        except Refused as no:
            told.append(no.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(one,)) for one in (lin, sam)]
    [one.start() for one in threads], [one.join(20) for one in threads]

    assert told == ["changed_meanwhile"]
    assert (row_of(key).escalation, row_of(key).version) == (1, 2)


def test_several_go_for_one_reason_and_come_back_with_one_undo(client_for, asked, staffed, row_of):
    keys, lin = [asked(), asked(of="borealis")], client_for("lin")
    where = lin.post("/admin/tickets/bulk", {"ticket": keys, "do": "pass"})["Location"]
    page = lin.get(where)
    assert "Pass on 2 requests" in text_of(page)

    done = lin.post("/admin/tickets/pass-on", {"ticket": keys, "to": "engineer", "reason": WHY}, follow=True)

    assert "2 requests changed." in text_of(done)
    assert {row_of(key).escalation for key in keys} == {1}
    undo(lin, done)
    assert {row_of(key).escalation for key in keys} == {0}


def test_several_without_a_reason_stay_chosen(client_for, asked, row_of):
    keys = [asked(), asked(of="borealis")]
    page = client_for("lin").post("/admin/tickets/pass-on", {"ticket": keys, "to": "engineer", "reason": ""})
    assert page.status_code == 422
    assert {int(one) for one in re.findall(r'name="ticket" value="(\d+)"', page.content.decode())} == set(keys)


def test_several_that_are_not_there_lead_back_to_the_queue(client_for, asked):
    answer = client_for("una").get(f"/admin/tickets/pass-on?ticket={asked()}&ticket=999999&ticket=x")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/tickets")


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
    from tenant_apps.tickets import levels

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
