"""Passing on, on the console's pages: who is on offer, what is said before, where one lands, undo and history."""

import re
import threading

import pytest
from django.db import connections, transaction

from portico.database import platform_scope
from portico.errors import Refused
from shared_apps.accounts.models import User
from shared_apps.console import desk, passing
from shared_apps.staff.models import TicketCoverage
from tests.console.test_bulk import undo
from tests.console.test_pages import asked, row_of, text_of

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
