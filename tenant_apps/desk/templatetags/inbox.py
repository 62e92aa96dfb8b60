"""How words stand in a conversation of the company's desk."""

import re
from typing import Any

from django import template
from django.utils.html import escape, format_html, linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from tenant_apps.desk.inbox.composing import called
from tenant_apps.tickets.text import clean_html

register = template.Library()

MOST_LINES, LINE = 12, 80
_AT = re.compile(r"(?<![\w@/.])@(\w[\w.-]*)")
_TAG = re.compile(r"(<(?:\"[^\"]*\"|[^\">])*>)")
# What an address never lacks. Looking for addresses takes ten times as long as seeing that there is none.
_ADDRESS = re.compile(r"@|://|www\.|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)
_QUOTED = re.compile(r"(?:^(?:>.*)(?:\n|$)){2,}", re.MULTILINE)
VIA = {
    "email": ("mail", "Sent via e-mail", "By e-mail"),
    "portal": ("door", "Shown in the portal", "In the portal"),
    "chat": ("chat", "In the chat", "In the chat"),
    "api": ("globe", "By a program", "By a program"),
    "ai": ("bolt", "By the assistant", "By the assistant"),
    "desktop_app": ("door", "In the app", "In the app"),
}


@register.simple_tag
def spoken(message: Any, people: dict[Any, Any]) -> SafeString:
    """The words of a message with their look, cleaned once more; who is spoken to is marked, quotes are folded."""
    html = clean_html(message.html) if message.html else _folded(message.body)
    names = {name for key in message.mentions if key in people for name in called(people[key].name)}
    return mark_safe(_marked(html, names) if names else html)  # noqa: S308 (cleaned above)


@register.filter
def is_long(message: Any) -> bool:
    """Whether it stands folded at first."""
    return sum(1 + len(line) // LINE for line in message.body.split("\n")) > MOST_LINES


@register.filter
def beginning(message: Any) -> str:
    """The first lines of a long message."""
    return message.body[: MOST_LINES * LINE].split("\n\n\n")[0][:600] + " …"


@register.simple_tag
def via(message: Any, side: str) -> dict[str, str]:
    """Which way it came, or went: drawing and words."""
    icon, out, back = VIA.get(message.channel, ("door", "", ""))
    return {"icon": icon, "words": back if side == "customer" else out}


@register.filter
def first_name(name: str) -> str:
    """How a colleague is called."""
    return name.split(" ")[0]


@register.filter
def minutes(number: int) -> str:
    """1 h 20 m."""
    hours, rest = divmod(number, 60)
    return f"{hours} h {rest} m" if hours else f"{rest} m"


@register.filter
def at(numbers: dict[Any, Any], key: Any) -> Any:
    """What a table holds for a key; nothing when it holds none."""
    return numbers.get(key, "")


def _folded(body: str) -> str:
    parts, end = [], 0
    for quote in _QUOTED.finditer(body):
        parts.append(_plain(body[end : quote.start()]))
        words = "\n".join(line.removeprefix(">").strip() for line in quote[0].splitlines())
        parts.append(
            format_html('<details class="quoted"><summary>Quoted text</summary>{}</details>', mark_safe(_plain(words)))  # noqa: S308
        )
        end = quote.end()
    return "".join([*parts, _plain(body[end:])])


def _plain(text: str) -> str:
    if not text.strip():
        return ""
    linked = urlize(text, nofollow=True, autoescape=True) if _ADDRESS.search(text) else escape(text)
    return linebreaks(linked)


def _marked(html: str, names: set[str]) -> str:
    """The names in the text between tags; what stands inside of a tag is left alone."""
    parts = _TAG.split(html)
    return "".join(
        part if place % 2 else _AT.sub(lambda at: _mention(at, names), part) for place, part in enumerate(parts)
    )


def _mention(at: re.Match[str], names: set[str]) -> str:
    return f'<span class="mention">{at[0]}</span>' if at[1].casefold().rstrip(".") in names else at[0]
