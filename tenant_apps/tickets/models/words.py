"""Words as they are looked for: without accents and signs between them, alike in Python and in PostgreSQL.

The indexes `ticket_words` and `message_words` are made of this: another table of letters needs other indexes.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Expression, F, Func, TextField, Value
from django.db.models.functions import Concat, Lower

MOST_WORDS = 10
_SHORT = 3  # shorter beginnings stand in nearly every message: there they are whole words
_BETWEEN = "@-./_+<>&=?#~:*"  # what the database's parser would take for addresses, signs and paths


def _letters() -> dict[str, str]:
    """Each small letter with an accent -> the letter. One for one, so that places in a text stay what they are.

    PostgreSQL goes through the whole table for each sign of a text: it holds what Europe writes, and not more.
    """
    found = {}
    for code in range(0xDF, 0x180):
        plain = unicodedata.normalize("NFD", chr(code))[0]
        if plain.isascii() and plain.islower():
            found[chr(code)] = plain
    return found | {"ø": "o", "ł": "l", "đ": "d", "ß": "s", "æ": "a"}


_PLAIN = _letters() | dict.fromkeys(_BETWEEN, " ")
_FROM, _TO = "".join(_PLAIN), "".join(_PLAIN.values())
_TABLE = str.maketrans(_FROM, _TO)
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'"([^"]*)"|(\S+)')


def folded(text: str) -> str:
    """A text as it is looked through, as long as before."""
    lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return lower.translate(_TABLE)


def vector(*columns: str | Expression) -> SearchVector:
    """What an index holds of these columns."""
    spaced = [part for one in columns for part in (F(one) if isinstance(one, str) else one, Value(" "))][:-1]
    whole = Concat(*spaced, output_field=TextField())
    plain = Func(Lower(whole), Value(_FROM), Value(_TO), function="TRANSLATE", output_field=TextField())
    return SearchVector(plain, config="simple")


@dataclass(frozen=True, slots=True)
class Part:
    """One word, several that follow each other (TICK-2026-0019), or a quoted phrase, whose last word is whole."""

    words: tuple[str, ...]
    is_quoted: bool = False

    def as_query(self, shortest: int = 1) -> str:
        *first, last = self.words
        end = "" if self.is_quoted or len(last) < shortest else ":*"
        return " <-> ".join([*(f"'{one}'" for one in first), f"'{last}'{end}"])

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it stands in a folded text."""
        between = r"[\W_]+".join(map(re.escape, self.words))
        return [one.span() for one in re.finditer(rf"(?<![^\W_]){between}" + r"[^\W_]*" * (not self.is_quoted), text)]


def parts(text: str) -> list[Part]:
    """What somebody looks for: every part must be there."""
    found = [
        Part(tuple(_WORD.findall(folded(one[1] if one[2] is None else one[2]))), one[1] is not None)
        for one in _PART.finditer(text)
    ]
    return [one for one in found if one.words][:MOST_WORDS]


def in_heads(wanted: list[Part]) -> SearchQuery:
    """The question to `ticket_words`."""
    return _query([one.as_query() for one in wanted])


def in_messages(wanted: list[Part]) -> SearchQuery:
    """The question to `message_words`."""
    return _query([one.as_query(_SHORT) for one in wanted])


def _query(found: list[str]) -> SearchQuery:
    return SearchQuery(" & ".join(f"({one})" for one in found), config="simple", search_type="raw")
