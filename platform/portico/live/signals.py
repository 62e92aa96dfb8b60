"""The reaction that tells open pages to look again."""

from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.apps import apps
from django.db import transaction

from portico import clock
from portico.database import current_company, current_scope
from portico.database.kept import Kept
from portico.live import groups, missed

log = structlog.get_logger("portico.live")


def ticket_changed(event: Any) -> None:
    """Signal the ticket's change to its company, and to those staff who may see it. Twice does no harm."""
    ticket = _TICKET.first(key=event.subject_id)
    if ticket is None:  # erased meanwhile
        return
    told = groups.of_ticket(current_company(), ticket, () if ticket.is_platform else _teams_of(ticket.requester_id))
    messages = [(group, str(ticket.pk)) for group in told]
    if ticket.is_platform and ticket.index_id:
        listeners = groups.of_staff(ticket.subject, ticket.assignee_id)
        messages += [(group, str(ticket.index_id)) for group in listeners]
    missed.note([group for group, _ in messages], event.at)
    async_to_sync(_send)(messages)


def _teams_of(person_id: Any) -> list[str]:
    """The teams of somebody who asked; a contact without an account is in none."""
    return list((_PROFILE.first(key=person_id) or {}).get("teams", ()))


def _ticket(*, key: UUID) -> Any:
    return apps.get_model("tickets", "Ticket").objects.filter(pk=key)


def _profile(*, key: UUID) -> Any:
    accounts = apps.get_model("accounts", "User")._default_manager.filter(pk=key)
    return accounts.values_list("profile", flat=True)


_TICKET, _PROFILE = Kept(_ticket, is_steady=True), Kept(_profile, is_steady=True)


def somebody_is_here(ticket: Any) -> None:
    """Signal those who may see a ticket of the company's desk that somebody came to it, or writes in it."""
    _say_who([(group, str(ticket.pk)) for group in groups.of_ticket(current_company(), ticket)])


def staff_are_here(row: Any) -> None:
    """The same for a ticket of the index: those staff who may see it, and nobody of its company."""
    _say_who([(group, str(row.pk)) for group in groups.of_staff(row.subject, row.assignee_id)])


def staff_noted(row: Any, *, is_confidential: bool) -> None:
    """Signal those staff who are told a note that something stands beside a ticket of the index; no company, ever."""
    told = told_of_note(row, is_confidential=is_confidential)
    missed.note(told, clock.now())
    try:
        async_to_sync(_send)([(group, str(row.pk)) for group in told])
    except Exception as trouble:  # it stands there when they look the next time
        log.warning("live.note_unsaid", error=type(trouble).__name__)


def told_of_note(row: Any, *, is_confidential: bool) -> list[str]:
    """The groups of those staff who are told a note beside this ticket."""
    told = groups.of_staff(row.subject, row.assignee_id)
    return [groups.confided(one) if is_confidential and one != groups.ALL_STAFF else one for one in told]


def _say_who(messages: list[tuple[str, str]]) -> None:
    try:
        async_to_sync(_send)(messages, "here")
    except Exception as trouble:  # nobody waits for this, and the page asks again by itself
        log.warning("live.here_unsaid", error=type(trouble).__name__)


def seat_anew(event: Any, person: Any) -> None:
    """A projection: once this is committed, all open pages of somebody of the staff, or of a company, are asked whether
    they may stay, and what they hear from now on."""
    scope = current_scope()
    company = scope.company if scope else None
    group = groups.member(company, person.pk) if company else groups.seat(person.pk)
    transaction.on_commit(lambda: _seat_anew(group), robust=True)


def _seat_anew(group: str) -> None:
    try:
        async_to_sync(_tell)(group, {"type": "seat.anew"})
    except Exception as trouble:  # they ask again by themselves within a minute
        log.warning("live.not_seated_anew", error=type(trouble).__name__)


async def _tell(group: str, message: dict[str, str]) -> None:
    await get_channel_layer().group_send(group, message)


async def _send(messages: list[tuple[str, str]], changed: str = "ticket") -> None:
    layer = get_channel_layer()
    for group, key in messages:
        await layer.group_send(group, {"type": "signal", "frame": {"changed": changed, "id": key}})
