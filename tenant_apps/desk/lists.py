"""The list of a company's requests to the platform: rows with their first words, and how many stand in each status."""

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
    seen = Ticket.objects.visible_to(actor, Ticket.Desk.PLATFORM)
    found = [seen.filter(status=key).order_by().values("status")[: COUNT_TO + 1] for key in workflow.KEYS]
    sql, params = found[0].union(*found[1:], all=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT status, count(*) FROM ({sql}) AS found GROUP BY status", params)  # noqa: S608
        return {key: str(number) if number <= COUNT_TO else f"{COUNT_TO}+" for key, number in cursor.fetchall()}
