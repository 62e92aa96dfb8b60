"""Another role, out, back again, and who owns the company."""

import threading

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import User
from tenant_apps.people import actions
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets import tally
from tenant_apps.tickets.models import Ticket


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
