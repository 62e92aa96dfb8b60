"""What the settings pages say often: what is wrong with a part, beside it, and values of a mapping."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portico import links
from portico.actor import Actor
from portico.templatetags.portico import icon
from tenant_apps.desk.setup import places
from tenant_apps.people import access as people

register = template.Library()


@register.simple_tag
def wrong(problems: Mapping[str, str], *parts: object) -> SafeString:
    """What is wrong with this part, in words below its control; nothing when nothing is."""
    part = ".".join(str(one) for one in parts)
    if part not in problems:
        return mark_safe("")
    pattern = '<span class="problem" data-tone="red" id="wrong-{}">{}<span>{}</span></span>'
    return format_html(pattern, part.replace(".", "-"), icon("alert", "s"), problems[part])


@register.simple_tag
def marked(problems: Mapping[str, str], *parts: object) -> SafeString:
    """The attributes of a control that something is wrong with, which tie it to those words."""
    part = ".".join(str(one) for one in parts)
    if part not in problems:
        return mark_safe("")
    return format_html(' aria-invalid="true" aria-describedby="wrong-{}"', part.replace(".", "-"))


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """The value of a key that is known only here."""
    return values.get(key, "")


@register.simple_tag
def drawing(mark: str) -> SafeString:
    """The arch of a mark that somebody can choose."""
    return icon(f"status-{mark}")


@register.filter
def one_a_line(values: Any) -> str:
    """The values as a text field shows them: one on each line."""
    return "\n".join(str(one) for one in values or ())


@register.simple_tag(takes_context=True)
def settings_pages(context: Context) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The settings pages that this person may open: address, words, and whether it is the one that is open."""
    page, kind = context["request"].resolver_match.view_name, str(context.get("place", ""))
    return [
        (heading, [(links.to(one.name, *one.args), one.label, one.is_here(page, kind)) for one in some])
        for heading, some in places.open_to(context["actor"])
    ]


@register.filter
def keeps_people(actor: Actor) -> bool:
    """Whether this person invites people and changes their roles."""
    return people.may(actor, "manage_people")


@register.filter
def makes_roles(actor: Actor) -> bool:
    """Whether this person makes roles of the company's own."""
    return people.may(actor, "keep_roles")
