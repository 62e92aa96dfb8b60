"""New requests find their agent by themselves, when the company has asked for that; and they say why."""

from datetime import UTC, datetime

import pytest

from portico import clock
from shared_apps.accounts.models import User
from tenant_apps.journal import words
from tenant_apps.journal.models import Event
from tenant_apps.tickets import actions
from tenant_apps.tickets.models import Setting, Ticket

MONDAY_MORNING = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


@pytest.fixture
def rules(inside, acme):
    """`rules(way="least_load")` = how Acme distributes."""

    def put(**rules):
        with inside(acme):
            Setting.objects.update_or_create(key="assignment", defaults={"value": rules})

    return put


@pytest.fixture
def profile(inside, acme):
    def put(person, **profile):
        with inside(acme):
            User.objects.filter(pk=person.id).update(profile=profile)

    return put


@pytest.fixture
def ask(inside, acme, cleo):
    def open_one(**more):
        with inside(acme):
            given = {"subject": "The lamp", "description": "?", "desk": "company", "by": cleo} | more
            return Ticket.objects.get(pk=actions.open_ticket(**given).pk)

    return open_one


@pytest.fixture
def only(profile, ada, olga):
    """Ada and Olga are away: Ben is alone."""
    for person in (ada, olga):
        profile(person, away=True)


def test_nobody_is_assigned_until_the_company_wants_it(ask):
    assert ask().assignee_id is None


def test_least_load_takes_who_has_least_and_says_so(inside, acme, ask, rules, profile, olga, ada, ben):
    profile(olga, away=True)
    rules(way="least_load", by_department=True)
    names = [ask(department="billing").assignee_name for _ in range(4)]
    assert names == [ada.label, ben.label, ada.label, ben.label]
    with inside(acme):
        event = Event.objects.filter(verb="ticket.assign").latest("at")
        assert (event.facts["reason"], event.facts["why"]) == ("automatic", "1 open, the lowest in Billing")
        assert words.words(event) == f"This went to {ben.label}: 1 open, the lowest in Billing"
        assert "lowest" not in words.words(event, audience=words.CUSTOMER)
        assert Ticket.objects.filter(status="open").count() == 4


def test_round_robin_goes_round(ask, rules, profile, olga):
    profile(olga, away=True)
    rules(way="round_robin")
    names = [ask().assignee_name for _ in range(4)]
    assert names[0] != names[1]
    assert names[:2] == names[2:]


def test_departments_and_skills_are_asked_for(ask, rules, only, profile, ben):
    rules(way="least_load", by_department=True, skills=["french"])
    profile(ben, departments=["billing"], skills=[])
    assert ask(department="technical").assignee_id is None
    assert ask(department="billing").assignee_id == ben.id
    assert ask(department="billing", tags=["french"]).assignee_id is None
    profile(ben, departments=["billing"], skills=["french"])
    assert ask(department="billing", tags=["french"]).assignee_id == ben.id


def test_a_skill_is_found_in_what_was_answered_since_customers_give_no_tags(
    ask, rules, only, profile, inside, acme, ada
):
    from tenant_apps.tickets import actions, drafts, kinds

    field = {"key": "language", "label": "Language", "kind": "choice", "options": ["French", "English"]}
    with inside(acme):
        actions.keep_type(
            "customer_service", drafts.plain(kinds.load()["customer_service"]) | {"fields": [field]}, by=ada
        )
    rules(way="least_load", skills=["french"])
    assert ask(fields={"language": "French"}).assignee_id is None
    assert ask(fields={"language": "English"}).assignee_id


def test_nobody_gets_more_than_they_can_carry(ask, rules, only, profile, ben):
    rules(way="least_load", capacity=5)
    profile(ben, capacity=2)
    assert [bool(ask().assignee_id) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize(("hour", "works"), [(8, False), (9, True), (16, False)])
def test_working_hours_are_those_of_the_agents_own_clock(ask, rules, only, profile, ben, hour, works):
    rules(way="least_load")
    profile(ben, hours={"days": [0, 1, 2, 3, 4], "from": "10:00", "to": "16:30", "zone": "Europe/Oslo"})
    with clock.at(MONDAY_MORNING.replace(hour=hour)):
        assert bool(ask().assignee_id) is works


def test_a_clock_that_nobody_knows_is_no_reason_to_leave_a_request_lying(ask, rules, only, profile, ben):
    rules(way="least_load")
    profile(ben, hours={"days": [0], "from": "ten", "to": "", "zone": "Moon/Base"})
    assert ask().assignee_id == ben.id
