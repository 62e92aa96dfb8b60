"""What follows from what happened, and where one app may ask another. The one place of the kernel that looks across.

`PROJECTIONS` run at once, in the transaction of the change; `REACTIONS` after commit, by one task, each failing alone.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.database import CompanyRef, current_company, current_scope
from portico.live import signals
from shared_apps.accounts import actors, sessions
from shared_apps.accounts.models import User
from shared_apps.audit import log
from shared_apps.console import index, merging, rebuild, verify, visit_ends
from shared_apps.console.incidents import spreading
from shared_apps.signup import names
from shared_apps.staff.models import TicketCoverage
from tenant_apps.journal import chain
from tenant_apps.journal.models import Event
from tenant_apps.people import contacts
from tenant_apps.telemetry import counting
from tenant_apps.tickets import actions as ticket_actions
from tenant_apps.tickets import attachments, branding, dues, tally, workflow
from tenant_apps.tickets import settings as ticket_settings
from tenant_apps.tickets.models import KEPT_FOR, Attachment, Ticket
from tenant_apps.visits import actions as visits
from tenants import looks, routing
from tenants.due import plan, remind
from tenants.models import Company, Due
from tenants.routing import Door

# The marks and words of statuses, for templates.
STATUSES = workflow.BY_KEY

# A reaction that was not run within this time is run again by the sweep.
_PATIENCE = timedelta(seconds=30)

Projection = Callable[[Any, Any], None]
Reaction = Callable[[Any], None]


def audit(event: Any, ticket: Any) -> None:
    """A projection: into the platform's audit goes what the platform is asked, and nothing of a company's own desk."""
    if ticket.is_platform:
        log.write(event, ticket)


def audit_staff(event: Any, ticket: Any) -> None:
    """The same for what only staff have to answer for."""
    if event.actor_kind == "staff":
        audit(event, ticket)


def of_staff(event: Any, subject: Any) -> None:
    """A projection: what happened on the platform. The same of a company's people is in its own journal alone."""
    if current_scope().company is None:  # type: ignore[union-attr]  # `record` needs a scope
        log.write(event, subject)


PROJECTIONS: Mapping[str, Iterable[Projection]] = {
    "ticket.create": [index.project, audit],
    "ticket.message.create": [index.project, audit],
    "ticket.status.update": [index.project, audit],
    "ticket.assign": [index.project, audit],
    "ticket.escalate": [index.project, audit],
    "ticket.importance.update": [index.project, audit],
    "ticket.rate": [index.project, audit],
    "attachment.add": [audit],
    "attachment.download": [audit_staff],
    **dict.fromkeys(("audit.export", "session.begin", "session.end", "session.refused"), [of_staff]),
    **dict.fromkeys(("key.create", "key.rotate", "key.revoke"), [of_staff]),
    **dict.fromkeys(("view.create", "view.delete"), [log.write]),
    "ticket.subject": [index.project, audit],
    **{f"ticket.incident.{verb}": [index.project, audit] for verb in ("link", "unlink", "pass")},
    **{f"incident.{verb}": [log.write] for verb in ("create", "update", "lead", "note", "link", "unlink")},
    **{f"incident.{verb}": [log.write, spreading.begin] for verb in ("say", "solve", "reopen")},
    **{f"team.{verb}": [log.write, signals.seat_anew] for verb in ("coverage.update", "role.update", "suspend")},
    **{f"team.{verb}": [log.write] for verb in ("resume", "skills.update", "invite", "invitation.revoke", "join")},
    **{f"subject.{verb}": [log.write, merging.read_anew] for verb in ("create", "update", "move")},
    "subject.merge": [log.write, merging.read_anew, merging.begin],
    "subject.merged": [log.write],
    **{f"company.{verb}": [log.write] for verb in ("created", "suspended", "resumed", "archived", "exported", "moved")},
    **{f"company.{verb}": [log.write] for verb in ("restore.begun", "restored", "agents.update")},
    **{f"company.{verb}.update": [log.write] for verb in ("tier", "white_label")},
    **{f"company.{verb}": [log.write] for verb in ("erasure.planned", "erasure.begun", "erased")},
    **{f"company.note.{verb}": [log.write] for verb in ("create", "update", "delete", "bring_back")},
    **dict.fromkeys(visits.VERBS, [log.write]),
    "settings.update": [looks.show],
}

# A company's index is compared this long after something happened there, and this long after the last comparison.
SOON, DAILY = "soon", "daily"
SEAL_AFTER = timedelta(minutes=1)
_VERIFY_AFTER = {SOON: timedelta(minutes=10), DAILY: timedelta(days=1)}


def verify_soon(event: Any) -> None:
    """A reaction: what was touched is compared sooner. The company's own desk stands in no index."""
    if event.facts.get("desk") != "company":
        verify_later(current_company(), SOON)


def verify_later(company: CompanyRef, key: str) -> None:
    """Have the company's tickets compared with the index, unless that is planned already."""
    plan("verify", key, _VERIFY_AFTER[key], company)


def seal_soon(event: Any) -> None:
    """The reaction to everything: it joins the journal's chain, with whatever else happens in the same minute."""
    plan("seal", "journal", SEAL_AFTER)


def seal_journal() -> None:
    """Seal what waits in the company's journal. Once an hour the platform's audit is told how far the chain goes."""
    for one, is_first in chain.seal():
        if is_first:
            told = Event(verb="journal.seal", actor_kind=SYSTEM.kind, actor_label=SYSTEM.label)
            told.facts = {"number": one.number, "head": one.hashes[-1], "generation": current_company().generation}
            log.write(told, one)


seal_audit = log.seal
count_telemetry = counting.count
go_on_merging = merging.go_on
regroup_tickets = merging.move_some
spread_incident = spreading.tell_some


def wake_batches() -> None:
    """What staff do with all requests of a list goes on where it was left lying."""
    from shared_apps.console import batches  # pages come with it, which ask here

    batches.wake()


# Verbs that only the company's own desk knows.
AT_HOME = (
    *("ticket.change", "ticket.incident", "ticket.link", "ticket.merge", "ticket.merged_in", "ticket.message.edit"),
    *("ticket.message.react", "ticket.message.taken_back", "ticket.parent", "ticket.pin", "ticket.snooze"),
    *("ticket.macro", "ticket.split", "ticket.team", "ticket.unlink", "ticket.unmerge", "ticket.unmerged"),
    *("ticket.wake", "ticket.watch", "ticket.delete", "ticket.bring_back", "ticket.requester"),
)


def fold_counters(event: Any) -> None:
    """A reaction: the counters of the company's desk are put together when their changes have become many."""
    if event.facts.get("desk") == "company":
        tally.fold()


_OF_TICKETS: list[Reaction] = [signals.ticket_changed, verify_soon, fold_counters]
REACTIONS: Mapping[str, Iterable[Reaction]] = {
    "ticket.create": _OF_TICKETS,
    "ticket.message.create": _OF_TICKETS,
    "ticket.status.update": _OF_TICKETS,
    "ticket.assign": _OF_TICKETS,
    "ticket.escalate": _OF_TICKETS,
    "ticket.importance.update": _OF_TICKETS,
    "ticket.rate": _OF_TICKETS,
    "ticket.subject": _OF_TICKETS,
    **{f"ticket.incident.{verb}": _OF_TICKETS for verb in ("link", "unlink", "pass")},
    **dict.fromkeys(visits.OF_TICKETS, [signals.ticket_changed]),
    **dict.fromkeys(AT_HOME, [signals.ticket_changed, fold_counters]),
}


def reactions_to(verb: str) -> list[Reaction]:
    """What follows after commit."""
    return [*REACTIONS.get(verb, ()), seal_soon]


# A restore asks here.
rebuild_index = rebuild.rebuild
write_dues = dues.write
# The rolling verification asks here.
index_drift = verify.drift_of
slug_problem = names.problem
end_visit, why_visit_is_over, visit_goes_on = visits.end_overdue, visit_ends.why_over, visits.goes_on
# Who asks for a style sheet or a logo that the door does not know yet asks here.
brand_as_set = branding.as_set


def remember_to_react(company: CompanyRef, event: Any) -> None:
    """Note in the event's own transaction that reactions are due, so that a crash after commit loses none."""
    Due.objects.create(
        company_id=company.id,
        generation=company.generation,
        schema=company.schema,
        job="react",
        key=str(event.pk),
        due_at=timezone.now() + _PATIENCE,
    )


def react_soon(company: CompanyRef, event: Any) -> None:
    """Hand the event to the worker. When the broker is away, the sweep does it later."""
    from portico.tasks import react  # tasks read REACTIONS from here

    react.send(company, str(event.pk))


def drop_upload(key: str) -> None:
    """Throw away a file that was uploaded and never sent."""
    found = Attachment.objects.filter(pk=UUID(key)).first()
    if found:
        attachments.throw_away(found)


def scan_file(key: str) -> None:
    """Look over a file for which the scanner was away."""
    found = Attachment.objects.filter(pk=UUID(key), state=Attachment.State.UNSCANNED).first()
    if found:
        attachments.scan(found)


def unlink_file(key: str) -> None:
    """Remove the bytes of a file whose row is gone."""
    attachments.unlink(UUID(key))


def wake_ticket(key: str) -> None:
    """End the rest of a ticket whose time has come.

    One that rests longer, since it was snoozed anew or this clock is behind, is due again then: the row that led here
    is used up.
    """
    ticket = Ticket.objects.filter(pk=UUID(key), is_snoozed=True).first()
    until = ticket.snoozed_until if ticket else None
    if until and until > clock.now():
        remind("wake", key, until)
    elif ticket and until:
        ticket_actions.wake(ticket)


def close_silent() -> None:
    """Close what has been solved and silent for long enough."""
    ticket_actions.close_silent()


def erase_tickets(key: str) -> None:
    """Erase all that was deleted long enough ago, not the due one alone; that one is due again when it is too early."""
    for ticket in Ticket.objects.overdue():
        ticket_actions.erase(ticket)
    early = Ticket.objects.filter(pk=UUID(key), merged_into=None).first()
    if early and early.deleted_at:
        remind("erase_ticket", key, early.deleted_at + KEPT_FOR)


def address_proven(user: Any) -> None:
    """Said by whatever proves that an address is this account's (an invitation opened, a mail confirmed), in its
    company's scope: what was asked from there before is theirs."""
    contacts.link_account(user)


def company_by_id(company_id: int, *, even_suspended: bool = False) -> CompanyRef | None:
    """The company when it works today, or rests only for its own people; else None. Needs the platform's scope."""
    states = [Company.State.ACTIVE, *([Company.State.SUSPENDED] if even_suspended else [])]
    company = Company.objects.filter(pk=company_id, state__in=states).first()
    return company.ref if company else None


def door_of(host: str) -> Door | None:
    """Where a host leads, or None."""
    return routing.door_of(host)


def actor_of_session(key: str) -> Actor | None:
    """Who is signed in with a session of this key, or None. Needs the door's scope."""
    user = sessions.person_of(SessionStore(key))
    return actors.actor_of(user) if user else None


def actor_by_id(id: UUID) -> Actor | None:
    """The person or the company's key with this id, while they may act: for the host of files."""
    return actors.by_id(id)


def api_origins() -> list[str]:
    """The websites whose pages may call this company's API. Needs the company's scope."""
    found: list[str] = ticket_settings.read("api_origins")["api_origins"]
    return found


def staff_member(email: str) -> Actor | None:
    """The staff member with this address. Needs the platform's scope."""
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    return actors.actor_of(user) if user else None


def coverage_of(staff_id: UUID) -> list[str]:
    """The subjects a staff member covers."""
    return list(TicketCoverage.objects.filter(platform_admin_id=staff_id).values_list("subject_id", flat=True))
