"""What templates say often: icons, marks, faces, doors and times."""

import zlib
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from typing import Protocol

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Textarea
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parsed_url
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from portico import links
from portico.drawing import Drawing, Word

register = template.Library()

# In this order: the first line of tokens.css says how the layers lie upon each other.
SHEETS = (
    *("tokens", "base", "layout"),
    *(
        f"components/{name}"
        for name in (
            *("badge", "board", "button", "chart", "composer", "dialog", "explain", "field", "files", "icon", "inbox"),
            *("mark", "menu", "nav", "notice", "panel", "portal", "preview", "query", "steps", "table", "ticket"),
            *("timeline", "tone", "account"),
        )
    ),
)
MODULES = (
    *("asked", "autogrow", "board", "copy", "dialog", "drop", "focus", "inbox", "keys", "live", "marks", "mention"),
    *("menu", "notices", "once", "overtaken", "palette", "seek", "unsent", "visit", "zone"),
)
TINTS = 10
_MONTH = 28 * 86_400
_SPANS = ((7 * 86_400, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"))


class Step(Protocol):
    """A status as marks need it."""

    @property
    def mark(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def customer_label(self) -> str: ...


class Housed(Protocol):
    """Whoever has a door."""

    @property
    def name(self) -> str: ...
    @property
    def tint(self) -> int: ...


# The names of static files are fixed for as long as a process lives; asking for each of sixty again costs a
# millisecond a page.
_address = cache(static)
# Small drawings are few and each stands on a page many times: they are put together once. What shapes one is its key,
# and so is whether somebody's name is clean HTML already: it equals the same name that is not.
_drawn = lru_cache(2_000, typed=True)


class _Link(URLNode):
    """`url` as Django has it, but the name is looked up once a process (`portico.links`)."""

    def render(self, context: Context) -> str:
        if self.kwargs:
            return super().render(context)
        address = links.to(self.view_name.resolve(context), *[one.resolve(context) for one in self.args])
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


@register.tag
def url(parser: Parser, token: Token) -> _Link:
    """Stands in the place of Django's own tag."""
    node = parsed_url(parser, token)
    return _Link(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag
@cache
def styles() -> SafeString:
    """One link for each style sheet: they load side by side, and each keeps its own place in the browser's cache."""
    links = ((_address(f"portico/css/{name}.css"),) for name in SHEETS)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)


@register.simple_tag
@cache
def modules() -> SafeString:
    """One script tag for each module: they import nothing from each other, so no import map has to be inline."""
    sources = ((_address(f"portico/js/{name}.js"),) for name in MODULES)
    return format_html_join("\n", '<script type="module" src="{}"></script>', sources)


@register.simple_tag
@_drawn
def icon(name: str, size: str = "") -> SafeString:
    """A drawing from icons.svg; words beside it, or a label on its button, say what it means."""
    return format_html(
        '<svg class="icon"{} aria-hidden="true"><use href="{}#{}"/></svg>',
        _attribute("data-size", size),
        _address("portico/icons.svg"),
        name,
    )


@register.simple_tag
@_drawn
def status(step: Step | str, customer: bool = False, only_mark: bool = False) -> SafeString:
    """The arch of a status and its word. Takes a status or its key; `only_mark` leaves the word to screen readers."""
    if isinstance(step, str):
        from portico import asks  # it looks across, and knows the product's statuses

        step = asks.STATUSES[step]
    word = step.customer_label if customer else step.label
    if only_mark:
        pattern = '<span class="status mark" data-status="{}" title="{}">{}<span class="sr">{}</span></span>'
        return format_html(pattern, step.mark, word, icon(f"status-{step.mark}"), word)
    return format_html(
        '<span class="status" data-status="{}">{}{}</span>', step.mark, icon(f"status-{step.mark}", "s"), word
    )


@register.simple_tag
@_drawn
def prio(priority: str) -> SafeString:
    """P1 to P4 with its stairs."""
    level = priority[-1:]
    return format_html('<span class="prio" data-p="{}">{}{}</span>', level, icon(f"steps-{level}", "s"), priority)


@register.simple_tag
def door(company: Housed, size: str = "", brand: bool = False) -> SafeString:
    """The arch of a company: its initial on its tint, or on the colour that the page already speaks."""
    return arch(initials(company.name)[:1], None if brand else company.tint % TINTS, size)


@_drawn
def arch(initial: str, tint: int | None, size: str) -> SafeString:
    """The arch with this letter; without a tint in the page's own colour."""
    colour = mark_safe(" data-brand") if tint is None else _attribute("data-tint", tint)
    pattern = '<span class="door"{}{} aria-hidden="true">{}</span>'
    return format_html(pattern, _attribute("data-size", size), colour, initial)


@register.simple_tag
@_drawn
def face(name: str, size: str = "") -> SafeString:
    """The circle of a person; an empty name draws the dashed circle of nobody."""
    length = _attribute("data-size", size)
    if not name:
        return format_html('<span class="face"{} data-empty aria-hidden="true">?</span>', length)
    letters = initials(name)[:1] if size == "xs" else initials(name)
    pattern = '<span class="face"{} data-tint="{}" aria-hidden="true">{}</span>'
    return format_html(pattern, length, zlib.crc32(name.encode()) % TINTS, letters)


@register.simple_tag
def when(moment: datetime | None, form: str = "full") -> SafeString:
    """A time as people say it; its title says it whole, with the distance.

    `form` is "full" (today 16:30), "short" for rows of a list (16:30, Tue, 3 Nov) or "clock" below a date rule (16:30).
    """
    return times(form)(moment) if moment else mark_safe("")


def times(form: str) -> Callable[[datetime | None], SafeString]:
    """`when` for many moments of one page: clock and zone are looked at once."""
    zone, now = timezone.get_current_timezone(), timezone.now()
    today = now.astimezone(zone).date()
    return lambda moment: _time(moment, form, zone, today, _ago(moment, now)) if moment else mark_safe("")


@register.simple_tag
def day(moment: datetime) -> str:
    """The date above the messages of one day: Today, Yesterday, else the day itself."""
    here, now = timezone.localtime(moment), timezone.localtime()
    named = {0: "Today", 1: "Yesterday"}.get((now.date() - here.date()).days)
    return named or (f"{here:%A, %-d %B}" if here.year == now.year else f"{here:%A, %-d %B %Y}")


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last word."""
    words = [word for word in name.split() if word]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@register.simple_tag(takes_context=True)
def drawn(context: Context, template: str, **values: object) -> SafeString:
    """A part of a page with forms as a drawing (`portico.drawing`): it sees these values and the forms' proof alone."""
    return _drawing(template)(csrf_token=str(context.get("csrf_token", "")), **values)


@register.simple_tag
def plain(template: str, **values: object) -> SafeString:
    """The same for a part without forms: a page that has none asks for no proof, and sets no cookie for it."""
    return _drawing(template)(**values)


@cache
def _drawing(template: str) -> Drawing:
    return Drawing(template)


@register.filter
def word(text: str) -> Word:
    """A text that a drawing may compare; there are few of its kind."""
    return Word(text)


@register.inclusion_tag("parts/_field.html")
def field(bound: BoundField, hint: str = "", **attrs: str) -> dict[str, object]:
    """A form field with its label, hint and problem. Further words become attributes of the control."""
    attributes: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attrs.items()}
    widget = bound.field.widget
    is_check = isinstance(widget, CheckboxInput)
    if hint:
        bound.help_text = bound.field.help_text = hint
    if not is_check and not isinstance(widget, RadioSelect):
        attributes.setdefault("class", "input")
    if isinstance(widget, Textarea):
        attributes.setdefault("data-autogrow", "")
    return {"field": bound, "control": bound.as_widget(attrs=attributes), "is_check": is_check}


@register.filter
def listed(words: Sequence[str]) -> str:
    """["a", "b", "c"] → "a, b and c"."""
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else str(last)


def _attribute(name: str, value: object) -> SafeString:
    return format_html(' {}="{}"', name, value) if value not in ("", None) else mark_safe("")


@lru_cache(1_000)
def _time(moment: datetime, form: str, zone: tzinfo, today: date, ago: str) -> SafeString:
    here = timezone.localtime(moment, zone)
    said = f"{here:%H:%M}" if form == "clock" else _said(here, today, short=form == "short")
    title = f"{here:%-d %B %Y, %H:%M %Z}, {ago}"
    # Nothing but figures and names of months and zones, which need no escaping.
    return mark_safe(f'<time datetime="{here.isoformat(timespec="seconds")}" title="{title}">{said}</time>')  # noqa: S308


def _said(here: datetime, today: date, short: bool) -> str:
    days = (today - here.date()).days
    if days == 0:
        return f"{here:%H:%M}" if short else f"today {here:%H:%M}"
    if short:
        return f"{here:%a}" if 0 < days < 7 else _date(here, today)
    near = {1: "yesterday", -1: "tomorrow"}.get(days)
    return f"{near} {here:%H:%M}" if near else f"{_date(here, today)}, {here:%H:%M}"


def _date(here: datetime, today: date) -> str:
    return f"{here:%-d %b}" if here.year == today.year else f"{here:%-d %b %Y}"


def _ago(moment: datetime, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 60:
        return "just now"
    return f"in {_span(moment, now, -seconds)}" if seconds < 0 else f"{_span(moment, now, seconds)} ago"


def _span(moment: datetime, now: datetime, seconds: float) -> str:
    """The first part of what Django says of a distance. Below a month that takes no calendar, and no while."""
    if seconds >= _MONTH:
        words: str = timesince(min(moment, now), max(moment, now), depth=1)
        return words.replace("\xa0", " ")
    length, unit = next(one for one in _SPANS if seconds >= one[0])
    number = int(seconds // length)
    return f"{number} {unit}{'' if number == 1 else 's'}"
