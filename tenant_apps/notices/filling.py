"""What a letter about a request says: looked up when it leaves, as its reader may see it then."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portico import asks
from portico.mailing import NotNeeded, NotYet, address
from shared_apps.accounts import actors
from shared_apps.accounts.models import User
from tenant_apps.notices import samples
from tenant_apps.tickets import access, priority, settings
from tenant_apps.tickets.attachments.keeping import attach
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.text import clean_html

_TO_CUSTOMERS = frozenset({"support_ticket_update", "support_received", "support_opened", "support_solved"})


def fill(template: str, facts: Mapping[str, Any], person: UUID | None) -> Mapping[str, Any]:
    """What the words of this template may name. Facts of letters about nothing here are left as they are.

    NotNeeded when its reader may not know of it, or it was taken back; NotYet while it may still be.
    """
    if not samples.SAMPLES.get(template):
        return facts
    if "ticket" not in facts:
        return {"language": _language(person), **facts}
    ticket = Ticket.objects.standing().filter(pk=facts["ticket"]).first()
    if ticket is None:
        raise NotNeeded("The request is not there any more.")
    reader = User.objects.filter(pk=person, is_active=True).first() if person else None
    if person and (reader is None or not _sees(ticket, reader)):
        raise NotNeeded("This person does not see the request any more.")
    message = _message(facts.get("message"), reader)
    return _words(template, ticket, message, reader)


def _language(person: UUID | None) -> str:
    """What whoever a letter is for likes to read."""
    reader = User.objects.filter(pk=person).first() if person else None
    return str(reader.profile.get("language", "")) if reader else ""


def _sees(ticket: Ticket, reader: User) -> bool:
    return Ticket.objects.visible_to(actors.actor_of(reader), ticket.desk).filter(pk=ticket.pk).exists()


def _message(key: Any, reader: User | None) -> Message | None:
    """What was said, when this letter is about that."""
    if not key:
        return None
    message = Message.objects.filter(pk=key).first()
    if message is None or message.withdrawn_at:
        raise NotNeeded("It was taken back before it left.")
    if message.is_held() and message.sends_at:
        raise NotYet(message.sends_at)
    if message.is_internal and (reader is None or reader.role not in access.COMPANY):
        raise NotNeeded("A note is for agents alone.")
    return message


def _words(template: str, ticket: Ticket, message: Message | None, reader: User | None) -> dict[str, Any]:
    to_customer = template in _TO_CUSTOMERS and not ticket.is_platform
    status = ticket.workflow_status
    found = {
        "number": ticket.number,
        "subject": ticket.subject,
        "requester": ticket.requester_name,
        "assignee": ticket.assignee_name,
        "desk": ticket.desk,
        "status": status.customer_label if template in _TO_CUSTOMERS else status.label,
        "priority": priority.WORDS[ticket.priority].capitalize(),
        "department": settings.departments(retired=True).get(ticket.department, ""),
        "sender": "",
        "message": "",
        "signature": "",
        "files": "",
        "language": str(reader.profile.get("language", "")) if reader else "",
        "link": _link(ticket, reader, to_customer=to_customer),
    }
    return found | (_said(message, reader, to_customer=to_customer) if message else {})


def _said(message: Message, reader: User | None, *, to_customer: bool) -> dict[str, Any]:
    attach([message])
    sent = message.__dict__["files"]
    return {
        "sender": message.sender_name,
        "message": message.body,
        "message_html": clean_html(message.html) if message.html else "",
        "signature": _signature(message) if to_customer else "",
        "files": ", ".join(one.name for one in sent),
        "enclosed": [str(one.pk) for one in sent] if reader is None else [],
    }


def _signature(message: Message) -> str:
    """What the agent who answers stands for, as they wrote it; else what the channel has below answers."""
    if not message.is_staff_reply:
        return ""
    writer = User.objects.filter(pk__in=[message.sender_user_id]).first()
    own = str(writer.profile.get("signature", ""))[:1_000] if writer else ""
    return own or asks.channel_signature(message.ticket_id)


def _link(ticket: Ticket, reader: User | None, *, to_customer: bool) -> str:
    """Where its reader finds it; those without an account answer by mail."""
    if reader is None:
        return ""
    if ticket.is_platform:
        return address(f"/manager/tickets/{ticket.pk}")
    is_agent = reader.role in access.COMPANY and not (to_customer and reader.pk == ticket.requester_id)
    return address(f"/manager/inbox/{ticket.pk}" if is_agent else f"/requests/{ticket.pk}")
