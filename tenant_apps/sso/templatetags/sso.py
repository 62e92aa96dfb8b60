"""What the sign-in page asks about other ways in."""

from django import template

from tenant_apps.sso import reading

register = template.Library()


@register.simple_tag
def sign_in_ways() -> list[dict[str, str]]:
    """The connections that people of this company can sign in with."""
    return reading.ways()


@register.simple_tag
def ways_to_join(email: str, role: str) -> list[dict[str, str]]:
    """The connections with which whoever is invited joins without a password."""
    return reading.ways_to_join(email, role)
