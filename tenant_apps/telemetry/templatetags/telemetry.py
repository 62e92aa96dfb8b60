"""The report that came with a request, drawn where its company's people read it."""

from typing import Any

from django import template

from tenant_apps.telemetry.actions import report_of
from tenant_apps.tickets.models import Ticket

register = template.Library()


@register.inclusion_tag("telemetry/_report.html")
def report(ticket: Ticket) -> dict[str, Any]:
    """How the app was when the request was written; nothing for a request that came another way."""
    return {"report": report_of(ticket)}
