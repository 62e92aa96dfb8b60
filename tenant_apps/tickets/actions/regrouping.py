"""Tickets with the platform whose subject became part of another one."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from portico.actor import SYSTEM
from tenant_apps.tickets.actions.keeping import keep, tell
from tenant_apps.tickets.guard import writing
from tenant_apps.tickets.models import Ticket


@transaction.atomic
def regroup(tickets: Iterable[UUID], before: str, after: str) -> int:
    """Give these tickets the subject `after` where they have `before`; how many had. The product's own work.

    Lists keep their order: nobody said anything new. Locked in the order of their keys, like everything that takes
    several tickets at once.
    """
    asked = Ticket.objects.filter(desk=Ticket.Desk.PLATFORM, pk__in=list(tickets), subject=before)
    found = list(asked.order_by("pk").select_for_update(no_key=True))
    with writing():
        for ticket in found:
            ticket.subject = after
            keep(ticket, is_news=False)
            tell("ticket.subject", ticket, by=SYSTEM, **{"from": before, "to": after})
    return len(found)
