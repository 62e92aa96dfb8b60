"""The console's side of a ticket: find it in the index, enter its company, act there. Pages and API both come here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from portico.actor import SEES_ALL, SYSTEM, Actor
from portico.database import CompanyRef, visit
from portico.database.kept import Among, Asking, Kept, together
from portico.errors import Invalid, Missing, Refused
from shared_apps.accounts.models import User
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.care.models import Note
from shared_apps.console import companies
from shared_apps.console.models import TicketIndex
from shared_apps.staff.access import STAFF
from shared_apps.staff.models import TicketCoverage
from tenant_apps.journal.models import Event
from tenant_apps.telemetry.actions import report_of
from tenant_apps.telemetry.models import Event as Report
from tenant_apps.tickets import actions, attachments, levels
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.visits import actions as visits
from tenants.models import Company

_BIGGEST = 2**63 - 1
_AT_ONCE = 20  # free tickets that are looked at before the next ones


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket as a staff member reads it: the index row, the ticket, what was said and what happened; and, out of the
    platform's own tables, what this reader is told of the notes beside it, and why it was passed on."""

    row: TicketIndex
    ticket: Ticket
    messages: list[Message]
    events: list[Event]
    report: Report | None
    notes: list[Note] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)  # who would take what was escalated to nobody by name


def find(index_id: int, actor: Actor, beside: Iterable[TicketIndex] = ()) -> TicketIndex:
    """The index row with its company; Missing when there is none as far as this actor is concerned.

    Rows that stand `beside` it get their companies in the same statement."""
    rows = companies.cared_for(TicketIndex.objects.visible_to(actor))
    row = rows.filter(pk=index_id).first() if 0 < index_id <= _BIGGEST else None
    if row is None:
        raise Missing
    with_companies([row, *beside])
    return row


def with_companies(
    rows: list[TicketIndex], refs: Callable[[set[str]], dict[str, CompanyRef]] = Company.refs
) -> list[TicketIndex]:
    """The rows, each with the CompanyRef it belongs to; one statement for all, asked by `refs`.

    By schema, the one column that row security vouches for.
    """
    schemas = {row.schema for row in rows}
    by_schema = refs(schemas) if schemas else {}
    for row in rows:
        row.company = by_schema.get(row.schema)
    return rows


@contextmanager
def open_for(row: TicketIndex, actor: Actor = SYSTEM) -> Iterator[Ticket]:
    """Enter the ticket's company and hand over the ticket; everything inside happens in that company's scope."""
    if row.company is None:
        with_companies([row])
    if row.company is None:
        raise Missing
    with visit(row.company):
        ticket = Ticket.objects.visible_to(actor, Ticket.Desk.PLATFORM).filter(pk=row.ticket_id).first()
        if ticket is None:
            raise Missing
        yield ticket


def thread(index_id: int, actor: Actor, beside: Iterable[TicketIndex] = ()) -> Thread:
    """Everything a staff member reads on a ticket's page; `beside` as `find` has it."""
    found = within(index_id, actor, beside)
    notes, waits_for = _own(found.row, found.events, actor)
    return replace(found, notes=notes, waits_for=waits_for)


def within(index_id: int, actor: Actor, beside: Iterable[TicketIndex] = ()) -> Thread:
    """The same without what the platform alone knows of it: notes, why it was passed on, and whom it waits for."""
    row = find(index_id, actor, beside)
    with open_for(row, actor) as ticket:
        visits.look(ticket, by=actor)
        messages, events = together(_SAID.asking(ticket=ticket.pk), _HAPPENED.asking(ticket=ticket.pk))
        attachments.attach(messages)
        return Thread(row, ticket, messages, events, report_of(ticket))


def _own(row: TicketIndex, events: list[Event], actor: Actor) -> tuple[list[Note], list[str]]:
    """The notes that this reader is told, and whom it waits for; each event knows why it happened, if it was said."""
    passed = [one.pk for one in events if one.verb in actions.PASSED]
    nothing, is_waiting = Asking("", ()), row.escalation and not row.assignee_id
    notes, told, waits = together(
        _NOTED.asking(actor.shape, me=actor.id or row.ticket_id, ticket=row.ticket_id),
        _WHY.asking(keys=passed) if passed else nothing,
        _WAITS.asking(row.escalation, subject=row.subject) if is_waiting else nothing,
    )
    why = {one.pk: one.facts["why"] for one in told if one.company_id == row.company_id}
    for event in events:
        event.unsaid = {"why": why[event.pk]} if event.pk in why else {}
    # A company that was restored from another's archive has tickets of the same keys.
    return [one for one in notes if one.company_id == row.company_id], [one.name for one in waits]


def _noted(shape: Actor, *, me: UUID, ticket: UUID) -> QuerySet[Note]:
    return Note.objects.visible_to(shape.who(me)).beside(ticket)


def _why(*, keys: list[UUID]) -> QuerySet[PlatformAuditLog]:
    wanted = Value(keys, output_field=ArrayField(UUIDField()))
    return PlatformAuditLog.objects.filter(Among(F("pk"), wanted), facts__has_key="why")


def _waiting(level: int, *, subject: str) -> QuerySet[User]:
    """Those of a level who see what is about this subject."""
    roles = [role for role in STAFF if levels.level_of(role) == level]
    covers = Exists(TicketCoverage.objects.filter(platform_admin=OuterRef("pk"), subject_id=subject))
    people = User.objects.filter(is_active=True, role__in=sorted(roles)).order_by("name", "id")
    return people.filter(Q(role__in=sorted(SEES_ALL)) | covers)


def _said(*, ticket: UUID) -> QuerySet[Message]:
    return Message.objects.filter(ticket=ticket).order_by("created_at", "id")


def _happened(*, ticket: UUID) -> QuerySet[Event]:
    return Event.objects.about(ticket)


_SAID, _HAPPENED = Kept(_said), Kept(_happened)
_NOTED, _WHY, _WAITS = Kept(_noted), Kept(_why), Kept(_waiting)


def reply(index_id: int, body: str, *, by: Actor, seen_version: int | None = None, **more: Any) -> Message:
    """Answer the company; `more` may hold `marked` and `files`, as the action takes them."""
    with open_for(find(index_id, by), by) as ticket:
        return actions.reply(ticket, body, by=by, seen_version=seen_version, **more)


def change_status(index_id: int, status: str, *, by: Actor, seen_version: int | None = None) -> TicketIndex:
    """Move the ticket on; returns the index row as it is afterwards."""
    with open_for(find(index_id, by), by) as ticket:
        actions.change_status(ticket, status, by=by, seen_version=seen_version)
    return afterwards(index_id)


def assign(
    index_id: int, admin_id: UUID | None, *, by: Actor, seen_version: int | None = None, why: str = ""
) -> TicketIndex:
    """Make it a staff member's work, or nobody's; returns the row even if the ticket has left the actor's sight."""
    row = find(index_id, by)
    assignee = assignee_of(admin_id) if admin_id else None
    with open_for(row, by) as ticket:
        actions.assign(ticket, assignee, by=by, seen_version=seen_version, why=why)
    return afterwards(index_id)


def set_importance(index_id: int, level: str, *, by: Actor, seen_version: int | None = None) -> TicketIndex:
    """Say how important it is; the row afterwards has the priority that follows."""
    with open_for(find(index_id, by), by) as ticket:
        actions.set_importance(ticket, level, by=by, seen_version=seen_version)
    return afterwards(index_id)


def take_next(*, by: Actor) -> TicketIndex | None:
    """The most urgent ticket that the actor covers and nobody has, the oldest of those first, which is theirs now.

    None when there is none. Whom somebody was faster with it is left out: each is given once, however many ask.
    """
    tried: list[int] = []
    while rows := list(TicketIndex.objects.free_for(by).exclude(pk__in=tried)[:_AT_ONCE]):
        for row in with_companies(rows):
            tried.append(row.pk)
            try:
                with open_for(row, by) as ticket:
                    actions.take(ticket, by=by)
            except (Missing, Refused):
                continue
            return afterwards(row.pk)
    return None


def staff() -> list[User]:
    """The people a ticket can be assigned to, by name."""
    return list(_staff())


def asking_staff() -> Asking:
    """The statement for them, to leave beside others."""
    return _STAFF.asking()


def _staff() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=sorted(STAFF)).order_by("name", "id")


_STAFF = Kept(_staff)


def assignee_of(admin_id: UUID) -> Assignee:
    """The staff member with this id; Invalid when there is none."""
    person = User.objects.filter(pk=admin_id, is_active=True, role__in=STAFF).first()
    if person is None:
        raise Invalid({"assigned_admin_id": ["There is no such staff member."]})
    return Assignee(person.pk, person.name)


def afterwards(index_id: int) -> TicketIndex:
    """The row with its company, whoever may see it."""
    (row,) = with_companies([TicketIndex.objects.get(pk=index_id)])
    return row
