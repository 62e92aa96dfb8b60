"""Who sees whose requests: their own, their team's, everybody's, or none; and what they may do with them."""

import uuid

import pytest

from portico import asks
from shared_apps.accounts.models import User
from tenant_apps.people.contacts import contact_for
from tenant_apps.tickets.actions import Requester
from tests.portal.conftest import page_of


@pytest.fixture
def cleos(wish):
    return wish(subject="A thing of Cleo's")


REACHES = {
    "none": ("none", (), False),
    "own": ("own", (), False),
    "team without one": ("team", (), False),
    "another team": ("team", ("North",), False),
    "the same team": ("team", ("South",), True),
    "all": ("all", (), True),
}


@pytest.mark.parametrize(("reach", "teams", "seen"), REACHES.values(), ids=REACHES)
def test_a_member_sees_as_far_as_they_may(client_for, cleos, sees, reach, teams, seen):
    sees("cleo", "own", "South")
    sees("mia", reach, *teams)
    mia = client_for("mia")

    assert "A thing of Cleo" not in page_of(mia, "/requests")
    assert ("A thing of Cleo" in page_of(mia, "/requests?whose=all&show=all")) is seen
    assert ("A thing of Cleo" in page_of(mia, "/requests?q=thing&whose=all")) is seen
    assert mia.get(f"/requests/{cleos.pk}").status_code == (200 if seen else 404)


def test_it_says_whose_a_request_is(client_for, cleos, sees):
    sees("mia", "all")
    mia = client_for("mia")
    assert "asked by <bdi>Cleo Marsh</bdi>" in page_of(mia, "/requests?whose=all")
    assert "Everybody’s" in page_of(mia, "/requests")
    assert "Asked by" in page_of(mia, f"/requests/{cleos.pk}")


def test_who_sees_only_their_own_is_offered_no_more(client_for):
    assert 'aria-label="Whose requests"' not in page_of(client_for("mia"), "/requests?whose=all")


def test_who_sees_none_sees_not_even_what_they_asked(client_for, wish, mia, sees):
    ticket = wish(by=mia)
    sees("mia", "none")
    assert client_for("mia").get(f"/requests/{ticket.pk}").status_code == 404


def test_a_colleague_reads_and_replies_and_leaves_the_requesters_mark(client_for, inside, acme, cleos, sees, act, ada):
    sees("mia", "all")
    act("reply", cleos, "Which one?", by=ada)
    mia = client_for("mia")

    page_of(mia, f"/requests/{cleos.pk}")
    mia.post(f"/requests/{cleos.pk}/reply", {"body": "I know: the blue one."})

    page = page_of(client_for("cleo"), "/requests")
    assert "something new to read" in page
    assert "I know: the blue one." in page_of(client_for("cleo"), f"/requests/{cleos.pk}")


def test_a_team_list_that_draws_itself_anew_reads_nothing_and_marks_nothing(client_for, cleos, sees, act, ada):
    sees("cleo", "own", "South")
    sees("mia", "team", "South")
    act("reply", cleos, "Which one?", by=ada)
    mia = client_for("mia")
    anew = [
        mia.get(path, headers={"HX-Request": "true"}).content.decode()
        for path in ("/requests?whose=all", f"/requests/{cleos.pk}")
    ]
    assert "A thing of Cleo" in anew[0]
    assert "something new to read" not in anew[0]
    assert "something new to read" in page_of(client_for("cleo"), "/requests")


@pytest.mark.parametrize("verb", ["close", "reopen"])
def test_a_colleague_neither_closes_nor_opens_it_again(client_for, inside, acme, cleos, sees, act, ada, verb):
    sees("mia", "all")
    act("change_status", cleos, "resolved", by=ada)
    page = page_of(client_for("mia"), f"/requests/{cleos.pk}")
    assert "close it" not in page

    answer = client_for("mia").post(f"/requests/{cleos.pk}/{verb}")
    assert answer.status_code == 403
    assert "Cleo Marsh asked this" in answer.content.decode()


def test_following_and_leaving_again(client_for, cleos, sees, act, ada):
    sees("mia", "all")
    mia = client_for("mia")
    page = mia.post(f"/requests/{cleos.pk}/follow", {"on": "1"}, follow=True).content.decode()
    assert "Stop following" in page
    act("reply", cleos, "Which one?", by=ada)
    assert "something new to read" in page_of(mia, "/requests")
    page_of(mia, f"/requests/{cleos.pk}")
    assert "something new to read" not in page_of(mia, "/requests")

    mia.post(f"/requests/{cleos.pk}/follow", {"on": "0"})
    assert "A thing of Cleo" not in page_of(mia, "/requests")


def test_who_stops_following_what_they_see_for_that_alone_is_led_to_the_list(client_for, cleos, act, ada, mia):
    act("watch", cleos, mia.id, True, by=ada)
    answer = client_for("mia").post(f"/requests/{cleos.pk}/follow", {"on": "0"})
    assert answer["Location"] == "/requests"


def test_agents_find_their_own_requests_here_and_no_others(client_for, cleos, wish, ben):
    mine = wish(by=ben, subject="A thing of Ben's")
    browser = client_for("ben")
    page = page_of(browser, "/requests?show=all&whose=all")
    assert "A thing of Ben" in page
    assert "A thing of Cleo" not in page
    assert browser.get(f"/requests/{mine.pk}").status_code == 200
    assert browser.get(f"/requests/{cleos.pk}").status_code == 404


def test_notes_are_not_shown_to_an_agent_who_asked(client_for, wish, act, ben, ada):
    mine = wish(by=ben)
    act("reply", mine, "Ben always says that.", by=ada, internal=True)
    assert "always says" not in page_of(client_for("ben"), f"/requests/{mine.pk}")


PLACES = ("", "/reply", "/close", "/reopen", "/follow", "/messages/{message}")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_and_missing_are_the_same(client_for, inside, acme, cleos, place, method):
    from tenant_apps.tickets.models import Message

    with inside(acme):
        said = Message.objects.get(ticket=cleos.pk).pk
    mia, words = client_for("mia"), {"body": "Mine now", "on": "1"}
    answers = []
    for ticket, message in ((cleos.pk, said), (uuid.uuid4(), uuid.uuid4())):
        path = f"/requests/{ticket}{place.format(message=message)}"
        answer = getattr(mia, method)(path, words if method == "post" else {})
        answers.append((answer.status_code, len(answer.content)))
    assert answers[0][0] in {404, 405}
    assert answers[0] == answers[1]


def test_a_request_to_the_platform_is_none_of_the_portal(client_for, inside, acme, ada):
    from tenant_apps.tickets import actions

    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="To Portico", by=ada)
    assert client_for("ada").get(f"/requests/{ticket.pk}").status_code == 404


def test_what_was_asked_without_an_account_stands_in_the_portal_once_the_address_is_proven(
    client_for, inside, acme, act, ada, mia
):
    with inside(acme):
        contact = contact_for("Mia@acme.example", "Mia", by=ada)
    who = Requester(contact.pk, contact.name, contact.email, is_contact=True)
    ticket = act("open_ticket", subject="Wrong size", description="Too small.", desk="company", by=ada, requester=who)
    browser, path = client_for("mia"), f"/requests/{ticket.pk}"
    assert browser.get(path).status_code == 404

    with inside(acme):
        asks.address_proven(User.objects.get(pk=mia.id))

    assert "Wrong size" in page_of(browser, "/requests")
    page = page_of(browser, path)
    assert "<b>You</b>" in page
    assert "Edit your message" in page
    browser.post(f"{path}/reply", {"body": "Still too small."})
    assert "Still too small." in client_for("ada").get(f"/manager/inbox/{ticket.pk}").content.decode()
    assert client_for("cleo").get(path).status_code == 404
