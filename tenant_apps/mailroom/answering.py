"""What whoever answers a request has to know of the mails in it."""

from uuid import UUID

from tenant_apps.mailroom.models import Incoming


def may_answer(ticket_id: UUID, address: str) -> bool:
    """Whether the latest mail of this address in the request is a person's; True when there is none."""
    rows = Incoming.objects.filter(ticket_id=ticket_id, sender=address.lower(), state=Incoming.State.FILED)
    why = rows.order_by("-received_at").values_list("why", flat=True).first()
    return why is None or bool(why.get("may_answer", True))


def signature_of(ticket_id: UUID) -> str:
    """What the channel by which the request came has below answers; empty without one."""
    rows = Incoming.objects.filter(ticket_id=ticket_id, state=Incoming.State.FILED).exclude(channel=None)
    return rows.order_by("received_at").values_list("channel__signature", flat=True).first() or ""
