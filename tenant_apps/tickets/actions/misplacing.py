"""A message that stands in the wrong request: it is put away there, and put back when that was a mistake."""

from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Missing
from tenant_apps.tickets.actions.keeping import keep, lock, require_desk, require_work, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Message


@transaction.atomic
def put_away(message: Message, *, by: Actor) -> Message:
    """Tell it to nobody here any more; the row stays. For who works on the request."""
    return _set(message, True, by)


@transaction.atomic
def put_back(message: Message, *, by: Actor) -> Message:
    """Tell it here again."""
    return _set(message, False, by)


def _set(message: Message, is_away: bool, by: Actor) -> Message:
    ticket = lock(message.ticket, by)
    require_desk(ticket)
    require_work(ticket, by)
    found = Message.objects.select_for_update(no_key=True).filter(pk=message.pk).first()
    if found is None:
        raise Missing
    if bool(found.withdrawn_at) == is_away:
        return found
    with writing():
        found.withdrawn_at = clock.now() if is_away else None
        found.save(update_fields=["withdrawn_at"])
        keep(ticket, is_news=False)
        verb = "ticket.message.put_away" if is_away else "ticket.message.put_back"
        tell(verb, ticket, by=by, message=str(found.pk))
    return found
