"""The requests in which a colleague called somebody, and how many of them still are work."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from portico.actor import Actor
from portico.database.kept import Kept
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.workflow import DONE


def condition(person: UUID | None) -> Q:
    """Those in which this person is called and that are not done; what was merged goes on where it stays."""
    calls = Message.objects.calling(person).values(stays=Coalesce("ticket__merged_into", "ticket"))
    return Q(pk__in=calls) & ~Q(category__in=sorted(DONE))


def number(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """How many this actor sees, as a statement that `tally.read` takes along. Looked up and not counted along: calls
    are few, and a counter would count what somebody was called to and does not see."""
    return _NUMBER.sql(actor.shape, me=actor.id)


def _number(shape: Actor, *, me: UUID) -> Any:
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).standing().filter(condition(me))
    return seen.order_by().annotate(key=Value("mentions")).values_list("key").annotate(together=Count("pk"))


_NUMBER = Kept(_number)
