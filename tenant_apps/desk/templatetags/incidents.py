"""The banner of what is wrong with the platform, above every page of the workspace."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from portico.pages import form_token
from tenant_apps.desk import incidents

register = template.Library()


@register.simple_tag(takes_context=True)
def incident_banners(context: Any) -> str:
    """One for each incident that this person's company is told of, unless they put it away."""
    request = context.get("request")
    told = incidents.told(request) if request else []
    if not told:
        return ""
    return render_to_string("desk/_incidents.html", {"told": told, "csrf_token": form_token(request)})


@register.simple_tag(takes_context=True)
def incident_of(context: Any, ticket: Any) -> Any:
    """The incident that a request is part of."""
    return incidents.of_ticket(context["request"], ticket.incident_id)
