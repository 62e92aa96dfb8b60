"""Who may do what, and which tickets there are for whom: told here once more, by hand, beside the product's tables."""

from dataclasses import replace
from types import ModuleType

import pytest

from portico.actor import NOBODY, SYSTEM, Actor
from portico.errors import Forbidden, SignInNeeded
from shared_apps.accounts.models import COMPANY_ROLES, ROLES, STAFF_ROLES
from shared_apps.console.models import TicketIndex
from shared_apps.incidents import access as incidents
from shared_apps.staff import access as team
from tenant_apps.tickets import access as tickets
from tenant_apps.tickets import actions
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Message, Ticket
from tenants.life import access as life

LEADS = "platform_owner platform_admin platform_supervisor"
STAFF = f"{LEADS} platform_support platform_engineer platform_account_manager"
DESK = "owner manager agent"
RIGHTS = {
    (tickets, "see"): f"{DESK} {STAFF}",
    (tickets, "open"): DESK,
    (tickets, "reply"): f"{DESK} {STAFF}",
    (tickets, "rate"): DESK,
    (tickets, "change_status"): STAFF,
    (tickets, "reopen_closed"): LEADS,
    (tickets, "set_importance"): STAFF,
    (tickets, "assign"): STAFF,
    (tickets, "assign_others"): f"{LEADS} platform_account_manager",
    (tickets, "escalate"): STAFF,
    (tickets, "hand_over"): STAFF,
    (tickets, "link_incident"): STAFF,
    (incidents, "see"): STAFF,
    (incidents, "link"): STAFF,
    (incidents, "note"): STAFF,
    (incidents, "open"): f"{LEADS} platform_engineer",
    (incidents, "lead"): f"{LEADS} platform_engineer",
    (incidents, "count_all"): f"{LEADS} platform_engineer",
    (team, "see_team"): STAFF,
    (team, "see_coverage"): LEADS,
    (team, "set_coverage"): LEADS,
    (team, "manage_team"): LEADS,
    (team, "keep_catalogue"): LEADS,
    (life, "suspend"): "platform_owner platform_admin",
    (life, "resume"): "platform_owner platform_admin",
    (life, "archive"): "platform_owner platform_admin",
    (life, "export"): "platform_owner platform_admin",
    (life, "restore"): "platform_owner",
    (life, "erase"): "platform_owner",
    (life, "move"): "platform_owner",
}
BY_NAME = [pytest.param(module, verb, id=f"{module.__name__}-{verb}") for module, verb in RIGHTS]


def _somebody(role: str) -> Actor:
    return Actor(kind="staff" if role in STAFF_ROLES else "company", role=role, label="Somebody")


def test_every_verb_stands_in_this_table():
    assert {(module, verb) for module in (tickets, incidents, team, life) for verb in module.MAY} == set(RIGHTS)


@pytest.mark.parametrize(("module", "verb"), BY_NAME)
def test_a_verb_is_for_exactly_these_roles(module: ModuleType, verb: str):
    assert {role for role in ROLES if module.may(_somebody(role), verb)} == set(RIGHTS[module, verb].split())


@pytest.mark.parametrize(("module", "verb"), BY_NAME)
def test_a_refusal_says_who_may_not_do_what(module: ModuleType, verb: str):
    with pytest.raises(SignInNeeded):
        module.require(NOBODY, verb)
    with pytest.raises(SignInNeeded):
        module.require(replace(NOBODY, role="platform_owner"), verb)
    with pytest.raises(Forbidden) as refused:
        module.require(_somebody("customer"), verb)
    assert refused.value.code == "not_allowed"
    assert refused.value.message == f"Somebody may not do this here ({verb.replace('_', ' ')})."
    module.require(SYSTEM, verb)
    module.require(_somebody(RIGHTS[module, verb].split()[0]), verb)


def test_a_verb_that_does_not_exist_is_a_mistake_and_not_a_no():
    with pytest.raises(KeyError):
        tickets.may(_somebody("owner"), "fly")


def test_an_actor_says_what_it_is():
    lead, support = _somebody("platform_owner"), _somebody("platform_support")
    assert [one.sees_all for one in (lead, support, _somebody("owner"), SYSTEM, NOBODY)] == [True] + [False] * 4
    assert not replace(_somebody("owner"), role="platform_owner").sees_all
    assert [one.is_staff for one in (lead, support, _somebody("owner"), SYSTEM, NOBODY)] == [True, True] + [False] * 3
    assert [one.is_signed_in for one in (lead, _somebody("customer"), SYSTEM, NOBODY)] == [True, True, False, False]
    covering = replace(support, capabilities=frozenset({"subject:email", "subject:website", "may:fly"}))
    assert covering.covers == {"email", "website"}
    assert (SYSTEM.kind, SYSTEM.role, SYSTEM.label, SYSTEM.id) == ("system", "system", "Portico", None)
    assert (NOBODY.kind, NOBODY.label, NOBODY.role, NOBODY.covers) == ("nobody", "Nobody", "", frozenset())


@pytest.fixture
def desk(inside, acme, ada, sam, una) -> dict[str, Ticket]:
    """Acme's tickets: about the website; about billing, which is Una's; about email; and one of its own customers."""
    made = {}
    with inside(acme):
        for subject in ("website", "billing", "email"):
            made[subject] = actions.open_ticket(subject=subject, description="?", by=ada)
        made["billing"] = actions.assign(made["billing"], Assignee(una.id, una.label), by=sam)
        with writing():
            made["own"] = Ticket.objects.create(
                number="OWN-1", desk="company", subject="own", requester_id=ada.id, requester_name="C"
            )
            Message.objects.create(ticket=made["own"], sender_type="system", sender_name="C", body="?")
    return made


PLATFORM_DESK = ["billing", "email", "website"]
BOTH_DESKS = ["billing", "email", "own", "website"]
SIGHT = {
    "olga": BOTH_DESKS,
    "ada": BOTH_DESKS,
    "ben": BOTH_DESKS,
    "mia": [],
    "cleo": [],
    "lin": ["website"],
    "una": ["billing"],
    "eli": [],
    "sam": PLATFORM_DESK,
    "ann": PLATFORM_DESK,
    "omar": PLATFORM_DESK,
}


@pytest.mark.parametrize(("name", "expected"), SIGHT.items())
def test_everybody_sees_their_tickets_with_what_was_said_in_them(inside, acme, desk, actor_for, name, expected):
    actor = actor_for(name)
    with inside(acme):
        assert sorted(one.subject for one in Ticket.objects.visible_to(actor)) == expected
        assert sorted(one.ticket.subject for one in Message.objects.visible_to(actor)) == expected


@pytest.mark.parametrize(("name", "expected"), SIGHT.items())
def test_the_index_tells_staff_the_same_and_companies_nothing(outside, desk, actor_for, name, expected):
    actor = actor_for(name)
    with outside():
        seen = sorted(row.subject for row in TicketIndex.objects.visible_to(actor))
        assert seen == ([] if actor.role in COMPANY_ROLES else expected)


def test_the_product_itself_sees_both_desks_and_nobody_sees_none(inside, acme, desk):
    with inside(acme):
        assert Ticket.objects.visible_to(SYSTEM).count() == 4
        assert Message.objects.visible_to(SYSTEM).count() == 4
        for blind in (NOBODY, replace(NOBODY, role="manager"), replace(NOBODY, role="platform_owner")):
            assert not Ticket.objects.visible_to(blind).exists()


def test_nobody_stands_in_no_index(outside, desk):
    with outside():
        assert not TicketIndex.objects.visible_to(replace(NOBODY, role="platform_owner")).exists()
