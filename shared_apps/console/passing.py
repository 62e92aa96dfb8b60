"""Passing requests on: to whom, what each of them has to do already, who would wait for it, and the way back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from portico.actor import SEES_ALL, SYSTEM, Actor
from portico.errors import Invalid, Refused
from portico.several import Outcome, Step
from shared_apps.accounts.models import User
from shared_apps.console import desk, effect
from shared_apps.console.models import TicketIndex
from shared_apps.staff.models import TicketCoverage
from tenant_apps.tickets import access, actions, levels
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody it can go to: what they are good at, how many they have open, and whether they see it already."""

    person: User
    skills: tuple[str, ...]
    open: str
    covers: bool

    @property
    def level(self) -> int:
        return levels.level_of(self.person.role)

    @property
    def is_known(self) -> bool:
        """Whether one can tell why it would go to them: what they cover, take on, or are good at."""
        return bool(self.covers or self.level or self.skills)


def colleagues(rows: Sequence[TicketIndex], actor: Actor) -> list[Colleague]:
    """Those whom this actor can pass these requests to, by name.

    Who may assign to others chooses among everybody. The rest choose specialists: whoever covers the subject, is good
    at something, or takes on what was escalated.
    """
    people = [one for one in desk.staff() if one.pk != actor.id]
    loads = effect.open_counts("assignee_id", [one.pk for one in people])
    covering = _covering({row.subject for row in rows})
    found = [_colleague(one, loads[one.pk], one.role in SEES_ALL or one.pk in covering) for one in people]
    return [one for one in found if one.is_known or access.may(actor, "assign_others")]


def waiting(level: int, found: Iterable[Colleague]) -> list[str]:
    """Who of these would see what waits for this level, by name: whoever has it and covers the subject."""
    return [one.person.name for one in found if one.level == level and one.covers]


def leaves(rows: Iterable[TicketIndex], actor: Actor) -> bool:
    """Whether the actor would no longer see some of them, once they are not theirs."""
    return not actor.sees_all and any(row.subject not in actor.covers for row in rows)


def pass_on(
    index_id: int, to: str, why: str, *, by: Actor, seen_version: int | None = None
) -> tuple[TicketIndex, Step]:
    """Pass it to a level ("engineer") or to somebody (an id), saying why; the row afterwards and the way back.

    To somebody above oneself, and above where it stands, is an escalation.
    """
    row = desk.find(index_id, by)
    do = partial(meant(to, why, by), seen_version=seen_version)
    with desk.open_for(row, by) as ticket:
        step = do(ticket)
    return desk.afterwards(index_id), {"ticket": str(index_id), **step}


def escalate_to(
    index_id: int, level: str, admin_id: UUID, why: str, *, by: Actor, seen_version: int | None = None
) -> TicketIndex:
    """Escalate it to one person of this level; Invalid for somebody who does not take that on."""
    row, person, up = desk.find(index_id, by), _person(str(admin_id)), levels.BY_NAME[level]
    if up == levels.NOT:
        raise Invalid({"assigned_admin_id": ["What is given back is free for anybody. Then assign it."]})
    if levels.level_of(person.role) < up:
        raise Invalid({"assigned_admin_id": [f"{person.name} is not {levels.ONE[up]}."]})
    with desk.open_for(row, by) as ticket:
        actions.escalate(ticket, up, why, to=_named(person), by=by, seen_version=seen_version)
    return desk.afterwards(index_id)


def meant(to: str, why: str, by: Actor) -> Callable[..., Step]:
    """What is to be done with each of several requests, and leads to its way back. Invalid when nobody is meant."""
    level = levels.BY_NAME.get(to)
    person = None if level is not None else _person(to)
    # Asked for here: within a company's scope there is no coverage to ask for.
    covered = set(TicketCoverage.objects.filter(platform_admin=person).values_list("subject_id", flat=True))

    def do(ticket: Ticket, seen_version: int | None = None) -> Step:
        way = f"{ticket.escalation}:{ticket.assignee_id or ''}"
        up = level if person is None else _above(person, ticket, by)
        if up is not None:
            after = actions.escalate(ticket, up, why, to=_named(person), by=by, seen_version=seen_version)
        else:
            _require_fit(person, ticket, ticket.subject in covered, by)
            after = actions.assign(ticket, _named(person), why=why, by=by, seen_version=seen_version)
        return {"do": "pass", "value": f"{after.version}:{way}"}

    return do


def take_back(step: Step, by: Actor) -> Outcome:
    """Go the way back of one that was passed on, also where the actor sees it no longer."""
    outcome = Outcome()
    row = TicketIndex.objects.filter(pk=int(step["ticket"])).first()
    if row:
        outcome.attempt(row.pk, row.number, partial(_undone, row, str(step["value"]), by))
    return outcome


def _undone(row: TicketIndex, value: str, by: Actor) -> Step | None:
    version, level, before = value.split(":")
    person = User.objects.filter(pk=before, is_active=True).first() if before else None
    with desk.open_for(row, SYSTEM) as ticket:
        actions.undo_passing(ticket, int(level), _named(person), by=by, seen_version=int(version))
    return None


def _above(person: User, ticket: Ticket, by: Actor) -> int | None:
    """The level that it goes up to with this person; None when they stand no higher than it does, or than the actor."""
    theirs = levels.level_of(person.role)
    return theirs if theirs > max(levels.level_of(by.role), ticket.escalation) else None


def _require_fit(person: User | None, ticket: Ticket, covers: bool, by: Actor) -> None:
    """Refused for who has it already, and for whom nothing speaks, unless the actor assigns to everybody."""
    assert person  # noqa: S101 (without a person a level is meant)
    if person.pk == ticket.assignee_id:
        raise Refused("already_there", f"{person.name} has it already.")
    if not _colleague(person, "", covers).is_known and not access.may(by, "assign_others"):
        raise Invalid({"to": [f"{person.name} neither covers this subject nor is named as good at anything."]})


def _named(person: User | None) -> Assignee | None:
    return Assignee(person.pk, person.name) if person else None


def _colleague(person: User, load: str, covers: bool) -> Colleague:
    return Colleague(person, tuple(person.profile.get("skills", ())), load, covers)


def _covering(subjects: set[str]) -> set[UUID]:
    """Who covers all of these subjects."""
    found: dict[UUID, int] = {}
    for person in TicketCoverage.objects.filter(subject__in=subjects).values_list("platform_admin_id", flat=True):
        found[person] = found.get(person, 0) + 1
    return {person for person, number in found.items() if number == len(subjects)}


def _person(said: str) -> User:
    try:
        key = UUID(said)
    except ValueError:
        raise Invalid({"to": ["Please choose to whom it goes."]}) from None
    person = next((one for one in desk.staff() if one.pk == key), None)
    if person is None:
        raise Invalid({"to": ["There is no such colleague."]})
    return person
