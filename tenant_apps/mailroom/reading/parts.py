"""A mail taken apart into its parts, over its bytes, within limits; nothing is copied until it is decoded."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tenant_apps.mailroom.reading import headers
from tenant_apps.mailroom.reading.limits import DEPTH, HEADERS, NESTED, PARTS, TooMuch
from tenant_apps.mailroom.reading.words import unpacked64

_UNNAMED = re.compile(rb"[\r\n]--([^\r\n ]{4,70})[ \t]*\r?\nContent-", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: its fields, its kind with parameters, and where its body lies in the mail."""

    fields: headers.Fields
    kind: str
    said: dict[str, str]
    place: str  # inline, attachment, or nothing
    name: str
    start: int
    end: int
    depth: int
    inside: list["Part"] = field(default_factory=list)

    def all(self) -> Iterator["Part"]:
        """This part and all that it holds, in order."""
        yield self
        for one in self.inside:
            yield from one.all()


class Mail:
    """The bytes of a mail and its topmost part. TooMuch for one that has more parts, or deeper ones, than is read."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._count = 0
        self.top = self._part(0, len(raw), 0, HEADERS)

    def content(self, part: Part) -> bytes:
        """The body of a part as it was before it was wrapped up for its way."""
        raw = self.raw[part.start : part.end]
        way = headers.first(part.fields, "content-transfer-encoding").lower().strip(" ;\"'")
        if way == "base64":
            return unpacked64(raw)
        if way == "quoted-printable":
            return binascii.a2b_qp(raw)
        return _uu(raw) if way in {"x-uuencode", "uuencode", "x-uue", "uue"} else raw

    def nested(self, part: Part) -> "Part":
        """The topmost part of a message within this one."""
        return self._part(part.start, part.end, part.depth + 1, NESTED)

    def _part(self, start: int, end: int, depth: int, most: int, default: str = "text/plain") -> Part:
        self._count += 1
        if self._count > PARTS:
            raise TooMuch("parts")
        if depth > DEPTH:
            raise TooMuch("depth")
        fields, body = headers.head_of(self.raw, start, end, most=most)
        kind, said = headers.parameters(fields, "content-type", default)
        if kind.count("/") != 1:
            kind = default
        place, more = headers.parameters(fields, "content-disposition", "")
        name = more.get("filename") or said.get("name") or ""
        made = Part(fields, kind, said, place, name, body, end, depth)
        if kind.startswith("multipart/"):
            made.inside = self._inside(made)
        return made

    def _inside(self, part: Part) -> list[Part]:
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        boundary = part.said.get("boundary", "").encode("utf-8", "replace")
        if not boundary:
            guess = _UNNAMED.search(self.raw, max(0, part.start - 1), part.end)
            boundary = guess[1] if guess else b""
        pieces = list(self._pieces(boundary, part.start, part.end)) if boundary else []
        if not pieces:  # its sender says that there are parts, and there are none
            part.kind = "text/plain"
        return [self._part(start, end, part.depth + 1, NESTED, default) for start, end in pieces]

    def _pieces(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
        line, begun, at, count = b"--" + boundary, -1, start, 0
        while (at := self.raw.find(line, at, end)) >= 0:
            after = at + len(line)
            is_line = at == start or self.raw[at - 1 : at] in (b"\n", b"\r")
            is_last = self.raw.startswith(b"--", after)
            rest = self.raw.find(b"\n", after, end)
            stop = rest + 1 if rest >= 0 else end
            if not is_line or self.raw[after : after + 80].partition(b"\n")[0].strip() not in (b"", b"--"):
                at = after
                continue
            if begun >= 0:
                yield begun, max(begun, at - (2 if self.raw[at - 2 : at] == b"\r\n" else 1))
                count += 1
                if count > PARTS:
                    raise TooMuch("parts")
            begun, at = stop, max(after, stop)
            if is_last:
                return
        if 0 <= begun < end:
            yield begun, end


def _uu(raw: bytes) -> bytes:
    found = []
    for line in raw.splitlines():
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.strip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
