"""What may stand in a company's brand: bounded plain words, a colour, a look for mails, and pictures drawn here."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from portico import colour
from portico.brand import LENGTHS, MAILS, Picture, picture_of
from portico.errors import Invalid
from portico.naming import problem_with_company
from tenant_apps.tickets import logos, settings
from tenant_apps.tickets.text import clean_text

_ONE_LINE = frozenset({"name", "welcome"})
# What turns text around or hides in it: a name must read as it is written.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff]")


def read(value: Any, before: Any, rest: Mapping[str, Any]) -> dict[str, Any]:
    """The brand as it is kept; what is left away stays. Invalid by part, all of them at once."""
    usual: dict[str, Any] = settings.DEFAULTS["brand"]
    if not isinstance(value, Mapping) or set(value) - set(usual):
        raise Invalid({"brand": [f"Please send: {', '.join(usual)}."]})
    given = {**usual, **(before if isinstance(before, Mapping) else {}), **value}
    wrong: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for part in usual:
        try:
            found[part] = _part(part, given[part])
        except Invalid as no:
            wrong |= no.fields
    if wrong:
        raise Invalid(wrong)
    return found


def as_set() -> Any:
    """How the company of this scope shows itself."""
    return settings.read("brand")["brand"]


def _part(part: str, given: Any) -> Any:
    if part in LENGTHS:
        return _worded(part, given)
    if part == "colour":
        return _coloured(given)
    if part == "mail":
        return _mailed(given)
    return _drawn(part, given)


def _worded(part: str, given: Any) -> str:
    if not isinstance(given, str):
        raise Invalid({part: ["Please write a text."]})
    if part in _ONE_LINE:
        given = " ".join(given.split())
    text = clean_text(part, given, limit=LENGTHS[part], required=False)
    if _HIDDEN.search(text):
        raise Invalid({part: ["This has a sign in it that nobody sees. Please type it anew."]})
    if part == "name" and (against := problem_with_company(text)):
        raise Invalid({part: [against]})
    return text


def _coloured(given: Any) -> str:
    """Empty for the colour that the desk came with."""
    text = given.strip() if isinstance(given, str) else "?"
    found = colour.read(text) if text else ""
    if text and not found:
        raise Invalid({"colour": ["Please write a colour as # and six digits or letters to f, like #2f55c8."]})
    return found


def _mailed(given: Any) -> str:
    if not isinstance(given, str) or given not in MAILS:
        raise Invalid({"mail": ["Please choose how mails look."]})
    return given


def _drawn(part: str, given: Any) -> dict[str, Any] | None:
    if given is None:
        return None
    picture: Picture | None = picture_of(given)
    if picture is None or not logos.is_kept(picture.key, own=part == "logo"):
        raise Invalid({part: ["This picture is not kept any more. Please choose it again."]})
    return asdict(picture)
