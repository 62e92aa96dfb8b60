"""Somebody's picture where there is one, and their initials elsewhere."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portico import links
from portico.templatetags.portico import face
from tenant_apps.people.photos import KEY

register = template.Library()


@register.simple_tag
def portrait(person: Any, size: str = "") -> SafeString:
    """The circle of a person whose account is at hand."""
    key = str(person.profile.get("photo", ""))
    if not KEY.fullmatch(key):
        drawn: SafeString = face(person.name, size)
        return drawn
    length = format_html(' data-size="{}"', size) if size else ""
    return format_html('<span class="face"{}><img src="{}" alt=""></span>', length, links.to("people:picture", key))
