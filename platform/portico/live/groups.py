"""Who hears what: a group's name says company and generation, or which staff; membership is decided here alone."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from portico.actor import Actor
from portico.database import CompanyRef

# Who sees a company's tickets with the platform.
_AT_THE_DESK = frozenset({"owner", "manager", "agent"})
_MANAGERS = frozenset({"owner", "manager"})
ALL_STAFF = "console.all"


def desk(company: CompanyRef) -> str:
    """Those of a company who look after its tickets with the platform."""
    return f"company.{company.key}.desk"


def everything(company: CompanyRef) -> str:
    """Those who see all tickets of the company's own desk."""
    return f"company.{company.key}.everything"


def agents(company: CompanyRef) -> str:
    """All agents, for tickets that nobody has."""
    return f"company.{company.key}.agents"


def team(company: CompanyRef, team_id: object) -> str:
    """The agents of a team."""
    return f"company.{company.key}.team.{team_id}"


def colleagues(company: CompanyRef, team_id: object) -> str:
    """Those who see what the people of their team asked."""
    return f"company.{company.key}.colleagues.{team_id}"


def member(company: CompanyRef, person_id: object) -> str:
    """One person of a company: what they asked, follow, or work on."""
    return f"company.{company.key}.person.{person_id}"


def subject(key: str) -> str:
    """Staff who cover a subject."""
    return f"console.subject.{key}"


def confided(group: str) -> str:
    """Those of a group of staff for whom confidential notes are."""
    return f"{group}.confided"


def person(staff_id: UUID) -> str:
    """One staff member, for what is assigned to them."""
    return f"console.person.{staff_id}"


def seat(staff_id: object) -> str:
    """All open pages of one staff member: asked anew whether they may stay, and what they hear."""
    return f"console.seat.{staff_id}"


def of_ticket(company: CompanyRef, ticket: Any, asked_in: Iterable[object] = ()) -> list[str]:
    """Those of the company who may see this ticket. `asked_in` are the teams of whoever asked."""
    if ticket.is_platform:
        return [desk(company)]
    people = {ticket.requester_id, ticket.assignee_id, *ticket.watchers} - {None}
    found = [everything(company), *(member(company, one) for one in people)]
    if ticket.assignee_id is None:
        found.append(agents(company))
    if ticket.team_id:
        found.append(team(company, ticket.team_id))
    return found + [colleagues(company, one) for one in asked_in]


def of_staff(about: str, assignee_id: UUID | None) -> list[str]:
    """Those staff who may see a ticket of the platform's desk about this subject, with this assignee."""
    return [ALL_STAFF, subject(about), *([person(assignee_id)] if assignee_id else [])]


def of(actor: Actor, company: CompanyRef | None) -> frozenset[str]:
    """The groups this actor belongs to now: the same tickets that `visible_to` would find."""
    if company is not None:
        return frozenset(_of_person(actor, company)) if actor.kind == "company" else frozenset()
    if not actor.is_staff or actor.id is None:
        return frozenset()
    if actor.sees_all:
        return frozenset({seat(actor.id), ALL_STAFF})
    heard = {person(actor.id), *map(subject, actor.covers)}
    return frozenset({seat(actor.id), *heard, *(map(confided, heard) if actor.is_confided else ())})


def _of_person(actor: Actor, company: CompanyRef) -> set[str]:
    found = {member(company, actor.id)}
    if actor.role in _AT_THE_DESK:
        found.add(desk(company))
    if actor.role in _MANAGERS or "tickets:all" in actor.capabilities:
        found.add(everything(company))
    elif actor.role == "agent":
        found |= {agents(company), *(team(company, one) for one in _teams_of(actor))}
    elif "tickets:team" in actor.capabilities:
        found |= {colleagues(company, one) for one in _teams_of(actor)}
    return found


def _teams_of(actor: Actor) -> Iterator[str]:
    return (one.removeprefix("team:") for one in actor.capabilities if one.startswith("team:"))
