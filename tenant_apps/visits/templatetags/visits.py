"""What every page of a manager says about visits."""

from django import template
from django.template.context import Context

from portico.actor import NOBODY
from tenant_apps.visits.asked import number

register = template.Library()


@register.simple_tag(takes_context=True)
def asked(context: Context) -> str:
    """ "yes" when staff of Portico wait for this person's word, else nothing."""
    return "yes" if number(context.get("actor") or NOBODY) else ""
