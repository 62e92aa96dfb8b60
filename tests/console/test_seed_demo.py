"""The demo's rows: believable, complete, and safe to make twice."""

import pytest

from portico.actor import SYSTEM
from shared_apps.accounts import tokens
from shared_apps.accounts.models import User
from shared_apps.care.models import Care, Note
from shared_apps.console import verify
from shared_apps.console.incidents import reading
from shared_apps.console.models import TicketIndex
from shared_apps.console.seed_demo import PASSWORD, seed
from shared_apps.incidents.models import Affected, Incident
from tenant_apps.tickets import kinds, workflow
from tenant_apps.tickets.models import Ticket


@pytest.fixture
def info(outside):
    with outside():
        User.objects.all().delete()  # the demo brings its own staff, with its own coverage
    return seed()


def _numbers(inside, company):
    with inside(company):
        return list(Ticket.objects.order_by("number").values_list("number", "status"))


def _noted(outside):
    with outside():
        return list(Note.objects.order_by("id").values_list("author_name", "body"))


def test_staff_agreed_and_noted_something(outside, acme, info):
    with outside():
        care = Care.objects.get(pk=acme.id)
        names = set(User.objects.filter(pk__in=care.agents).values_list("name", flat=True))
    assert (care.tier, names) == ("enterprise", {"Lin Haas", "Max Orr"})
    assert "Max Orr" in dict(_noted(outside))


def test_both_companies_have_the_same_numbers_and_every_status(inside, acme, borealis, info):
    first, second = _numbers(inside, acme), _numbers(inside, borealis)
    assert [number for number, _ in first] == [number for number, _ in second]
    assert {status for _, status in first + second} >= set(workflow.KEYS) | set(
        kinds.PRESETS["customer_service"].by_key
    )


def test_the_index_knows_all_of_it(outside, acme, borealis, info):
    assert verify.drift_of(acme) == verify.drift_of(borealis) == []
    with outside():
        assert TicketIndex.objects.count() == 18


def test_making_it_again_changes_tokens_only(inside, outside, acme, info):
    before, noted = _numbers(inside, acme), _noted(outside)
    again = seed()

    assert (_numbers(inside, acme), _noted(outside)) == (before, noted)
    old, new = (group["companies"][0]["people"][1]["token"] for group in (info, again))
    with inside(acme):
        assert tokens.find(old) is None
        assert tokens.find(new).user.name == "Ada Lind"


def test_everybody_can_sign_in(inside, acme, outside, info):
    assert [company["slug"] for company in info["companies"]] == ["acme", "borealis"]
    with inside(acme):
        for card in info["companies"][0]["people"]:
            assert card.keys() == {"name", "role", "email", "password", "token"}
            assert tokens.find(card["token"]).user.email == card["email"]
    with outside():
        assert User.objects.filter(email="una@portico.example").exists()
    assert {card["password"] for card in info["console"]["people"]} == {PASSWORD}


def test_one_incident_is_open_in_both_companies(outside, acme, borealis, info):
    with outside():
        (incident,) = Incident.objects.open()
        numbers = reading.numbers_of([incident], SYSTEM)[incident.pk]
        said = set(Affected.objects.values_list("company_id", "state"))
    assert (numbers.companies, numbers.tickets, numbers.behind) == (2, 2, 0)
    assert said == {(acme.id, "identified"), (borealis.id, "identified")}
