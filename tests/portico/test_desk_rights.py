"""A company's own desk: who may do what. Told once more, by hand."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from portico.actor import NOBODY, SYSTEM, Actor
from portico.errors import Forbidden, SignInNeeded
from shared_apps.accounts.models import ROLES, STAFF_ROLES
from tenant_apps.tickets import access

MANAGERS, DESK, EVERYBODY = "owner manager", "owner manager agent", "owner manager agent member customer"
RIGHTS = {
    "see": EVERYBODY,
    "open": EVERYBODY,
    "open_for_others": DESK,
    "reply": EVERYBODY,
    "close": EVERYBODY,
    "rate": EVERYBODY,
    "work": DESK,
    "work_on_all": MANAGERS,
    "assign": DESK,
    "assign_others": MANAGERS,
    "configure": MANAGERS,
    "delete": MANAGERS,
}
REPAIRS = UUID(int=7)


def _somebody(role: str, **more: object) -> Actor:
    return Actor(kind="staff" if role in STAFF_ROLES else "company", role=role, label="Somebody", **more)


def test_every_verb_of_the_desk_stands_in_this_table():
    assert set(access.AT_HOME) == set(RIGHTS)


@pytest.mark.parametrize("verb", RIGHTS)
def test_a_verb_of_the_desk_is_for_exactly_these_roles(verb: str):
    assert {one for one in ROLES if access.may(_somebody(one), verb, "company")} == set(RIGHTS[verb].split())
    access.require(_somebody("owner"), verb, "company")
    with pytest.raises(Forbidden):
        access.require(_somebody("platform_owner"), verb, "company")
    with pytest.raises(SignInNeeded):
        access.require(NOBODY, verb, "company")


def test_an_agent_answers_on_the_companys_desk():
    assert {one for one in ROLES if access.is_agent(_somebody(one))} == set(DESK.split())
    assert not access.is_agent(replace(_somebody("owner"), kind="staff"))


def test_a_request_is_its_assignees_to_work_on_and_every_managers():
    me, other = uuid4(), uuid4()
    for role, expected in {"owner": (1, 1, 1), "agent": (1, 0, 0), "member": (0, 0, 0)}.items():
        actor = _somebody(role, id=me)
        assert tuple(access.works_on(actor, one) for one in (me, other, None)) == expected
    assert access.works_on(SYSTEM, other)
    assert not access.works_on(_somebody("agent"), None)  # nobody in particular is not the assignee of nobody's request


def test_teams_are_read_in_order_and_nothing_else_is_a_team():
    actor = _somebody("agent", capabilities=frozenset({f"team:{REPAIRS}", f"team:{UUID(int=3)}", "tickets:all"}))
    assert access.teams_of(actor) == [UUID(int=3), REPAIRS]
