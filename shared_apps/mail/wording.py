"""Letters in a company's own words: text with `{{ names }}` in it, and nothing else that does something.

Not Django's templates: those can loop, load and include, and these are written by people of many companies.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.template import Engine

from portico import asks

_NAMED = re.compile(r"\{\{\s*(\w*)\s*\}\}")
SUBJECT = "Subject:"


class Broken(Exception):
    """Words that cannot be used; says why in plain words."""


def built_in(template: str) -> str:
    """The words that the product brings, as a manager may begin with them."""
    return str(Engine.get_default().get_template(f"mail/{template}.txt").source)


def is_editable(template: str) -> bool:
    """Whether companies may put this letter into their own words."""
    return template in asks.OWN_WORDS


def check(source: str) -> None:
    """Broken unless every letter of this kind can be filled in."""
    first, _, body = source.strip().partition("\n")
    if not first.startswith(SUBJECT) or not first.removeprefix(SUBJECT).strip():
        raise Broken("The first line has to say the subject.")
    if not body.strip():
        raise Broken("There are no words below the subject.")
    unknown = [name for name in _NAMED.findall(source) if name not in asks.EXAMPLE_WORDS]
    if unknown:
        raise Broken(f"Nothing is called {{{{ {unknown[0]} }}}} in this letter.")
    if "{{" in _NAMED.sub("", source) or "}}" in _NAMED.sub("", source):
        raise Broken("A name stands between two braces on each side, like {{ number }}.")


def fill(source: str, words: Mapping[str, Any]) -> str:
    """The letter. A paragraph that names something is left out when nothing of what it names is there."""
    check(source)
    kept = [one for one in re.split(r"\n{2,}", source.strip()) if _says_something(one, words)]
    return _NAMED.sub(lambda found: str(words.get(found[1]) or ""), "\n\n".join(kept))


def _says_something(paragraph: str, words: Mapping[str, Any]) -> bool:
    names = _NAMED.findall(paragraph)
    return not names or any(words.get(name) for name in names)
