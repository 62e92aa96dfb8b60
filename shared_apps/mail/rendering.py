"""A letter as a mail: its template filled in, below the company's sign, as plain text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.template import Context, Engine, TemplateDoesNotExist
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from portico import asks, brand
from portico.brand import Brand
from portico.database import current_scope

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_MOST_SUBJECT = 200
# Words, and below them an address on a line of its own: a button, when the address is one of the letter's own links.
_BUTTON = re.compile(r"(?P<words>[^\n]{1,80}):\n(?P<link>https?://\S+)")


class Broken(Exception):
    """A template that is not there, or that cannot be filled in; says why in plain words."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be read in a mail."""

    subject: str
    text: str
    html: str


def render(template: str, facts: Mapping[str, Any]) -> Words:
    """The letter of this template with these facts, in the company's scope or the platform's. Broken says why not."""
    shown = shown_brand()
    told = {**_clean(facts), "house": shown.house, "company": shown.house}
    subject, body = _text(template, told)
    html = _html(template, told, body)
    return Words(subject, f"{body}\n\n-- \n{footer(shown)}\n", layout(shown, subject, html))


def shown_brand() -> Brand:
    """What the sender of this scope shows of itself."""
    scope = current_scope()
    company = scope.company if scope else None
    if company is None:
        return brand.read({}, name="Portico", is_white_label=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT white_label FROM public.portico_own_door()")
        is_white_label = bool(cursor.fetchone()[0])
    return brand.read(asks.brand_as_set(), name=company.name, tint=company.tint, is_white_label=is_white_label)


def footer(shown: Brand) -> str:
    """The lines below every mail."""
    lines = [shown.house, shown.footer, "" if shown.is_white_label else "Sent with Portico"]
    return "\n".join(line for line in lines if line)


def layout(shown: Brand, subject: str, body: SafeString) -> str:
    """The one page that every mail stands on."""
    from portico.mailing import address

    logo = address(shown.logo.url) if shown.logo else ""
    words = {"brand": shown, "logo": logo, "subject": subject, "body": body, "footer": footer(shown).splitlines()}
    return str(Engine.get_default().get_template("mail/layout.html").render(Context(words)))


def paragraphs(text: str, facts: Mapping[str, Any], colour: str = "") -> SafeString:
    """Plain words as HTML: paragraphs, addresses that can be followed, and the letter's own links as buttons."""
    own = {value for key, value in facts.items() if key.endswith("link") and isinstance(value, str)}
    return mark_safe("\n".join(_paragraph(one, own) for one in re.split(r"\n{2,}", text.strip()) if one))  # noqa: S308


def _paragraph(text: str, own: set[str]) -> str:
    found = _BUTTON.fullmatch(text)
    if found and found["link"] in own:
        words = {"link": found["link"], "words": found["words"]}
        return str(Engine.get_default().get_template("mail/_button.html").render(Context(words)))
    return f"<p>{urlize(escape(text), nofollow=False).replace(chr(10), '<br>')}</p>"


def _text(template: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body. The first line says `Subject: …`."""
    filled = _filled(f"mail/{template}.txt", facts, escapes=False)
    first, _, body = filled.partition("\n")
    if not first.startswith("Subject:"):
        raise Broken(f"The template {template} does not begin with its subject.")
    return one_line(first.removeprefix("Subject:")), body.strip()


def _html(template: str, facts: Mapping[str, Any], body: str) -> SafeString:
    try:
        Engine.get_default().get_template(f"mail/{template}.html")
    except TemplateDoesNotExist:
        return paragraphs(body, facts)
    return mark_safe(_filled(f"mail/{template}.html", facts, escapes=True))  # noqa: S308  escaped there


def _filled(name: str, facts: Mapping[str, Any], *, escapes: bool) -> str:
    try:
        return str(Engine.get_default().get_template(name).render(Context(dict(facts), autoescape=escapes)))
    except TemplateDoesNotExist:
        raise Broken(f"There is no template {name}.") from None
    except Exception as trouble:
        raise Broken(f"The template {name} cannot be filled in: {type(trouble).__name__}.") from trouble


def one_line(text: str) -> str:
    """Words as a header takes them: one line, without signs that nobody sees."""
    return " ".join(_CONTROL.sub(" ", text).split())[:_MOST_SUBJECT]


def _clean(told: Any) -> Any:
    """Facts without control characters: they come from people, and from programs."""
    if isinstance(told, str):
        return _CONTROL.sub("", told.replace("\r\n", "\n"))
    if isinstance(told, Mapping):
        return {key: _clean(value) for key, value in told.items()}
    return [_clean(one) for one in told] if isinstance(told, list) else told
