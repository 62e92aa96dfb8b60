"""The report that came with a request, drawn where its company's people read it."""

from django import template
from django.template.loader import render_to_string

from tenant_apps.telemetry.actions import report_of
from tenant_apps.tickets.models import Ticket

register = template.Library()


@register.simple_tag
def report(ticket: Ticket) -> str:
    """How the app was when the request was written; nothing for a request that came another way."""
    found = report_of(ticket)
    return render_to_string("telemetry/_report.html", {"report": found}) if found else ""
