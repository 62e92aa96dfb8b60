"""Rows as a file that is written while it is sent: a table (CSV), or JSON lines."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse

from portico.limits import while_sent

FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
# Before what programs for tables take for the beginning of a formula; they read the wide ones as the narrow ones. Where
# commas stand in numbers, a semicolon parts the columns: a cell begins behind one, too, and behind a tab or a line.
_FORMULA = re.compile(r"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?= *[=+\-@\uff1d\uff0b\uff0d\uff20])")


def head(names: Sequence[str]) -> str:
    """The line above a table that names its columns."""
    return written("csv", [dict(zip(names, names, strict=True))], names)


def written(form: str, rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> str:
    """These rows, each with the columns that are named; one that a row does not have is empty."""
    told = ({name: _told(row.get(name)) for name in names} for row in rows)
    if form == "jsonl":
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in told)
    text = io.StringIO()
    csv.writer(text).writerows([_cell(row[name]) for name in names] for row in told)
    return text.getvalue()


def ending(form: str, words: str) -> str:
    """A last line in words, for a file that ends before its rows do: it must not pass for a whole one."""
    return written(form, [{"broken_off": words}], ["broken_off"])


def as_download(pieces: Iterable[str], form: str, name: str) -> StreamingHttpResponse:
    """The answer with the file in it. TooMany while others of the company, or of all, are being sent."""
    response = StreamingHttpResponse(pieces, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return while_sent(response)


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _cell(value: Any) -> str:
    """The value as text that no program for tables takes for a formula."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)  # no formula, and somebody will want to add it up
    if isinstance(value, list):
        text = ", ".join(map(str, value))
    else:
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else "" if value is None else str(value)
    return _FORMULA.sub("'", text)
