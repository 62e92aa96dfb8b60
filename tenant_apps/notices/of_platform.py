"""What Portico answers is told to whoever asked in the company: by Portico, and not in the company's own name."""

from typing import Any

from portico import clock, mailing, replying
from portico.database import current_company
from portico.mailing import Letter
from shared_apps.accounts.models import User
from tenant_apps.notices.kinds import KINDS, wants
from tenant_apps.tickets import access
from tenant_apps.tickets.models import Message, Ticket

KIND = "portico"


def tell(event: Any) -> None:
    """A reaction: post what Portico's staff have answered to whoever asked, if they have not said no."""
    if event.facts.get("desk") == "company":
        return
    message = Message.objects.filter(pk=event.facts.get("message"), withdrawn_at=None).select_related("ticket").first()
    if message is None or not message.is_staff_reply or message.is_internal or not message.ticket.is_platform:
        return
    asked = User.objects.filter(pk=message.ticket.requester_id, is_active=True, role__in=access.COMPANY).first()
    if asked and wants(KIND, asked.role, asked.profile):
        mailing.post(_letter(event, message, message.ticket, asked))


def _letter(event: Any, message: Message, ticket: Ticket, asked: User) -> Letter:
    thread = replying.thread_id(ticket.pk)
    return Letter(
        to=asked.email,
        name=asked.name,
        template=KINDS[KIND].template,
        facts={"ticket": str(ticket.pk), "message": str(message.pk), "kind": KIND},
        about=message.pk,
        person=asked.pk,
        once=event.pk,
        after=max(message.sends_at - clock.now(), mailing.AT_ONCE) if message.sends_at else mailing.AT_ONCE,
        headers={
            "in_reply_to": thread,
            "references": [thread],
            "reply_to": replying.reply_address(current_company(), ticket.pk, asked.pk),
            "by_hand": True,
        },
    )
