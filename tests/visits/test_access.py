"""The tables of rights for visits, spelled out once more: who, as whom, and what consent covers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portico.actor import SYSTEM, Actor
from portico.errors import Forbidden, SignInNeeded
from tenant_apps.visits import access

pytestmark = pytest.mark.no_database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAFF = ["platform_owner", "platform_admin", "platform_supervisor", "platform_support", "platform_engineer"]
ROLES = [*STAFF, "platform_account_manager", "owner", "manager", "agent", "member", "customer"]
MAY = {
    "visit": {"platform_engineer", "platform_supervisor"},
    "see_own_visits": {"platform_engineer", "platform_supervisor", "platform_admin", "platform_owner"},
    "see_all_visits": {"platform_supervisor", "platform_admin", "platform_owner"},
    "decide": {"owner", "manager"},
}


def actor(role):
    return Actor(kind="staff" if role.startswith("platform_") else "company", role=role, label="A")


@pytest.mark.parametrize("verb", MAY)
def test_who_may_is_what_the_documents_say(verb):
    assert {role for role in ROLES if access.may(actor(role), verb)} == MAY[verb]
    assert set(access.MAY) == set(MAY)


@pytest.mark.parametrize("verb", MAY)
def test_nobody_may_while_they_act_as_somebody_else(verb):
    for role in MAY[verb]:
        hidden = replace(actor(role), behind=actor("platform_engineer"))
        assert not access.may(hidden, verb)
        with pytest.raises(SignInNeeded):
            access.require(hidden, verb)


def test_whoever_may_not_is_told_so():
    access.require(actor("platform_engineer"), "visit")
    access.require(SYSTEM, "decide")
    with pytest.raises(Forbidden):
        access.require(actor("platform_admin"), "visit")


def test_only_people_who_manage_nothing_can_be_visited_as():
    assert {"agent", "member", "customer"} == access.PEOPLE


def consent(mode, *, days=1, ticket=""):
    return {"mode": mode, "until": (NOW + timedelta(days=days)).isoformat(), "ticket": ticket}


@pytest.mark.parametrize(
    ("given", "wanted"), [("off", set()), ("ask", set()), ("read", {"read"}), ("act", {"read", "act"})]
)
def test_consent_covers_what_it_says(given, wanted):
    assert {mode for mode in access.MODES if access.covers(consent(given), mode, "PLAT-1", NOW)} == wanted


def test_consent_ends_by_itself_and_without_a_day_it_never_begins():
    assert access.covers(consent("read"), "read", "PLAT-1", NOW + timedelta(hours=23, minutes=59))
    assert not access.covers(consent("read"), "read", "PLAT-1", NOW + timedelta(days=1))
    assert not access.covers({**consent("read"), "until": None}, "read", "PLAT-1", NOW)
    assert not access.covers(access.NO_CONSENT, "read", "PLAT-1", NOW)


def test_consent_for_one_request_is_for_no_other():
    assert access.covers(consent("act", ticket="PLAT-1"), "act", "PLAT-1", NOW)
    assert not access.covers(consent("act", ticket="PLAT-1"), "act", "PLAT-2", NOW)
