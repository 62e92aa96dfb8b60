"""The requests in which a colleague called somebody, and how many of them still are work."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce

from portico.actor import Actor
from portico.database.kept import Among, Kept
from tenant_apps.tickets.models import Message, Ticket
from tenant_apps.tickets.workflow import DONE


def condition(person: UUID | None) -> Q:
    """Those in which this person is called and that are not done; what was merged goes on where it stays."""
    # Calls are few and read first, then where their requests stay: the database has three short ways to find, and not
    # one through three tables at once, which takes it longer than to walk it.
    calls = Message.objects.calling(person).order_by().values("ticket")
    called = Ticket.objects.filter(Among(F("pk"), ArraySubquery(calls)))
    stays = called.values(stays=Coalesce("merged_into", "pk"))
    return Q(Among(F("pk"), ArraySubquery(stays))) & ~Q(category__in=sorted(DONE))


def number(actor: Actor) -> tuple[str, tuple[Any, ...]]:
    """How many this actor sees, as a statement that `tally.read` takes along. Looked up and not counted along: calls
    are few, and a counter would count what somebody was called to and does not see."""
    return _NUMBER.sql(actor.shape, me=actor.id)


def _number(shape: Actor, *, me: UUID) -> Any:
    seen = Ticket.objects.visible_to(shape.who(me), Ticket.Desk.COMPANY).standing().filter(condition(me))
    return seen.order_by().annotate(key=Value("mentions")).values_list("key").annotate(together=Count("pk"))


_NUMBER = Kept(_number)
