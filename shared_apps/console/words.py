"""The words that the queue is searched by: of number, sub-subject and requester, kept in each row of the index.

Each stands there by itself, for those who see everything, and once more behind its subject and behind its assignee.
Whoever covers a subject asks for the word behind that subject: the database then reads what they may see and nothing
else, so that neither a number nor the time that it takes tells of what they may not.
"""

import hashlib
import re
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, Expression, F, Field, Func, TextField, Value
from django.db.models.functions import Cast, Coalesce

from tenant_apps.tickets.models import words

LONGEST = 80
_MARK, _TAIL = 6, 8
# The database's parser takes 4e9 in 4e9a2e29 for a number, and what follows for a word of its own.
_EXPONENT = re.compile(r"^(\d+e\d+)(?=[^\W\d_])")


def kept() -> Expression:
    """What the column holds; the database makes it whenever the row is written."""
    said = words.vector("number", _plain_number(), "sub_subject", "requester_name")
    bare = Func(said, function="STRIP", output_field=SearchVectorField())
    subject = Func(Func(F("subject"), function="MD5"), Value(_MARK), function="LEFT", output_field=TextField())
    assignee = Func(Cast("assignee_id", TextField()), Value(_TAIL), function="RIGHT", output_field=TextField())
    return _joined(SearchVectorField(), bare, _behind(bare, subject), _behind(bare, assignee))


def matching(text: str, mark: str = "") -> Expression | None:
    """Whether a row has words that begin like all of these, behind this mark; None for a text without words."""
    wanted = each(text, mark)
    return having(" & ".join(wanted)) if wanted else None


def each(text: str, mark: str = "") -> list[str]:
    """The same word by word, as texts for `having`."""
    return [word for one in words.parts(text) for word in _asked(one.words, mark, is_whole=one.is_quoted)]


def having(question: str) -> Expression:
    """Whether a row answers this text of a `tsquery`."""
    query = Func(Value(question), template="%(expressions)s::tsquery", output_field=SearchQueryField())
    return Func(F("words"), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())


def of_subject(key: str) -> str:
    """The mark before the words of a subject's tickets."""
    return hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:_MARK]


def of_assignee(id: UUID | None) -> str:
    """The mark before the words of what is somebody's work."""
    return str(id)[-_TAIL:]


def _asked(said: tuple[str, ...], mark: str, *, is_whole: bool) -> list[str]:
    before = f"{mark}:" if mark else ""
    stored = [part for one in said for part in _EXPONENT.sub(r"\1 ", one).split()]
    *first, last = [f"'{before}{one}'" for one in stored]
    return [*first, last if is_whole else f"{last}:*"]


def _plain_number() -> Expression:
    """TICK-2026-0019 is found by 19, too."""
    return Func(F("number"), Value("0*([1-9][0-9]*)$"), function="SUBSTRING", output_field=TextField())


def _behind(said: Expression, mark: Expression) -> Expression:
    """Each word behind the mark, none without one. Words are letters and digits: no sign in them misleads."""
    text = _joined(TextField(), Value(" "), Cast(said, TextField()))
    before = _joined(TextField(), Value(" '"), mark, Value(":"))
    whole = Func(text, Value(" '"), before, function="REPLACE", output_field=TextField())
    return Cast(Coalesce(whole, Value("")), SearchVectorField())


def _joined(kind: "Field[Any, Any]", *parts: Expression) -> Expression:
    return Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=kind)
