"""Deleting: away from everybody at once, kept for managers for a while, then erased for good."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.errors import Missing
from tenant_apps.tickets import access, attachments
from tenant_apps.tickets.actions.keeping import keep, lock, require_desk, tell
from tenant_apps.tickets.guard import erasing, writing
from tenant_apps.tickets.models import KEPT_FOR, Attachment, Link, Message, Seat, Ticket
from tenants.due import forget, remind

_JOB = "erase_ticket"
_ANSWERED = timedelta(days=1)  # programs have an answer again for so long


@transaction.atomic
def delete(ticket: Ticket, *, by: Actor) -> Ticket:
    """Take a ticket away, and with it those that were merged into it. For managers, of the company's own desk.

    It is gone from every list, search, counter and answer (`visible_to`), can be brought back for `KEPT_FOR`, and is
    erased then.
    """
    access.require(by, "delete", access.COMPANY_DESK)
    _hold(ticket)
    ticket = lock(ticket, by)
    require_desk(ticket)
    now = clock.now()
    with writing():
        for one in [ticket, *_merged(ticket)]:
            one.deleted_at, one.is_snoozed, one.snoozed_until = now, False, None
            keep(one, is_news=False)
        tell("ticket.delete", ticket, by=by, number=ticket.number, until=(now + KEPT_FOR).isoformat())
    remind(_JOB, ticket.pk.hex, now + KEPT_FOR)
    return ticket


@transaction.atomic
def bring_back(ticket: Ticket, *, by: Actor) -> Ticket:
    """Put a deleted ticket back where it was. Missing when it is not among the deleted ones, or erased already."""
    access.require(by, "delete", access.COMPANY_DESK)
    held = Ticket.objects.deleted_for(by).select_for_update(no_key=True).filter(pk=ticket.pk).first()
    if held is None:
        raise Missing
    with writing():
        for one in [held, *_merged(held)]:
            one.deleted_at = None
            keep(one, is_news=False)
        tell("ticket.bring_back", held, by=by, number=held.number)
    forget(_JOB, held.pk.hex)
    return held


@transaction.atomic
def erase(ticket: Ticket) -> None:
    """Erase a deleted ticket with its messages and files; nothing happens before its time has come.

    What stays is the journal, without its words: that there was one, and who deleted it.
    """
    held = Ticket.objects.overdue().select_for_update().filter(pk=ticket.pk).first()
    if held is None:
        return
    gone = [held.pk, *(one.pk for one in _merged(held))]
    with writing():
        tell("ticket.erase", held, by=SYSTEM, number=held.number)
    wipe(held, gone)
    _forget_answers()


def wipe(held: Ticket, gone: list[Any]) -> None:
    """Remove the rows and files of a ticket that the caller holds, with those that were merged into it (`gone` are the
    keys of all); within the action that says why."""
    for one in Attachment.objects.filter(Q(ticket__in=gone) | Q(message__ticket__in=gone)):
        attachments.erase(one)
    with writing(), erasing():
        for child in Ticket.objects.filter(parent__in=gone).order_by("pk").select_for_update(no_key=True):
            child.parent = None
            keep(child, is_news=False)
        Link.objects.filter(Q(ticket__in=gone) | Q(other__in=gone)).delete()
        Seat.objects.filter(ticket__in=gone).delete()
        Message.objects.filter(ticket__in=gone).delete()
        # The model is named, not imported: telemetry stands on tickets.
        apps.get_model("telemetry", "Event")._default_manager.filter(ticket_id__in=gone).delete()
        Ticket.objects.filter(merged_into=held.pk).delete()
        Ticket.objects.filter(pk=held.pk).delete()
    _forget_words(gone)


def _forget_words(gone: list[Any]) -> None:
    """Take its headline, names of files and changed values out of the journal, where nothing else ever changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.portico_forget_words(%s)", [gone])


def _forget_answers() -> None:
    """What programs were answered before it was deleted holds its words, and is asked for no more."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    answers = apps.get_model("accounts", "StoredAnswer")._default_manager
    answers.filter(created_at__lt=clock.now() - _ANSWERED, body__has_key="id").delete()


def _hold(ticket: Ticket) -> None:
    """Lock it along with what was merged into it, in the order of their keys: whoever undoes a merge does so too."""
    together = Ticket.objects.filter(Q(pk=ticket.pk) | Q(merged_into=ticket.pk)).order_by("pk")
    list(together.select_for_update(no_key=True).values_list("pk"))


def _merged(ticket: Ticket) -> list[Any]:
    """What was merged into it goes with it and comes back with it."""
    return list(Ticket.objects.filter(merged_into=ticket.pk).order_by("pk").select_for_update(no_key=True))
