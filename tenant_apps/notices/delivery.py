"""What became of the mail that carried a message to those who asked, and one more try when it was lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from portico import mailing
from portico.actor import SYSTEM, Actor
from portico.errors import Refused
from tenant_apps.tickets import access
from tenant_apps.tickets.actions.keeping import tell
from tenant_apps.tickets.models import Message, Ticket

LOST = frozenset({"bounced", "failed", "suppressed"})
# From the worst to the best: what is said of a message that went to several.
_WORDS = {
    "bounced": "Not delivered by e-mail",
    "failed": "Not sent by e-mail",
    "suppressed": "Not sent by e-mail",
    "queued": "On its way by e-mail",
    "sending": "On its way by e-mail",
    "sent": "Sent via e-mail",
    "delivered": "Delivered by e-mail",
    "opened": "Delivered by e-mail, and opened",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message fared by mail, in words. `why` says what went wrong, for the team."""

    words: str
    to: str
    why: str = ""
    is_lost: bool = False


def with_letters(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Each message with its `letters`, in the same statement."""
    carried = mailing.letters().filter(about=OuterRef("pk")).exclude(state="cancelled")
    carried = carried.exclude(state__in=["queued", "sending"], due_at=None).order_by("created_at", "id")
    return messages.annotate(
        letters=ArraySubquery(carried.values(json=JSONObject(to="to", state="state", why="error")))
    )


def of(message: Any) -> Delivery | None:
    """What became of the mail of a message that `with_letters` found; None when there was none."""
    letters: Sequence[dict[str, str]] = getattr(message, "letters", None) or ()
    for state, words in _WORDS.items():
        found = [one for one in letters if one["state"] == state]
        if found:
            to = ", ".join(one["to"] for one in found)
            return Delivery(words, to, found[0]["why"], state in LOST)
    return None


@transaction.atomic
def send_again(message: Message, *, by: Actor) -> int:
    """Let lost mail of this message leave once more; to how many. An address that came back gets another chance by it.

    Refused for somebody who complained: that is a manager's to lift.
    """
    access.require(by, "work", access.COMPANY_DESK)
    sent = mailing.again(message.pk)
    if not sent:
        raise Refused("nothing_lost", "There is no lost mail of this message that can be sent again.")
    tell("ticket.mail.again", message.ticket, by=by, message=str(message.pk), to=sent)
    return len(sent)


def lost(letter: mailing.Posted) -> None:
    """Said by whoever learns that a letter is lost: those who wrote the message read it in the conversation."""
    message = Message.objects.filter(pk=letter.about).select_related("ticket").first() if letter.about else None
    if message and message.ticket.desk == Ticket.Desk.COMPANY:
        facts = {"message": str(message.pk), "to": letter.to, "why": letter.error}
        tell("ticket.mail.lost", message.ticket, by=SYSTEM, **facts)
