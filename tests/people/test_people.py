"""Teams, and how people work: who may say so, what fits, and what it changes."""

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.accounts.models import User
from tenant_apps.people import actions
from tenant_apps.people.models import Team
from tenant_apps.tickets import actions as desk
from tenant_apps.tickets import distribution
from tenant_apps.tickets.models import Ticket

HOURS = {"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "17:00", "zone": "Europe/Oslo"}


def profile(who):
    return User.objects.get(pk=who.id).profile


def test_a_team_is_made_renamed_filled_and_retired(inside, acme, ada, ben, mia):
    with inside(acme):
        team, _ = actions.add_team("  Night   shift ", by=ada)
        assert team.name == "Night shift"
        actions.change_team(team, name="Day shift", by=ada)
        actions.set_members(team, [ben.id, mia.id], by=ada)
        assert profile(ben)["teams"] == [str(team.pk)]
        event = actions.set_members(team, [ben.id], by=ada)
        assert profile(mia)["teams"] == []
        actions.undo(event, by=ada)
        assert profile(mia)["teams"] == [str(team.pk)]
        actions.change_team(team, is_active=False, by=ada)
        assert not Team.objects.get().is_active


def test_requests_of_a_retired_team_stay_with_it(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        team, event = actions.add_team("Night", by=ada)
        desk.assign_team(ticket, team.pk, team.name, by=ada)
        actions.undo(event, by=ada)
        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.team_id, Team.objects.get().is_active) == (team.pk, False)
        assert desk.change_status(found, "resolved", by=ada).solved_at


@pytest.mark.parametrize("name", ["ben", "mia", "cleo", "lin", "omar"])
def test_only_owners_and_managers_set_any_of_it(inside, acme, ada, actor_for, name):
    actor = actor_for(name)
    with inside(acme):
        team, _ = actions.add_team("Night", by=ada)
        for attempt in (
            lambda: actions.add_team("Mine", by=actor),
            lambda: actions.change_team(team, name="Mine", by=actor),
            lambda: actions.set_members(team, [], by=actor),
            lambda: actions.set_profile(actor.id, {"sees": "all"}, by=actor),
        ):
            with pytest.raises(Forbidden):
                attempt()


def test_names_are_taken_once_whatever_their_case(inside, acme, ada):
    with inside(acme):
        actions.add_team("Night", by=ada)
        for name in ("NIGHT", "", "x" * 61, "nul \x00"):
            with pytest.raises(Invalid):
                actions.add_team(name, by=ada)


def test_somebody_who_left_is_in_no_team_and_has_no_profile(inside, acme, ada, ben):
    with inside(acme):
        team, _ = actions.add_team("Night", by=ada)
        User.objects.filter(pk=ben.id).update(is_active=False)
        with pytest.raises(Invalid, match="correct"):
            actions.set_members(team, [ben.id], by=ada)
        with pytest.raises(Missing):
            actions.set_profile(ben.id, {"away": True}, by=ada)


def test_how_somebody_works_is_set_and_undone(inside, acme, ada, ben):
    with inside(acme):
        given = {"departments": ["billing"], "skills": ["French"], "capacity": 5, "hours": HOURS, "away": True}
        event = actions.set_profile(ben.id, given, by=ada)
        assert profile(ben) == {**given, "skills": ["french"]}
        assert actions.set_profile(ben.id, given, by=ada) is None
        actions.undo(event, by=ada)
        assert profile(ben)["away"] is False
        with pytest.raises(Refused, match="again since"):
            actions.undo(event, by=ada)


def test_which_requests_a_member_sees_holds_from_the_next_click(inside, acme, wish, ada, mia, actor_for):
    wish()
    with inside(acme):
        assert Ticket.objects.visible_to(mia, "company").count() == 0
        actions.set_profile(mia.id, {"sees": "all"}, by=ada)
    mia = actor_for("mia")
    with inside(acme):
        assert Ticket.objects.visible_to(mia, "company").count() == 1


@pytest.mark.parametrize("sees", ["everything", ["all"], None])
def test_a_sight_that_there_is_none_of_is_refused(inside, acme, ada, mia, sees):
    with inside(acme), pytest.raises(Invalid):
        actions.set_profile(mia.id, {"sees": sees}, by=ada)


@pytest.mark.parametrize("name", ["cleo", "ben"])
def test_nobody_but_members_is_given_sight_of_others(inside, acme, ada, actor_for, name):
    actor = actor_for(name)
    with inside(acme):
        with pytest.raises(Invalid, match="correct"):
            actions.set_profile(actor.id, {"sees": "all"}, by=ada)
        assert actions.set_profile(actor.id, {"sees": "own"}, by=ada) is None


def test_the_second_of_two_managers_is_told(inside, acme, ada, olga, ben):
    with inside(acme):
        seen = actions.mark_of(profile(ben))
        actions.set_profile(ben.id, {"away": True}, by=ada, seen=seen)
        with pytest.raises(Refused, match="meanwhile"):
            actions.set_profile(ben.id, {"capacity": 3}, by=olga, seen=seen)


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"colour": "red"}, "colour"),
        ({"capacity": -1}, "capacity"),
        ({"capacity": True}, "capacity"),
        ({"departments": ["moon"]}, "departments"),
        ({"departments": [{}]}, "departments"),
        ({"skills": ["x" * 41]}, "skills"),
        ({"hours": HOURS | {"zone": "Moon/Base"}}, "hours"),
        ({"hours": HOURS | {"zone": "../../etc/passwd"}}, "hours"),
        ({"hours": HOURS | {"days": []}}, "hours"),
        ({"hours": HOURS | {"days": [7]}}, "hours"),
        ({"hours": HOURS | {"from": "18:00"}}, "hours"),
        ({"hours": HOURS | {"to": "late"}}, "hours"),
        ({"hours": "always"}, "hours"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_part(inside, acme, ada, ben, given, part):
    with inside(acme):
        with pytest.raises(Invalid) as wrong:
            actions.set_profile(ben.id, given, by=ada)
        assert part in wrong.value.fields


def test_the_next_request_is_foreseen_without_changing_anything(inside, acme, wish, ada, ben):
    with inside(acme):
        desk.set_to("assignment", {"way": "round_robin"}, by=ada)
        actions.set_profile(ben.id, {"away": True}, by=ada)
        sample = Ticket(desk="company", department="billing", tags=[])
        first, everybody = distribution.foresee(sample)
        again, _ = distribution.foresee(sample)
        assert first == again
        assert {one.name: one.why_not for one in everybody} == {"Ada Lind": "", "Ben Ode": "away", "Olga Acker": ""}
    wish()
    with inside(acme):
        assert Ticket.objects.get().assignee_name == first.name
