"""How a request is called in a heading and in a row."""

from typing import Any

from django import template

from tenant_apps.tickets import catalogue

register = template.Library()


@register.filter
def topic(key: str) -> str:
    """A subject of the catalogue in words."""
    return catalogue.label_of(key)


@register.filter
def headline(ticket: Any) -> str:
    """What stands over a request: its topic, and which part of it when somebody said so."""
    label = catalogue.label_of(ticket.subject)
    return f"{label}: {ticket.sub_subject}" if ticket.sub_subject else label
