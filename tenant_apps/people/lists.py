"""From a file with people in it to rows: whatever wrote it, and whatever stands in it."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portico.errors import Invalid
from portico.naming import problem_with_words

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_CELL = 2 * 1024 * 1024, 5_000, 50, 500
# What a column may be called, in lower case and without signs.
_CALLED = {
    "email": ("email", "emailaddress", "mail", "address", "epost", "eposta"),
    "name": ("name", "fullname", "displayname", "navn"),
    "first": ("firstname", "givenname", "first", "fornavn"),
    "last": ("lastname", "surname", "familyname", "last", "etternavn"),
    "role": ("role", "rolle"),
    "teams": ("team", "teams", "group", "groups"),
}
_NAMES = {called: part for part, all_of_them in _CALLED.items() for called in all_of_them}
_USUAL = ("email", "name", "role", "teams")  # of a file without a line of names
_DELIMITERS = ",;\t|"
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
TEMPLATE = "\ufeffemail,name,role,teams\r\nnia@example.com,Nia Berg,member,\r\nper@example.com,Per Dahl,agent,\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, as it was typed; `wrong` says why it cannot be taken."""

    line: int
    email: str
    name: str = ""
    role: str = ""
    teams: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(slots=True)
class Read:
    """What stood in a file, and how it was read."""

    rows: list[Row] = field(default_factory=list)
    encoding: str = "UTF-8"
    delimiter: str = ","


def read(content: bytes) -> Read:
    """The rows of a file. Invalid under `file`, in words, for what is no such file."""
    if len(content) > MOST_BYTES:
        _refuse(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Please split it.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        _refuse("This is a workbook. Please save the sheet as CSV, and choose that file.")
    text, encoding = _decoded(content)
    lines = text.splitlines()
    if not any(one.strip() for one in lines):
        _refuse("This file is empty.")
    delimiter = max(_DELIMITERS, key=next(one for one in lines if one.strip()).count)
    try:
        found = list(_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error as trouble:
        raise Invalid({"file": [f"This cannot be read as a table: {trouble}."]}) from None
    if not found:
        _refuse("There are no people in this file.")
    return Read(found, encoding, {"\t": "tab"}.get(delimiter, delimiter))


def _decoded(content: bytes) -> tuple[str, str]:
    bom = next((name for mark, name in _BOMS.items() if content.startswith(mark)), "")
    for name in (bom, "utf-8", "cp1252") if bom else ("utf-8", "cp1252"):
        try:
            text = content.decode(name)
        except (UnicodeDecodeError, ValueError):
            continue
        if "\0" in text:
            break
        return text, {"cp1252": "Windows-1252", "utf-16": "UTF-16"}.get(name, "UTF-8")
    raise Invalid({"file": ["This is no text. Please save the sheet as CSV, and choose that file."]})


def _rows(lines: Iterator[list[str]]) -> Iterator[Row]:
    columns: Sequence[str] = ()
    number = 0
    for cells in lines:
        line = lines.line_num  # type: ignore[attr-defined]
        if len(cells) > MOST_COLUMNS:
            _refuse(f"Line {line} has {len(cells):,} columns; at most {MOST_COLUMNS} fit.")
        if not any(one.strip() for one in cells):
            continue
        if not columns:
            columns = _columns(cells)
            if columns and not any("@" in one for one in cells):
                continue
        number += 1
        if number > MOST_ROWS:
            _refuse(f"This file has more than {MOST_ROWS:,} people. Please split it.")
        yield _row(line, dict(zip(columns, (one.strip() for one in cells), strict=False)))


def _columns(cells: list[str]) -> list[str]:
    """What each column is: by its name, or in a file without names by its place."""
    if any("@" in one for one in cells):
        at = next(place for place, one in enumerate(cells) if "@" in one)
        rest = iter(_USUAL[1:])
        return ["email" if place == at else next(rest, "") for place in range(len(cells))]
    named = [_NAMES.get("".join(one for one in cell.lower() if one.isalpha()), "") for cell in cells]
    if "email" not in named:
        _refuse("No column is called “email”. The first line says what each column is; the template shows how.")
    return named


def _row(line: int, cells: dict[str, str]) -> Row:
    cells.pop("", None)
    email = cells.get("email", "")
    name = cells.get("name") or " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    teams = tuple(one.strip() for one in cells.get("teams", "").replace(";", ",").replace("|", ",").split(","))
    wrong = _wrong(email, name, cells)
    return Row(line, email[:254], name[:120], cells.get("role", "")[:60], tuple(filter(None, teams))[:20], wrong)


def _wrong(email: str, name: str, cells: dict[str, str]) -> str:
    if any(len(one) > MOST_CELL for one in cells.values()):
        return f"A cell has more than {MOST_CELL} characters."
    if not email:
        return "There is no address."
    if email.startswith(_FORMULA) or name.startswith(_FORMULA):
        return "This begins like a formula. Please write a name or an address."
    return problem_with_words(name) if name else ""


def _refuse(words: str) -> None:
    raise Invalid({"file": [words]})
