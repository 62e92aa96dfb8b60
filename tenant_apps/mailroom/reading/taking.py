"""A mail as the product knows it: who, to whom, about what, its words, look and files. Pure: bytes in, JSON out."""

import re
from typing import Any

from tenant_apps.mailroom.reading import extras, headers, looks
from tenant_apps.mailroom.reading.limits import DECODED, FILES, TEXT, TooMuch
from tenant_apps.mailroom.reading.parts import Mail, Part
from tenant_apps.mailroom.reading.words import text_of

_LINES: tuple[str, ...] = (
    "subject",
    "return-path",
    "auto-submitted",
    "precedence",
    "list-id",
    "x-auto-response-suppress",
)
_LINES += ("x-autoreply", "x-autorespond", "x-spam-flag", "content-type")
_NAMES = {"text/calendar": "invite.ics", "application/ms-tnef": "winmail.dat", "text/html": "message.html"}
_MOST_RESULTS = 5


def take_apart(raw: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What the mail says, and the bytes of its `files` in their order. TooMuch beyond the limits."""
    mail = Mail(raw)
    found = _Found(mail)
    found.take(mail.top)
    fields = mail.top.fields
    said: dict[str, Any] = {name.replace("-", "_"): headers.first(fields, name)[:1000] for name in _LINES}
    said |= {
        "message_id": next(iter(headers.ids(fields, "message-id")), ""),
        "in_reply_to": headers.ids(fields, "in-reply-to"),
        "references": headers.ids(fields, "references"),
        "date": headers.moment(fields),
        "from": headers.people(fields, "from"),
        "from_fields": len(headers.every(fields, "from")),
        "reply_to": headers.people(fields, "reply-to"),
        "to": headers.people(fields, "to"),
        "cc": headers.people(fields, "cc"),
        "delivered_to": headers.people(fields, "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to"),
        "results": [headers.line_of(one) for one in headers.every(fields, "authentication-results")[:_MOST_RESULTS]],
        "has_dkim": bool(headers.every(fields, "dkim-signature")),
        "report": _report(mail) if mail.top.kind == "multipart/report" else {},
        "text": found.text(),
        "look": found.look(),
        "files": [{"name": name, "kind": kind, "size": len(data)} for name, kind, data in found.files],
        "notes": found.notes,
    }
    return said, [data for _, _, data in found.files]


class _Found:
    """What is gathered while the parts are gone through in order."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.texts: list[str] = []
        self.htmls: list[str] = []
        self.quiet: list[str] = []  # words that count only when nothing else is said
        self.files: list[tuple[str, str, bytes]] = []
        self.pictures: dict[str, tuple[str, bytes]] = {}
        self.notes: list[str] = []
        self._room = DECODED

    def take(self, part: Part) -> None:
        if part.kind == "multipart/alternative" and part.inside:
            self._choose(part)
        elif part.inside:
            for one in part.inside:
                self.take(one)
        elif part.kind in {"text/plain", "text/html"} and part.place != "attachment" and not part.name:
            self._say(part)
        elif part.kind not in {"multipart/mixed", "multipart/report"}:
            self._keep(part)

    def _choose(self, part: Part) -> None:
        """Of the same in several ways the plain one is read, and the one with a look is shown beside it."""
        plain = [one for one in part.inside if one.kind == "text/plain"]
        before = len(self.texts)
        for one in plain:
            self.take(one)
        is_said = any(text.strip() for text in self.texts[before:])
        for one in part.inside:
            if one not in plain:
                count = len(self.texts)
                self.take(one)
                del self.texts[count if is_said else len(self.texts) :]

    def _say(self, part: Part) -> None:
        text = text_of(self._content(part), part.said.get("charset", ""))
        if part.kind == "text/html":
            self.htmls.append(text)
            text = looks.words_of(text)
        elif part.said.get("format", "").lower() == "flowed":
            text = _unfolded(text, delsp=part.said.get("delsp", "").lower() == "yes")
        self.texts.append(text.strip("\n")[:TEXT])

    def _keep(self, part: Part) -> None:
        content = self._content(part)
        cid = headers.first(part.fields, "content-id").strip("<> ")
        if cid and part.kind.startswith("image/"):
            self.pictures[cid] = (part.kind, content)
        if part.kind == "application/ms-tnef" or part.name.lower() == "winmail.dat":
            if (inside := extras.winmail(content)) is not None:
                self.quiet.append(inside[0])
                for name, data in inside[1]:
                    self._file(name, "application/octet-stream", data)
                self.notes.append("winmail.dat was unpacked")
                return
        elif part.kind == "text/calendar":
            self.quiet.append(extras.invitation(content))
        elif part.kind == "message/rfc822":
            self._nested(part)
        elif part.kind == "message/delivery-status":
            return
        self._file(part.name or _NAMES.get(part.kind, ""), part.kind, content)

    def _nested(self, part: Part) -> None:
        inner = self.mail.nested(part)
        subject = headers.first(inner.fields, "subject")
        part.name = part.name or f"{subject[:80] or 'message'}.eml"
        inside = _Found(self.mail)
        inside._room = min(self._room, DECODED // 4)
        inside.take(inner)
        said = [(name.title(), headers.first(inner.fields, name)[:200]) for name in ("from", "date", "subject", "to")]
        head = "\n".join(f"{name}: {line}" for name, line in said if line)
        if text := inside.text():
            self.quiet.append(f"---------- Forwarded message ----------\n{head}\n\n{text[: TEXT // 4]}")

    def _file(self, name: str, kind: str, content: bytes) -> None:
        if not content:
            return
        if len(self.files) >= FILES:
            if len(self.files) == FILES and "files were left out" not in self.notes:
                self.notes.append("files were left out")
            return
        end = kind.partition("/")[2].partition("+")[0]
        self.files.append((name[:255] or f"file.{end if end.isalnum() else 'bin'}", kind[:100], content))

    def _content(self, part: Part) -> bytes:
        content = self.mail.content(part)
        self._room -= len(content)
        if self._room < 0:
            raise TooMuch("content")
        return content

    def text(self) -> str:
        """The words in order; what is wrapped up deeper stands below them."""
        said = [one for one in self.texts if one.strip()]
        text = "\n\n".join([*said, *(one for one in self.quiet if one)])[:TEXT].strip("\n")
        return extras.with_signature_marked(text) if text else ""

    def look(self) -> str:
        return looks.look_of("<hr>".join(self.htmls), self.pictures) if self.htmls else ""


def _unfolded(text: str, *, delsp: bool) -> str:
    """Lines that were broken only for their way (RFC 3676 §4.1) put together again."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        is_soft = line.endswith(" ") and line != "-- "
        bare = line.removeprefix(" ")
        if goes_on and not bare.startswith(">"):
            lines[-1] += bare
        else:
            lines.append(bare)
        if is_soft and delsp:
            lines[-1] = lines[-1][:-1]
        goes_on = is_soft and not bare.startswith(">")
    return "\n".join(lines)


def _report(mail: Mail) -> dict[str, Any]:
    """What a report says of a mail that was sent (RFC 3464): its Message-ID, for whom, and what became of it."""
    found: dict[str, Any] = {}
    for part in mail.top.inside:
        if part.kind == "message/delivery-status":
            text = text_of(mail.content(part)[:65_536])
            for name, key in (("action", "action"), ("status", "status"), ("final-recipient", "recipient")):
                line = re.search(rf"^{name}:[ \t]*([^\n]{{1,300}})", text, re.MULTILINE | re.IGNORECASE)
                if line:
                    found[key] = line[1].rpartition(";")[2].strip()
        elif part.kind in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            fields = mail.nested(part).fields
            found["message_id"] = next(iter(headers.ids(fields, "message-id")), "")
    return found
