"""What the sign-in page asks about other ways in."""

from django import template

from tenant_apps.sso import reading

register = template.Library()


@register.simple_tag
def sign_in_ways() -> list[dict[str, str]]:
    """The connections that people of this company can sign in with."""
    return reading.ways()
