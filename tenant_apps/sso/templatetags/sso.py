"""What the sign-in page asks about other ways in."""

from django import template

from tenant_apps.sso import actions

register = template.Library()


@register.simple_tag
def sign_in_ways() -> list[dict[str, str]]:
    """The connections that people of this company can sign in with."""
    return actions.ways()
