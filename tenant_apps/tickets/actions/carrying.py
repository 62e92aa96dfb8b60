"""Requests that go with their person into another company: packed here, taken out, and put in there.

Only the conversation goes: notes among those who answered, whose work it was, tags and links stay behind. What is taken
out is erased here, and the journal of both companies says so. The caller stands in one company's scope for each half,
and in one transaction for both.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from portico.actor import SYSTEM, Actor
from portico.storage import CompanyStorage
from tenant_apps.tickets import kinds, numbers, tally
from tenant_apps.tickets.actions.deleting import wipe
from tenant_apps.tickets.actions.keeping import tell
from tenant_apps.tickets.actions.opening import Requester
from tenant_apps.tickets.attachments import copies_of
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Attachment, Message, Ticket
from tenants.due import plan

MOST = 500
_A_DAY = timedelta(days=1)
_OF_TICKET = (
    *("subject", "urgency", "importance", "channel", "order_reference", "created_at", "updated_at"),
    *("last_activity_at", "last_message_at", "first_reply_at", "solved_at", "closed_at"),
    *("rating", "rating_comment", "rated_at", "unread_by_customer"),
)
_OF_MESSAGE = (
    *("id", "sender_type", "sender_user_id", "sender_admin_id", "sender_name", "body", "html", "created_at"),
    *("is_staff_reply", "channel", "edits"),
)
_OF_FILE = (
    *("id", "uploader_name", "name", "size", "content_type", "sha256", "kept_as", "thumbnail", "width", "height"),
    *("state", "reason", "created_at", "message_id"),
)


@dataclass(slots=True)
class Packed:
    """One request on its way."""

    id: UUID
    asker: UUID
    number: str
    type: str
    category: str
    columns: dict[str, Any]
    messages: list[dict[str, Any]]
    files: list[dict[str, Any]] = field(default_factory=list)
    bytes: dict[str, bytes] = field(default_factory=dict)


def carried(person: UUID, only: Collection[UUID] | None = None) -> Any:
    """The requests of somebody that would go along: their own, none that was merged or deleted."""
    mine = Ticket.objects.filter(desk=Ticket.Desk.COMPANY, requester_id=person, deleted_at=None, merged_into=None)
    mine = mine.filter(merged=None)
    return mine if only is None else mine.filter(pk__in=only)


@transaction.atomic
def take_out(person: UUID, to: str, only: Collection[UUID] | None = None, *, by: Actor = SYSTEM) -> list[Packed]:
    """Pack somebody's requests and erase them here; `to` is the company that they go to, for the journal."""
    keys = list(carried(person, only).order_by("pk").values_list("pk", flat=True)[:MOST])
    held = list(Ticket.objects.filter(pk__in=keys).order_by("pk").select_for_update())
    packed = [_pack(one) for one in held]
    with writing():
        for one in held:
            tell("ticket.carried_out", one, by=by, number=one.number, company=to)
            tally.shift(one.counted, ())
            wipe(one, [one.pk])
    return packed


@transaction.atomic
def put_in(packed: Collection[Packed], requester: Requester, came_from: str, *, by: Actor = SYSTEM) -> list[UUID]:
    """Unpack requests as this person's, with numbers of this company; `came_from` is the company they come from."""
    known = kinds.load()
    with writing():
        for one in packed:
            _unpack(one, known, requester)
            ticket = Ticket.objects.get(pk=one.id)
            facts = {"number": ticket.number, "before": one.number, "company": came_from}
            tell("ticket.carried_in", ticket, by=by, **facts)
            tally.shift((), ticket.counted)
    return [one.id for one in packed]


def _pack(ticket: Ticket) -> Packed:
    columns = {name: getattr(ticket, name) for name in _OF_TICKET}
    said = list(ticket.messages.filter(is_internal=False, withdrawn_at=None).order_by("pk"))
    messages = [{name: getattr(one, name) for name in _OF_MESSAGE} for one in said]
    packed = Packed(ticket.pk, ticket.requester_id, ticket.number, ticket.type, ticket.category, columns, messages)
    told = Attachment.objects.filter(message__in=[one.pk for one in said])
    storage = CompanyStorage()
    for file in told.exclude(state=Attachment.State.QUARANTINED).order_by("pk"):
        packed.files.append({name: getattr(file, name) for name in _OF_FILE})
        for name in copies_of(file):
            if storage.exists(name):
                with storage.open(name) as kept:
                    packed.bytes[name] = kept.read()
    return packed


def _unpack(one: Packed, known: kinds.Kinds, requester: Requester) -> None:
    kind = known[one.type] if one.type in known and not known[one.type].is_fixed else known.default
    status = kind.first_of(one.category) or kind.first_of("open") or kind.by_key[kind.initial]
    ticket = Ticket(id=one.id, desk=Ticket.Desk.COMPANY, type=kind.key, status=status.key, category=status.category)
    for name, value in one.columns.items():
        setattr(ticket, name, value)
    ticket.closed_at = (ticket.closed_at or ticket.updated_at) if ticket.is_closed else None
    ticket.requester_id, ticket.requester_name, ticket.requester_email = requester.id, requester.name, requester.email
    ticket.unread_by_agent = 1 if ticket.is_active else 0
    ticket.number = numbers.next_number(ticket.created_at)
    ticket.counted = tally.keys_of(ticket)
    ticket.save(force_insert=True)
    if ticket.category == "solved":
        plan("close_solved", "all", _A_DAY)
    for said in one.messages:
        own = {"sender_user_id": requester.id} if said["sender_user_id"] == one.asker else {}
        Message.objects.create(ticket=ticket, **said | own)
    storage = CompanyStorage()
    for file in one.files:
        Attachment.objects.create(ticket=ticket, uploader_id=requester.id, **file)
    for name, content in one.bytes.items():
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
