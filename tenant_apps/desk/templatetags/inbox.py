"""How words stand in a conversation of the company's desk."""

import re
from datetime import timedelta
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portico import clock
from portico.templatetags.portico import icon, when
from tenant_apps.desk.inbox.composing import called
from tenant_apps.tickets.quotes import own_words

register = template.Library()

MOST_LINES, LINE = 12, 80
NEAR = timedelta(hours=24)
_AT = re.compile(r"(?<![\w@/.])@(\w[\w.-]*)")
_TAG = re.compile(r"(<(?:\"[^\"]*\"|[^\">])*>)")
VIA = {
    "email": ("mail", "Sent via e-mail", "By e-mail"),
    "portal": ("door", "Shown in the portal", "In the portal"),
    "chat": ("chat", "In the chat", "In the chat"),
    "api": ("globe", "By a program", "By a program"),
    "ai": ("bolt", "By the assistant", "By the assistant"),
    "desktop_app": ("door", "In the app", "In the app"),
}


@register.simple_tag
def spoken(html: SafeString, message: Any, people: dict[Any, Any]) -> SafeString:
    """The drawn words of a message; who is spoken to is marked."""
    names = {name for key in message.mentions if key in people for name in called(people[key].name)}
    return mark_safe(_marked(html, names)) if names else html  # noqa: S308 (drawn by `speech`)


@register.filter
def is_long(message: Any) -> bool:
    """Whether it stands folded at first."""
    return sum(1 + len(line) // LINE for line in own_words(message.body).split("\n")) > MOST_LINES


@register.filter
def beginning(message: Any) -> str:
    """The first lines of a long message."""
    return own_words(message.body)[: MOST_LINES * LINE].split("\n\n\n")[0][:600] + " …"


@register.simple_tag
def via(message: Any, side: str) -> dict[str, str]:
    """Which way it came, or went: drawing and words."""
    icon, out, back = VIA.get(message.channel, ("door", "", ""))
    return {"icon": icon, "words": back if side == "customer" else out}


@register.filter
def minutes(number: int) -> str:
    """1 h 20 m."""
    hours, rest = divmod(number, 60)
    return f"{hours} h {rest} m" if hours else f"{rest} m"


@register.simple_tag
def due(ticket: Any, always: bool = False) -> SafeString:
    """When an answer is due, once that is near or past, or `always`; nothing for what is done, or has no due date."""
    at = ticket.sla_due_at
    if at is None or not (ticket.is_active or always):
        return mark_safe("")
    left = at - clock.now()
    said = "track" if left > NEAR else "risk" if left > timedelta(0) else "over"
    if said == "track" and not always:
        return mark_safe("")
    words = when(at, "full" if always else "short")
    if not ticket.is_active:
        return format_html('<span class="sla">{}</span>', words)
    drawing, before = ("alert", "over since ") if said == "over" else ("clock", "due ")
    return format_html('<span class="sla" data-sla="{}">{}{}{}</span>', said, icon(drawing, "s"), before, words)


@register.filter
def way_in(channel: str) -> str:
    """How a request came, in words."""
    return VIA[channel][2] if channel in VIA else "From Portico itself"


@register.filter
def sure(score: float | None) -> str:
    """86 %; empty when nobody said."""
    return "" if score in (None, "") else f"{float(score or 0):.0%}".replace("%", "\u00a0%")


@register.filter
def spaced(name: str) -> str:
    """The name of a filter in words."""
    return name.replace("_", " ").capitalize()


@register.filter
def at(numbers: dict[Any, Any], key: Any) -> Any:
    """What a table holds for a key; nothing when it holds none."""
    return numbers.get(key, "")


def _marked(html: str, names: set[str]) -> str:
    """The names in the text between tags; what stands inside of a tag is left alone."""
    parts = _TAG.split(html)
    return "".join(
        part if place % 2 else _AT.sub(lambda at: _mention(at, names), part) for place, part in enumerate(parts)
    )


def _mention(at: re.Match[str], names: set[str]) -> str:
    return f'<span class="mention">{at[0]}</span>' if at[1].casefold().rstrip(".") in names else at[0]
