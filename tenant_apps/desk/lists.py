"""The list of a company's requests to the platform: rows with their first words, and how many stand in each status."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from portico.actor import Actor
from tenant_apps.tickets import workflow
from tenant_apps.tickets.models import Message, Ticket

COUNT_TO = 100
_EXCERPT = 160


def rows(actor: Actor, status: str = "") -> QuerySet[Ticket]:
    """What the actor can see in this status (empty: in all), each with the beginning of its first message."""
    first = Message.objects.filter(ticket=OuterRef("pk")).order_by("created_at", "id")
    found = Ticket.objects.visible_to(actor, Ticket.Desk.PLATFORM).annotate(
        excerpt=Subquery(first.values(text=Left("body", _EXCERPT))[:1])
    )
    return found.filter(status=status) if status else found


def counts(actor: Actor) -> dict[str, str]:
    """The figure for each status that has any ("7", "100+"), in one statement. Counting stops behind COUNT_TO."""
    seen = bounded(Ticket.objects.visible_to(actor, Ticket.Desk.PLATFORM), "status", workflow.KEYS)
    found = counted("status", *seen.query.sql_with_params())
    return {key: str(number) if number <= COUNT_TO else f"{COUNT_TO}+" for key, number in found.items()}


def bounded(seen: QuerySet[Ticket], column: str, keys: Iterable[str]) -> QuerySet[Any]:
    """What these have in a column, for each of the keys: one row more than COUNT_TO at most."""
    found = [seen.filter(**{column: key}).order_by().values_list(column)[: COUNT_TO + 1] for key in keys]
    return found[0].union(*found[1:], all=True)


def counted(column: str, sql: str, values: Sequence[Any]) -> dict[str, int]:
    """How many there are of each, by the statement of `bounded`. Keys of none are away."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, count(*) FROM ({sql}) AS found GROUP BY {column}", values)  # noqa: S608
        return dict(cursor.fetchall())
