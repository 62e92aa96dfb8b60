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


def beginning(template: str) -> str:
    """The product's words, as a manager may begin with them."""
    sample = asks.SAMPLE_LETTERS[template]
    return sample.begins or str(Engine.get_default().get_template(f"mail/{template}.txt").source)


def is_plain(template: str) -> bool:
    """Whether the product's own words for this letter only name things, as a company's do."""
    return template in asks.SAMPLE_LETTERS and not asks.SAMPLE_LETTERS[template].begins


def check(template: str, source: str) -> None:
    """Broken unless every letter of this kind can be filled in, and says what it has to."""
    sample = asks.SAMPLE_LETTERS.get(template)
    first, _, body = source.strip().partition("\n")
    if sample is None:
        raise Broken("There is no such letter.")
    if not first.startswith(SUBJECT) or not first.removeprefix(SUBJECT).strip():
        raise Broken("The first line has to say the subject.")
    if not body.strip():
        raise Broken("There are no words below the subject.")
    names = _NAMED.findall(source)
    unknown = [name for name in names if name not in sample.words]
    if unknown:
        raise Broken(f"Nothing is called {{{{ {unknown[0]} }}}} in this letter.")
    if any(sign in _NAMED.sub("", source) for sign in ("{{", "}}", "{%", "%}")):
        raise Broken("A name stands between two braces on each side, like {{ name }}, and nothing else does.")
    missing = [name for name in sample.needs if name not in names]
    if missing:
        raise Broken(f"This letter is of no use without {{{{ {missing[0]} }}}}.")


def fill(template: str, source: str, words: Mapping[str, Any]) -> str:
    """The letter. A paragraph that names something is left out when nothing of what it names is there."""
    check(template, source)
    kept = [one for one in re.split(r"\n{2,}", source.strip()) if _says_something(one, words)]
    return _NAMED.sub(lambda found: str(words.get(found[1]) or ""), "\n\n".join(kept))


def _says_something(paragraph: str, words: Mapping[str, Any]) -> bool:
    names = _NAMED.findall(paragraph)
    return not names or any(words.get(name) for name in names)
