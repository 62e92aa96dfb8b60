"""Tables that only their own code writes: a statement that names one as what it writes asks that code first.

It keeps a hand from slipping, where a queryset's guard does not see: raw SQL, a copy, Django's own cascades. It is no
wall: functions and the owner's connection (migrations, restore, erasure) do not pass here.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

# Of tables by name: what is called with the first word of a statement that writes it, and raises unless it may.
_ASKED: dict[str, Callable[[str], None]] = {}

_READ = re.compile(r"\s*(?:select\b|\Z)", re.IGNORECASE)
_GAP = r"(?:\s|/\*.*?\*/|--[^\n]*\n)+"
_WRITE = re.compile(
    rf"\b(insert{_GAP}into|merge{_GAP}into|update|delete{_GAP}from|truncate(?:{_GAP}table)?|copy)"
    rf"(?:{_GAP}only)?{_GAP}(?:\w+\s*\.\s*|\"[^\"]+\"\s*\.\s*)?\"?(\w+)\"?(?!\w)"
    rf"(?!(?:{_GAP})?(?:\([^)]*\)(?:{_GAP})?)?to\b)",  # COPY … TO reads
    re.IGNORECASE | re.DOTALL,
)


def ask_before_writing(table: str, asked: Callable[[str], None]) -> None:
    """From now on a statement that writes `table` calls `asked` first, with its first word: insert, update, delete …"""
    _ASKED[table] = asked


def look(statement: Any, context: Any = None) -> None:
    """Raise what the table's own code says to this statement, if it writes such a table and may not."""
    text = statement if isinstance(statement, str) else _as_text(statement, context)
    if _only_reads(text):
        return
    lowered = text.lower()
    if any(table in lowered for table in _ASKED):
        for word, table in _written(text):
            _ASKED[table](word)


def _only_reads(text: str) -> bool:
    """Whether each statement in the message begins as one that reads. Nearly all do, and cost no more than this."""
    if not text.startswith("SELECT ") and not _READ.match(text):
        return False
    end = text.find(";")
    while end >= 0:
        if not _READ.match(text, end + 1):
            return False
        end = text.find(";", end + 1)
    return True


def _as_text(statement: Any, context: Any) -> str:
    return statement.decode(errors="replace") if isinstance(statement, bytes) else str(statement.as_string(context))


@lru_cache(1_000)
def _written(text: str) -> tuple[tuple[str, str], ...]:
    """What a statement does to which of the tables; found out once for each text."""
    found = ((word.split()[0].lower(), table.lower()) for word, table in _WRITE.findall(text))
    return tuple(dict.fromkeys((word, table) for word, table in found if table in _ASKED))
