"""Another role, out, back again, and who owns the company."""

import threading

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from portico import tasks
from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import User
from tenant_apps.journal.models import Event
from tenant_apps.people import actions
from tenant_apps.people.actions import handing
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets import tally
from tenant_apps.tickets.models import Ticket
from tenants.models import Due


@pytest.fixture
def works(inside, acme, wish, ada, ben):
    """Three requests that Ben has open, and one that he has solved."""
    found = [wish(subject=f"Lamp {number}") for number in range(4)]
    with inside(acme):
        for one in found:
            desk.assign(one, desk.Assignee(ben.id, ben.label), by=ada)
        desk.change_status(Ticket.objects.get(pk=found[3].pk), "resolved", by=ada)
    return found[:3]


def role_of(who):
    return User.objects.get(pk=who.id).role


def test_whoever_goes_is_out_at_once_and_their_work_goes_on(inside, acme, ada, olga, ben, works, client_for, api_for):
    client, program = client_for("ben"), api_for("ben")
    assert client.get("/manager/inbox").status_code == 200
    with inside(acme):
        assert actions.what_leaves(User.objects.get(pk=ben.id)).requests == 3
        event = actions.deactivate(ben.id, olga.id, by=ada)
        assert not Session.objects.filter(pk=client.cookies[settings.SESSION_COOKIE_NAME].value).exists()
        assert tally.read([f"mine:{ben.id}", f"mine:{olga.id}"]) == {f"mine:{ben.id}": 0, f"mine:{olga.id}": 3}
    assert client.get("/manager/inbox").status_code == 302
    assert program.get("/api/v1/users").status_code == 401
    with inside(acme):
        desk.change_status(Ticket.objects.get(pk=works[0].pk), "resolved", by=ada)
        actions.undo(event, by=ada)
        names = sorted(Ticket.objects.values_list("assignee_name", flat=True))
        assert names == ["Ben Ode", "Ben Ode", "Ben Ode", "Olga Acker"]  # what Olga solved stays hers
        with pytest.raises(Refused, match="again since"):
            actions.undo(event, by=ada)


def test_without_an_heir_the_work_is_anybodys(inside, acme, ada, ben, mia, works):
    with inside(acme):
        for heir in (mia.id, ben.id):
            with pytest.raises(Invalid):
                actions.deactivate(ben.id, heir, by=ada)
        actions.deactivate(ben.id, None, by=ada)
        assert tally.read(["unassigned"])["unassigned"] == 3
        with pytest.raises(Refused, match="already"):
            actions.deactivate(ben.id, None, by=ada)
        actions.reactivate(ben.id, by=ada)


def test_who_answers_no_longer_has_no_requests(inside, acme, ada, ben, works):
    with inside(acme):
        event = actions.change_role(ben.id, "customer", by=ada, seen="agent")
        assert tally.read(["unassigned"])["unassigned"] == 3
        with pytest.raises(Refused, match="by now"):
            actions.change_role(ben.id, "member", by=ada, seen="agent")
        actions.undo(event, by=ada)
        assert (role_of(ben), tally.read([f"mine:{ben.id}"])[f"mine:{ben.id}"]) == ("agent", 3)


def test_a_members_wide_sight_does_not_go_along_to_another_role(inside, acme, ada, mia):
    with inside(acme):
        actions.set_profile(mia.id, {"sees": "all"}, by=ada)
        event = actions.change_role(mia.id, "agent", by=ada)
        assert "sees" not in User.objects.get(pk=mia.id).profile
        actions.undo(event, by=ada)
        assert User.objects.get(pk=mia.id).profile["sees"] == "all"


@pytest.mark.parametrize("name", ["ben", "mia", "cleo", "lin"])
def test_only_managers_decide_about_people(inside, acme, mia, actor_for, name):
    actor = actor_for(name)
    with inside(acme):
        for attempt in (
            lambda: actions.change_role(mia.id, "agent", by=actor),
            lambda: actions.deactivate(mia.id, None, by=actor),
            lambda: actions.reactivate(mia.id, by=actor),
            lambda: actions.pass_ownership(mia.id, by=actor),
        ):
            with pytest.raises((Forbidden, Refused)):
                attempt()


def test_nobody_decides_about_those_above_or_about_themselves(inside, acme, borealis, ada, olga, bo):
    with inside(acme):
        for attempt in (
            lambda: actions.deactivate(olga.id, None, by=ada),
            lambda: actions.change_role(olga.id, "agent", by=ada),
            lambda: actions.pass_ownership(ada.id, by=ada),
        ):
            with pytest.raises(Forbidden):
                attempt()
        with pytest.raises(Refused, match="themselves"):
            actions.deactivate(ada.id, None, by=ada)
        with pytest.raises(Missing):
            actions.deactivate(bo.id, None, by=olga)


def test_the_last_owner_stays_and_hands_on(inside, acme, ada, olga, mia):
    with inside(acme):
        with pytest.raises(Invalid):
            actions.pass_ownership(mia.id, by=olga)
        actions.pass_ownership(ada.id, by=olga)
        assert (role_of(ada), role_of(olga)) == ("owner", "manager")
        with pytest.raises(Forbidden, match="meanwhile"):
            actions.pass_ownership(ada.id, by=olga)
        with pytest.raises(Forbidden):
            actions.deactivate(ada.id, None, by=olga)


def test_of_two_owners_who_deactivate_each_other_one_stays(inside, acme, olga, ada, actor_for):
    with inside(acme):
        actions.change_role(ada.id, "owner", by=olga)
    two, gate, outcomes = (actor_for("olga"), actor_for("ada")), threading.Barrier(2, timeout=20), []

    def go(by, other):
        gate.wait()
        try:
            with inside(acme):
                actions.deactivate(other.id, None, by=by)
            outcomes.append("done")
        except Forbidden:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in (two, two[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "refused"]
    with inside(acme):
        assert User.objects.filter(role="owner", is_active=True).count() == 1


@pytest.fixture
def seven(inside, acme, wish, ada, ben, monkeypatch):
    """Seven requests that Ben has open, where three at once are many."""
    monkeypatch.setattr(handing, "AT_ONCE", 3)
    found = [wish(subject=f"Lamp {number}") for number in range(7)]
    with inside(acme):
        for one in found:
            desk.assign(one, desk.Assignee(ben.id, ben.label), by=ada)
    return found


@pytest.fixture
def work(outside, acme):
    """`work(2)` = so many turns of the worker at what is handed on, without a number all; how many it took."""

    def run(most=20):
        for turn in range(most):
            with outside():
                due = Due.objects.filter(job=handing.JOB, company_id=acme.id).first()
            if due is None:
                return turn
            tasks.hand_on(acme.id, acme.generation, due.key)
        return most

    return run


@pytest.fixture
def has(inside, acme):
    """`has(olga)` = how many open requests she has; of None, how many are nobody's."""

    def count(who):
        with inside(acme):
            return handing.open_of(who and who.id).count()

    return count


def test_many_requests_are_handed_on_by_the_worker_and_the_page_says_how_far(
    inside, acme, ada, olga, ben, seven, work, has, client_for
):
    with inside(acme):
        actions.deactivate(ben.id, olga.id, by=ada)
    assert (has(ben), has(olga)) == (7, 0)
    page = client_for("ada")
    where = f"/manager/settings/people/{ben.id}"
    assert "0 of 7" in page.get(where).content.decode()
    work(1)
    part = page.get(where, headers={"HX-Request": "true"}).content.decode()
    assert ("3 of 7" in part, 'hx-trigger="every 1s"' in part, "<html" in part) == (True, True, False)
    assert work() == 2
    assert (has(ben), has(olga)) == (0, 7)
    assert "hx-trigger" not in page.get(where, headers={"HX-Request": "true"}).content.decode()
    with inside(acme):
        told = Event.objects.filter(facts__why__icontains="any more")
        assert {(one.actor_kind, one.actor_label) for one in told} == {("system", "Ada Lind")}


def test_undone_halfway_everybody_has_what_they_had(inside, acme, ada, olga, ben, seven, work, has):
    with inside(acme):
        event = actions.deactivate(ben.id, olga.id, by=ada)
    work(2)
    assert (has(ben), has(olga)) == (1, 6)
    with inside(acme):
        actions.undo(event, by=ada)
    work()
    assert (has(ben), has(olga)) == (7, 0)


def test_whoever_is_back_keeps_the_rest_and_an_heir_who_goes_meanwhile_gets_nothing(
    inside, acme, ada, olga, ben, seven, work, has
):
    with inside(acme):
        actions.deactivate(ben.id, ada.id, by=olga)
    work(1)
    with inside(acme):
        actions.reactivate(ben.id, by=olga)
    work()
    assert (has(ben), has(ada)) == (4, 3)
    with inside(acme):
        actions.deactivate(ben.id, ada.id, by=olga)
        actions.deactivate(ada.id, None, by=olga)
    work()
    assert (has(ben), has(ada), has(None)) == (0, 0, 7)


def test_a_message_that_comes_twice_hands_on_once(inside, acme, ada, olga, ben, seven, outside, has):
    with inside(acme):
        actions.deactivate(ben.id, olga.id, by=ada)
    with outside():
        key = Due.objects.get(job=handing.JOB).key
    tasks.hand_on(acme.id, acme.generation, key)
    tasks.hand_on(acme.id, acme.generation, key)
    assert (has(ben), has(olga)) == (4, 3)
