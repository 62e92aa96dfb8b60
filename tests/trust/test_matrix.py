"""Nobody gets an answer that the policy does not give them, and nobody can tell foreign from missing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from portico.actor import Actor
from shared_apps.console.models import TicketIndex
from tenant_apps.tickets import actions
from tests.conftest import host_of
from tests.support import cast
from tests.trust import matrix

MARKS = {"acme": "kaleidoscope", "borealis": "northernlight", "uncovered": "quicksilver"}
MISSING = "01890000-0000-7000-8000-00000000dead"


@pytest.fixture
def world(acme, borealis, ada, bo, cleo, mia, sam, inside, outside, client_for, token_for, settings) -> matrix.World:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    with inside(acme):
        own = actions.open_ticket(subject="website", sub_subject=MARKS["acme"], description="A", by=ada)
        hidden = actions.open_ticket(subject="billing", sub_subject=MARKS["uncovered"], description="B", by=ada)
    with inside(borealis):
        foreign = actions.open_ticket(subject="billing", sub_subject=MARKS["borealis"], description="C", by=bo)
    asked = _requests(acme, borealis, inside, cleo, mia, ada)
    with outside():
        numbers = dict(TicketIndex.objects.values_list("ticket_id", "pk"))
    tickets = {"own": own.pk, "foreign": foreign.pk, "missing": MISSING}
    staff = {"own": sam.id, "foreign": ada.id, "missing": MISSING}
    indexes = {"own": numbers[own.pk], "foreign": numbers[hidden.pk], "missing": 999_999_999}
    return matrix.World(
        people=_people(client_for, token_for, settings),
        hosts={slug: f"{slug}.{settings.BASE_HOST}" for slug in ("acme", "borealis", "console")}
        | {"public": settings.BASE_HOST},
        objects=_objects(tickets, staff, indexes, asked),
        marks={
            "acme": [MARKS["borealis"]],
            "borealis": [MARKS["acme"], MARKS["uncovered"]],
            "console": list(MARKS.values()),
            "console:lin": [MARKS["uncovered"], MARKS["borealis"]],
            "console:una": list(MARKS.values()),
            "console:eli": list(MARKS.values()),
            **{f"console:{name}": [] for name in ("sam", "ann", "omar")},
            "everything": list(MARKS.values()),
        },
        cookie=settings.SESSION_COOKIE_NAME,
        blind=frozenset({"una", "eli"}),
        covered_only=frozenset({"platform_support", "platform_engineer", "platform_account_manager"}),
    )


def _requests(acme, borealis, inside, cleo, mia, ada) -> dict[str, tuple[Any, Any]]:
    """Requests of the companies' own desks with their first messages: Cleo's, which Mia follows, and a stranger's."""
    nils = Actor(kind="company", id=uuid4(), role="customer", label="Nils Ek")
    found = {"missing": (MISSING, MISSING)}
    for target, company, who, mark in (("own", acme, cleo, "acme"), ("foreign", borealis, nils, "borealis")):
        with inside(company):
            ticket = actions.open_ticket(subject=MARKS[mark], description=MARKS[mark], desk="company", by=who)
            if target == "own":
                actions.watch(ticket, mia.id, True, by=ada)
            found[target] = (ticket.pk, ticket.messages.get().pk)
    return found


def _objects(
    tickets: dict[str, Any], staff: dict[str, Any], indexes: dict[str, Any], asked: dict[str, tuple[Any, Any]]
) -> dict[Any, dict[str, str]]:
    return {
        (door, target): {
            "<uuid:id>": str((tickets if door == "company" else staff)[target]),
            "<uuid:ticket_id>": str(tickets[target]),
            "<uuid:request_id>": str(asked[target][0]),
            "<uuid:message_id>": str(asked[target][1]),
            "<uuid:admin_id>": str(staff[target]),
            "<int:id>": str(indexes[target]),
            "<int:index_id>": str(indexes[target]),
            "<slug:key>": MISSING,
            "<str:code>": "nothing",
        }
        for door in matrix.URLCONFS
        for target in ("own", "foreign", "missing")
    }


def _people(client_for: Callable[[str], Any], token_for: Callable[[str], str], settings: Any) -> list[matrix.Person]:
    roles = {name: role for people in cast.PEOPLE.values() for name, (_, role) in people.items()}
    roles |= {name: role for name, (_, role, _) in cast.STAFF.items()}
    people = [matrix.Person("nobody", "", "nowhere")]
    for name, role in roles.items():
        home = cast.company_of(name) or "console"
        session = client_for(name).cookies[settings.SESSION_COOKIE_NAME].value
        people.append(matrix.Person(name, role, home, session=session))
        people.append(matrix.Person(name, role, home, token=token_for(name)))
    return people


@pytest.mark.timeout(600)
@pytest.mark.parametrize("door", ["public", "company", "console"])
def test_every_route_answers_as_the_policy_says(world, door):
    figures = matrix.walk(world, door)

    assert figures["unpoliced"] == []
    assert figures["leaks"] == [], "\n".join(figures["leaks"][:20])
    assert figures["cells"] > 500


def test_a_row_without_a_route_is_noticed():
    """A policy row that no router knows any more would hide a renamed route."""
    known = {(door, route) for door in matrix.URLCONFS for route in matrix.routes(door)}

    assert set(matrix.POLICY) - known == set()


def test_a_new_route_without_a_row_fails(monkeypatch, world):
    kept = {key: row for key, row in matrix.POLICY.items() if key != ("company", "manager/tickets")}
    monkeypatch.setattr(matrix, "POLICY", kept)
    world.people = []

    assert matrix.walk(world, "company")["unpoliced"] == ["company: manager/tickets"]


def test_the_cast_signs_in_at_its_own_host():
    assert (host_of("ada"), host_of("lin")) == ("acme.localhost:8000", "console.localhost:8000")
