"""The banner of what is wrong with the platform, above every page of the workspace."""

from typing import Any

from django import template

from portico.pages import form_token
from tenant_apps.desk import incidents

register = template.Library()


@register.inclusion_tag("desk/_incidents.html", takes_context=True)
def incident_banners(context: Any) -> dict[str, Any]:
    """One for each incident that this person's company is told of, unless they put it away."""
    request = context.get("request")
    told = incidents.told(request) if request else []
    return {"told": told, "csrf_token": form_token(request) if told else ""}


@register.simple_tag(takes_context=True)
def incident_of(context: Any, ticket: Any) -> Any:
    """The incident that a request is part of."""
    return incidents.of_ticket(context["request"], ticket.incident_id)
