"""The head of a mail, read field by field from its bytes, and the addresses in it. Takes time in its length, once."""

import re
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from tenant_apps.mailroom.reading.limits import HEADER, HEADERS, PARAMETERS, PEOPLE, REFERENCES, TooMuch
from tenant_apps.mailroom.reading.words import line_of

Fields = list[tuple[str, bytes]]
_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]?(.*)", re.DOTALL)
_LINE = re.compile(rb"\r?\n(?![ \t])")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,250}")
_ID = re.compile(r"<[^<>\s]{3,300}>")


def head_of(raw: bytes, start: int, end: int, *, most: int = HEADERS) -> tuple[Fields, int]:
    """The fields of a head, by name in lower case, and where the body begins. TooMuch("headers")."""
    if raw.startswith((b"\n", b"\r\n"), start):
        return [], start + (1 if raw.startswith(b"\n", start) else 2)
    found = _END.search(raw, start, min(end, start + most + 4))
    if found is None and end - start > most:
        raise TooMuch("headers")
    stop = found.start() if found else end
    fields: Fields = []
    for line in _LINE.split(raw[start:stop]):
        field = _FIELD.match(line)
        if field:
            fields.append((field[1].decode("ascii").lower(), field[2][:HEADER]))
        elif not fields and not line.startswith((b"From ", b">From ")):
            return [], start  # no head at all: everything is said
    return fields, found.end() if found else end


def every(fields: Fields, name: str) -> list[bytes]:
    """All fields of this name, in order."""
    return [value for key, value in fields if key == name]


def first(fields: Fields, name: str) -> str:
    """The first field of this name as a line; empty when there is none."""
    return next((line_of(value) for key, value in fields if key == name), "")


def parameters(fields: Fields, name: str, default: str) -> tuple[str, dict[str, str]]:
    """The value of a field like Content-Type in lower case, and its parameters with their names (RFC 2231)."""
    value = next((value for key, value in fields if key == name), b"")[:PARAMETERS]
    holder = Message()
    holder["Content-Type"] = re.sub(r"\s+", " ", value.decode("utf-8", "replace")).strip() or default
    try:
        known = holder.get_params(failobj=[(default, "")])
        found = {key.lower(): _parameter(said) for key, said in known[1:]}
    except (ValueError, TypeError, IndexError, LookupError):
        return default, {}
    return known[0][0].strip().lower() or default, found


def _parameter(said: object) -> str:
    try:
        plain = collapse_rfc2231_value(said)  # type: ignore[arg-type]
    except (ValueError, LookupError, TypeError):
        plain = str(said[-1]) if isinstance(said, tuple) else str(said)
    return line_of(plain.encode("utf-8", "replace"))


def people(fields: Fields, *names: str) -> list[tuple[str, str]]:
    """Names and addresses of these fields, at most PEOPLE. What is not clearly one address has an empty one."""
    found: list[tuple[str, str]] = []
    for name in names:
        for value in every(fields, name):
            found += [_person(one) for one in _pieces(value.decode("utf-8", "replace"))[:PEOPLE]]
    return found[:PEOPLE]


def _pieces(text: str) -> list[str]:
    """A list of addresses taken apart at its commas, its comments left out; quotes and angles hold together."""
    pieces, now, depth, quoted, angle, escaped = [], [], 0, False, False, False
    for char in text:
        if escaped or char == "\\":
            escaped = not escaped
            if not depth:
                now.append(char)
            continue
        if char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char == "(":
            depth += 1
        elif not quoted and char == ")" and depth:
            depth -= 1
            continue
        elif not quoted and not depth and char in "<>":
            angle = char == "<"
        elif not (quoted or depth or angle) and char in ",;":
            pieces.append("".join(now))
            now = []
            continue
        if not depth:
            now.append(char)
    return [one.strip() for one in [*pieces, "".join(now)] if one.strip(" \t\r\n:")]


def _person(piece: str) -> tuple[str, str]:
    before, angle, rest = piece.partition("<")
    address, _, behind = rest.partition(">") if angle else (piece, "", "")
    address = address.strip()
    name = line_of(before.replace('"', "").replace("\\", "").encode()) if angle else ""
    if behind.strip() or not _ADDRESS.fullmatch(address):
        return name[:120], ""
    return name[:120], address.lower()


def ids(fields: Fields, name: str) -> list[str]:
    """The Message-IDs of a field, the latest first."""
    text = b" ".join(every(fields, name)).decode("ascii", "ignore")
    return list(dict.fromkeys(reversed(_ID.findall(text))))[:REFERENCES]


def moment(fields: Fields) -> str:
    """When it was written, as its sender says, in ISO 8601; empty when that cannot be read."""
    try:
        return parsedate_to_datetime(first(fields, "date")[:80]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return ""
