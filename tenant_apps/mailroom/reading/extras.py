"""What mail programs wrap up in ways of their own: Outlook's winmail.dat, invitations, signatures."""

import re
from datetime import date, datetime
from typing import Any, cast

from tenant_apps.mailroom.reading.limits import FILES, SIGNATURE, in_time
from tenant_apps.mailroom.reading.looks import words_of
from tenant_apps.mailroom.reading.words import cleaned, text_of

_CALENDAR, _OWN = 256 * 1024, 8_000
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
_MARK = re.compile(r"^-- ?$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]?>|^[^\n]{4,200}:[ \t]*\n[ \t]*\n?[ \t]?>|^-{3,}[^\n]{3,60}-{3,}$|^_{10,}$", re.MULTILINE)
_LINE = re.compile(r"^(?=[^\n]*\S)", re.MULTILINE)
_parser: Any = None


def winmail(content: bytes) -> tuple[str, list[tuple[str, bytes]]] | None:
    """The words and files in a winmail.dat; None when it is none."""
    from tnefparse import TNEF

    try:
        found = TNEF(content)
        said = found.htmlbody or found.body or b""
        text = said if isinstance(said, str) else text_of(said)
        text = words_of(text) if "<" in text and ">" in text else cleaned(text).strip()
        files = [(str(one.long_filename() or "file"), bytes(one.data)) for one in found.attachments[:FILES]]
    except Exception:  # the library trusts the lengths that the file gives, and fails in any way it can
        return None
    return text, [(cleaned(name).strip("\x00"), data) for name, data in files if data]


def invitation(content: bytes) -> str:
    """What a calendar entry says, in a few lines; empty when it cannot be read."""
    from icalendar import Calendar

    try:
        entry = next(iter(Calendar.from_ical(content[:_CALENDAR]).walk("VEVENT")))
        lines = [
            ("Invitation", str(entry.get("SUMMARY", ""))),
            ("When", _when(entry)),
            ("Where", str(entry.get("LOCATION", ""))),
            ("From", str(entry.get("ORGANIZER", "")).removeprefix("mailto:").removeprefix("MAILTO:")),
        ]
    except Exception:  # calendars of the wild are as wrong as mails
        return ""
    return "\n".join(f"{name}: {cleaned(said)[:300]}" for name, said in lines if said.strip())


def _when(entry: Any) -> str:
    def said(name: str) -> str:
        moment = entry[name].dt if name in entry else None
        if isinstance(moment, datetime):
            return f"{moment:%Y-%m-%d %H:%M} {moment.tzname() or ''}".strip()
        return moment.isoformat() if isinstance(moment, date) else ""

    return " to ".join(one for one in (said("DTSTART"), said("DTEND")) if one)


def with_signature_marked(text: str) -> str:
    """The text with the line `--` (RFC 3676 §4.3) above a signature that mail programs of many languages write; as it
    is when that would take long to find."""
    quote = _QUOTE.search(text)
    own = text[: quote.start()] if quote else text
    if len(own) > _OWN or _MARK.search(own):
        return text
    found = in_time(SIGNATURE, lambda: _signature_in(own))
    if not found or not own[: found.start()].strip() or found.group().count("\n") > 15:
        return text
    start = found.start() + len(found.group()) - len(found.group().lstrip())
    return f"{own[:start].rstrip()}\n\n-- \n{own[start:].strip()}\n\n{text[len(own) :]}".rstrip()


def _signature_in(own: str) -> re.Match[str] | None:
    """The first signature. It begins with a line of words, maybe with an empty one above it.

    The patterns are asked there alone: searching, they would begin anew at each of many blanks, and pass all others.
    """
    global _parser
    from mailparser_reply.parser import EmailMessage

    if _parser is None:  # its patterns are made once
        _parser = EmailMessage(text="", languages=list(_LANGUAGES), keep_hyphen_lists=True).SIGNATURE_REGEX
    for line in _LINE.finditer(own):
        at = line.start()
        above = at - 2 if own[max(0, at - 2) : at] == "\n\n" else at
        if found := _parser.match(own, above) or _parser.match(own, at):
            return cast(re.Match[str], found)
    return None
