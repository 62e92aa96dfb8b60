"""What the tasks of the due-queue do (`tasks` says when): each is done once, in its company's scope."""

from datetime import timedelta
from uuid import UUID

from portico import clock
from portico.actor import SYSTEM
from portico.database import CompanyRef, current_company
from shared_apps.audit import log
from shared_apps.billing import following, looking
from shared_apps.console import merging, staff_mail, verify
from shared_apps.console.incidents import spreading
from shared_apps.mail import sending, tidying, transport
from shared_apps.signup import finding
from tenant_apps.journal import chain
from tenant_apps.journal.models import Event
from tenant_apps.mailroom import batching, collecting, mailboxes, watching
from tenant_apps.mailroom.actions import holding
from tenant_apps.people.actions import handing, importing
from tenant_apps.sso import refreshing
from tenant_apps.telemetry import counting
from tenant_apps.tickets import actions as ticket_actions
from tenant_apps.tickets import attachments
from tenant_apps.tickets.models import KEPT_FOR, Attachment, Ticket
from tenant_apps.visits import actions as visits
from tenants import due
from tenants.domains import actions as domains
from tenants.due import plan, remind

# A company's index is compared this long after something happened there, and this long after the last comparison.
SOON, DAILY = "soon", "daily"
_DAY = timedelta(days=1)
_VERIFY_AFTER = {SOON: timedelta(minutes=10), DAILY: _DAY}
TIDY = "tidy_mail"


def verify_later(company: CompanyRef, key: str) -> None:
    """Have the company's tickets compared with the index, unless that is planned already."""
    plan("verify", key, _VERIFY_AFTER[key], company)


def refresh_connection(key: str) -> None:
    """What a company's identity provider says of itself is read anew, and again tomorrow."""
    refreshing.refresh(UUID(key))


def seal_journal() -> None:
    """Seal what waits in the company's journal. Once an hour the platform's audit is told how far the chain goes."""
    for one, is_first in chain.seal():
        if is_first:
            told = Event(verb="journal.seal", actor_kind=SYSTEM.kind, actor_label=SYSTEM.label)
            told.facts = {"number": one.number, "head": one.hashes[-1], "generation": current_company().generation}
            log.write(told, one)
    plan(TIDY, "all", _DAY)  # where something happens, something is written that becomes old


# What the worker takes up, what waits beside it, and what did not work.
take_due, waiting, due_again = due.take, due.waiting, due.again
ways_kept_open, letters_in_turn = transport.kept_open, sending.in_turn
send_letter, send_letters_later, overdue_letters = sending.leave, sending.leave_later, sending.overdue
seal_audit = log.seal
count_telemetry = counting.count
go_on_merging, finish_merging = merging.go_on, merging.finish
regroup_tickets = merging.move_some
spread_incident = spreading.tell_some
look_at_billing, billing_waiting, part_with = looking.look, looking.waiting, following.forget
check_domain = domains.check
find_desks = finding.answer


def tell_staff(key: str) -> None:
    """Staff hear of what happened in a company."""
    staff_mail.tell_of(UUID(key))


def know_accounts(key: str) -> None:
    """Whose accounts are at this company is written down anew, and again tomorrow."""
    finding.keep_known()
    plan("know_accounts", key, timedelta(days=1))


def wake_batches() -> None:
    """What staff do with all requests of a list goes on where it was left lying."""
    from shared_apps.console import batches  # pages come with it, which ask here

    batches.wake()


def send_way_in(purpose: str, email: str, seat: str) -> None:
    """A link or a code by mail, if this address has an account here."""
    from shared_apps.accounts import asked  # it sends such tasks

    asked.send(purpose, email, seat)


# The rolling verification asks here.
index_drift = verify.drift_of
end_visit = visits.end_overdue


# Mails that came in are led to where they belong.
mails_in_turn = batching.in_turn


def collect_mail(key: str) -> None:
    """Fetch what is missing of a mail from its provider."""
    collecting.collect(UUID(key))


def tidy_mail() -> None:
    """Old letters lose what they said, and copies of old mails go; soon again when there are more, else tomorrow."""
    has_more = tidying.tidy() or holding.drop_copies()
    plan(TIDY, "all", _VERIFY_AFTER[SOON] if has_more else _DAY)


tidy_letters = tidying.tidy


def fetch_mailbox(key: str) -> None:
    """Look into a mailbox, and plan the next look."""
    mailboxes.fetch(UUID(key))


def watch_channels() -> None:
    """Tell those who lead a desk of mail channels that are in trouble."""
    watching.watch()


def purge_mail(key: str) -> None:
    """A mail that was deleted long enough ago goes, with its bytes."""
    holding.purge(UUID(key))


def import_people(key: str) -> bool:
    """Invite some more people of a list; whether there are more."""
    return importing.go_on(UUID(key))


def hand_on(key: str) -> str | None:
    """Hand on some more requests of somebody who does not answer any more; the key of the next ones."""
    event, _, place = key.partition(" ")
    further = handing.go_on(UUID(event), int(place or 0))
    return None if further is None else handing.later(UUID(event), further)


def import_later(key: str, after: timedelta) -> None:
    """Should the task that is sent at once be lost, the list goes on after that time."""
    plan("import_people", key, after)


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


def distribute_ticket(key: str) -> None:
    """Look once more for an agent who can take a ticket."""
    ticket = Ticket.objects.filter(pk=UUID(key)).first()
    if ticket:
        ticket_actions.offer_again(ticket)


def close_silent() -> None:
    """Close what has been solved and silent for long enough."""
    ticket_actions.close_silent()


def erase_tickets(key: str) -> None:
    """Erase all that was deleted long enough ago, not the due one alone; that one is due again when it is too early."""
    for ticket in Ticket.objects.overdue():
        holding.erase_of([ticket.pk, *Ticket.objects.filter(merged_into=ticket.pk).values_list("pk", flat=True)])
        ticket_actions.erase(ticket)
    early = Ticket.objects.filter(pk=UUID(key), merged_into=None).first()
    if early and early.deleted_at:
        remind("erase_ticket", key, early.deleted_at + KEPT_FOR)
