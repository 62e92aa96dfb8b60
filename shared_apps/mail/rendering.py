"""A letter as a mail: its template filled in, below the company's sign, as plain text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.template import Context, Engine, TemplateDoesNotExist
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from portico import asks, brand, colour, held
from portico.brand import Brand
from portico.database import CompanyRef, current_scope
from shared_apps.mail import wording
from shared_apps.mail.wording import SUBJECT, Broken

_TEAL = 5  # of the ten tints, the one that is nearest to Portico's own
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MOST_SUBJECT = 200
# Words, and below them an address on a line of its own: a button, when the address is one of the letter's own links.
_BUTTON = re.compile(r"(?P<words>[^\n]{1,80}):\n(?P<link>https?://\S+)")
# Where words with a look belong in the HTML: no sender can write this sign, it is taken out of all facts.
_PLACE = "\x02"


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be read in a mail. `trouble` says why the company's own words could not be used."""

    subject: str
    text: str
    html: str
    trouble: str = ""


def render(template: str, facts: Mapping[str, Any], own: str = "", in_its_name: bool = True) -> Words:
    """The letter of this template with these facts, in the company's scope or the platform's. Broken says why not.

    `own` are the company's own words for it; when they cannot be filled in, the product's are used.
    """
    shown = shown_brand(in_its_name)
    told = {"house": shown.house, "company": shown.house, **facts}
    if own:
        try:
            return _render(template, told, shown, own)
        except Broken as broken:
            found = _render(template, told, shown)
            return Words(found.subject, found.text, found.html, f"Your own words were not used. {broken}")
    return _render(template, told, shown)


def shown_brand(in_its_name: bool = True) -> Brand:
    """What the sender of this scope shows of itself; Portico, where it does not speak in the company's name.

    Within a batch the company is looked up once.
    """
    scope = current_scope()
    company = scope.company if scope else None
    if company is None or not in_its_name:
        return brand.read({}, name="Portico", tint=_TEAL, is_white_label=True)
    return held.once("mail.brand", partial(_brand_of, company))


def _brand_of(company: CompanyRef) -> Brand:
    with connection.cursor() as cursor:
        cursor.execute("SELECT white_label FROM public.portico_own_door()")
        is_white_label = bool(cursor.fetchone()[0]) or asks.plan_has_white_label(company)
    return brand.read(asks.brand_as_set(), name=company.name, tint=company.tint, is_white_label=is_white_label)


def one_line(text: str) -> str:
    """Words as a header takes them: one line, without signs that nobody sees."""
    return unfolded(text)[:_MOST_SUBJECT]


def unfolded(text: str) -> str:
    """The same, however long."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _render(template: str, told: Mapping[str, Any], shown: Brand, own: str = "") -> Words:
    subject, body = _text(template, told, own)
    stop = str(told.get("stop_link") or "")
    below = [*footer(shown), *([f"No more of these: {stop}"] if stop else [])]
    html = _layout(shown, subject, _html(template, told, own, body, shown), footer(shown), stop)
    return Words(subject, f"{body}\n\n-- \n{chr(10).join(below)}\n", html)


def footer(shown: Brand) -> list[str]:
    """The lines below every mail."""
    lines = [shown.house, *shown.footer.splitlines(), "" if shown.is_white_label else "Sent with Portico"]
    return [line for line in lines if line]


def _layout(shown: Brand, subject: str, body: SafeString, lines: list[str], stop: str) -> str:
    from portico.mailing import address

    logo = address(shown.logo.url) if shown.logo else ""
    words = {"brand": shown, "logo": logo, "subject": subject, "body": body, "footer": lines, "stop": stop}
    return _filled_in("mail/layout.html", words)


def _text(template: str, told: Mapping[str, Any], own: str) -> tuple[str, str]:
    """Subject and body. The first line says `Subject: …`."""
    if own or wording.is_plain(template):
        filled = wording.fill(template, own or wording.beginning(template), told)
    else:
        filled = _filled(f"mail/{template}.txt", told, escapes=False)
    first, _, body = filled.partition("\n")
    if not first.startswith(SUBJECT):
        raise Broken(f"The template {template} does not begin with its subject.")
    return one_line(first.removeprefix(SUBJECT)), body.strip()


def _html(template: str, told: Mapping[str, Any], own: str, body: str, shown: Brand) -> SafeString:
    """Made of the plain words, unless the template brings a page of its own. What has a look keeps it."""
    try:
        Engine.get_default().get_template(f"mail/{template}.html")
    except TemplateDoesNotExist:
        looks = {
            name.removesuffix("_html"): str(look) for name, look in told.items() if name.endswith("_html") and look
        }
        if looks:
            _, body = _text(template, {**told, **{name: f"{_PLACE}{name}{_PLACE}" for name in looks}}, own)
        return _paragraphs(body, told, looks, shown)
    return mark_safe(_filled(f"mail/{template}.html", told, escapes=True))  # noqa: S308  escaped there


def _paragraphs(text: str, told: Mapping[str, Any], looks: Mapping[str, str], shown: Brand) -> SafeString:
    own = {value for key, value in told.items() if key.endswith("link") and isinstance(value, str)}
    made = "\n".join(_paragraph(one, own, shown) for one in re.split(r"\n{2,}", text.strip()) if one)
    for name, look in looks.items():
        place = f"{_PLACE}{name}{_PLACE}"
        made = made.replace(f"<p>{place}</p>", look).replace(place, look)
    return mark_safe(made)  # noqa: S308  escaped word for word, and looks are cleaned by whoever brings them


def _paragraph(text: str, own: set[str], shown: Brand) -> str:
    found = _BUTTON.fullmatch(text)
    if found and found["link"] in own:
        colours = colour.palette(shown.hex)
        words = {"ground": colours.ground.used, "ink": colours.ink, "is_plain": shown.mail == "plain"}
        return _filled_in("mail/_button.html", {"link": found["link"], "words": found["words"], **words})
    return f"<p>{urlize(text, autoescape=True).replace(chr(10), '<br>')}</p>"


def _filled(name: str, told: Mapping[str, Any], *, escapes: bool) -> str:
    try:
        return _filled_in(name, told, escapes=escapes)
    except TemplateDoesNotExist:
        raise Broken(f"There is no template {name}.") from None
    except Exception as trouble:
        raise Broken(f"The template {name} cannot be filled in: {type(trouble).__name__}.") from trouble


def _filled_in(name: str, words: Mapping[str, Any], *, escapes: bool = True) -> str:
    return str(Engine.get_default().get_template(name).render(Context(dict(words), autoescape=escapes)))
