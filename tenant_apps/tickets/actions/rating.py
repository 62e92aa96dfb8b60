"""How it went, as whoever asked says once it is solved."""

from datetime import timedelta

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Refused
from tenant_apps.tickets import access, settings
from tenant_apps.tickets.actions.keeping import keep, lock, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import COMMENT_LENGTH, Ticket
from tenant_apps.tickets.text import clean_text

SETTING = "ask_rating"
_OPEN_FOR = timedelta(days=30)


@transaction.atomic
def rate(ticket: Ticket, rating: str, comment: str = "", *, by: Actor) -> Ticket:
    """Say whether it went well ("good" or "bad"), and why; said anew within the time, it takes the place of before.

    For the requester alone, of what is solved or closed. Opening a ticket again takes its rating away (`keeping.keep`):
    what was said then stands in its history. Saying the same twice is as good as once.
    """
    access.require(by, "rate", ticket.desk)
    if rating not in Ticket.Rating.values:
        raise Invalid({"rating": [f"Please choose one of: {', '.join(Ticket.Rating.values)}."]})
    comment = clean_text("comment", comment, limit=COMMENT_LENGTH, required=False)
    ticket = lock(ticket, by)
    if by.id != ticket.requester_id:
        raise Forbidden("not_yours", f"{ticket.requester_name} asked this, and says how it went.")
    _require_open(ticket)
    if (ticket.rating, ticket.rating_comment) == (rating, comment):
        return ticket
    with writing():
        before = ticket.rating
        ticket.rating, ticket.rating_comment, ticket.rated_at = rating, comment, clock.now()
        if not ticket.is_platform:
            ticket.unread_by_agent = ticket.unread_by_agent or 1  # nobody of the desk has seen this yet
        keep(ticket)
        tell("ticket.rate", ticket, by=by, rating=rating, comment=comment, before=before)
    return ticket


def is_open_to_rating(ticket: Ticket) -> bool:
    """Whether its requester may say now how it went: it is solved, not long ago, and went on nowhere else."""
    since = ticket.solved_at
    is_done = not ticket.is_active and not ticket.merged_into_id
    return is_done and since is not None and clock.now() < since + _OPEN_FOR


def _require_open(ticket: Ticket) -> None:
    if ticket.is_active:
        raise Refused("not_solved", "You can say how it went once this is solved.")
    if not is_open_to_rating(ticket):
        raise Refused("too_late", f"This was solved more than {_OPEN_FOR.days} days ago. Please write to us instead.")
    if not ticket.is_platform and not settings.read(SETTING)[SETTING]:
        raise Refused("not_asked", "You are not asked here how it went. Please write to us instead.")
