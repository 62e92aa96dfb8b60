"""Letters: whoever has something to say by mail posts it here, in the transaction of what happened.

A letter is a row of `mail.Outgoing`, in the company's schema or in `public`, as the scope says. It leaves after the
commit, is tried again for a day, and carries the same Message-ID each time (`shared_apps/mail` sends it).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from portico import clock, held, links
from portico.database import CompanyRef, current_scope
from portico.errors import Invalid
from portico.ids import uuid7

# Letters that open a door (invitations, codes, resets), letters of a request, and notices that one can do without.
# Questions to strangers whether a mail is theirs go on their own: who wants none of them wants the others all the same.
AUTH, TICKET, NOTICE, VERIFY = "auth", "ticket", "notice", "verify"
STREAMS = (AUTH, TICKET, NOTICE, VERIFY)
# What these say lets somebody in, and is not kept once it has left.
SECRET = frozenset({AUTH, VERIFY})
# A letter that the worker did not take within this time is sent again by the sweep.
PATIENCE = timedelta(seconds=30)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
AT_ONCE = timedelta()
_NOT_AN_ADDRESS = "This is not an e-mail address."


class NotNeeded(Exception):
    """A letter that says nothing any more: what it is about was taken back, or is not its reader's to know."""


class NotYet(Exception):
    """A letter that has to wait until `at`, since what it says may still be taken back."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class Posted(Protocol):
    """A letter as it stands in the table, for who reads it there."""

    pk: UUID
    to: str
    state: str
    template: str
    error: str
    about: UUID | None
    person: UUID | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something to be said to somebody. `facts` are what the template `mail/<template>.txt` is filled with (JSON).

    `about` is the row it belongs to (a message of a ticket), `person` the account it is for, `after` how long it waits:
    until then it can be taken back. With `once` (the event it follows from) the same letter to the same address is
    written down once, however often it is posted. `headers` may hold `in_reply_to`, `references` (a list), `reply_to`.
    """

    to: str
    template: str
    facts: Mapping[str, Any]
    stream: str = NOTICE
    name: str = ""
    about: UUID | None = None
    person: UUID | None = None
    once: UUID | None = None
    after: timedelta = AT_ONCE
    headers: Mapping[str, Any] = field(default_factory=dict)


def post(letter: Letter) -> UUID:
    """Write the letter down; it leaves once this transaction is committed. Its id, by which it can be cancelled.

    Invalid when the address is none: nothing is written then.
    """
    return post_all([letter])[0]


def post_all(letters: Sequence[Letter]) -> list[UUID]:
    """The same for several, with as many statements as for one."""
    Outgoing = apps.get_model("mail", "Outgoing")
    rows = [Outgoing(**_columns(letter)) for letter in letters]
    Outgoing.objects.bulk_create(rows, ignore_conflicts=True)
    _send_later(rows)
    return [row.pk for row in rows]


def cancel(id: UUID) -> bool:
    """Take a letter back. False when it is too late: it has left, or is just leaving."""
    waiting = apps.get_model("mail", "Outgoing").objects.filter(pk=id, state="queued")
    return bool(waiting.update(state="cancelled", due_at=None, facts={}))


def address(path: str, *, door: str = "") -> str:
    """The whole address of a path behind this company's own door, by its stored name and never by a request's.

    On the platform the door is the one at which one stands (`console` or the base); `door="console"` names it.
    """
    scheme = "https" if settings.HTTPS else "http"
    return f"{scheme}://{_host(door)}{path}"


def again(about: UUID) -> list[str]:
    """Let the lost letters about this leave once more, and forgive their addresses that mail came back; to whom.

    Those whose owners complained about our mail are left out.
    """
    lost = letters().select_for_update().filter(about=about, state__in=["bounced", "failed", "suppressed"])
    rows = list(lost.exclude(facts={}))  # what came out of an archive says nothing any more
    stopped = apps.get_model("mail", "Suppressed").objects.filter(address__in=[row.to.lower() for row in rows])
    stopped.filter(reason="bounce").delete()
    closed = set(stopped.values_list("address", flat=True))
    rows = [row for row in rows if row.to.lower() not in closed]
    for row in rows:
        row.state, row.attempts, row.error, row.due_at = "queued", 0, "", clock.now()
        row.save()
    _send_later(rows)
    return [row.to for row in rows]


def letters() -> Any:
    """The letters of this scope, as a queryset."""
    return apps.get_model("mail", "Outgoing").objects.all()


def mail_domain() -> str:
    """The domain of this installation's own mail: Message-IDs and reply addresses end with it."""
    return str(settings.MAIL_HOST)


def _columns(letter: Letter) -> dict[str, Any]:
    if letter.stream not in STREAMS:
        raise ValueError(f"There is no stream {letter.stream!r} of letters.")
    id = _same(letter) if letter.once else uuid7()
    return {
        "id": id,
        "stream": letter.stream,
        "template": letter.template,
        "to": _checked(letter.to),
        "to_name": " ".join(_CONTROL.sub(" ", letter.name).split())[:120],
        "facts": _clean(letter.facts),
        "message_id": f"<{id.hex}@{mail_domain()}>",
        "headers": _clean(letter.headers),
        "about": letter.about,
        "person": letter.person,
        "due_at": clock.now() + letter.after,
    }


def _same(letter: Letter) -> UUID:
    """The one key of what this event has to say to this address: a UUIDv7 of the event's own time."""
    words = f"{letter.once}:{letter.template}:{letter.to.lower()}"
    found = int.from_bytes(hashlib.sha256(words.encode()).digest()[:10])
    made = (letter.once.int >> 80 << 80) | found  # type: ignore[union-attr]  # only asked when there is one
    return UUID(int=(made & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62))


def is_address(text: str) -> bool:
    """Whether a letter can be posted to this."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _checked(address: str) -> str:
    if not is_address(address):
        raise Invalid({"email": [_NOT_AN_ADDRESS]}, _NOT_AN_ADDRESS)
    return address


def _clean(told: Any) -> Any:
    """Without control characters, lines and tabs aside: what is told comes from people, and from programs."""
    if isinstance(told, str):
        return _CONTROL.sub("", told.replace("\r\n", "\n"))
    if isinstance(told, Mapping):
        return {key: _clean(value) for key, value in told.items()}
    return [_clean(one) for one in told] if isinstance(told, list | tuple) else told


def _send_later(rows: Sequence[Any]) -> None:
    """By the due-queue in a company; `public` is swept by the scheduler. At once what need not wait."""
    from portico import jobs, platform_tasks, tasks  # they know what becomes of letters, and who posts some

    company, now = _company(), clock.now()
    at_once = [row for row in rows if row.due_at <= now]
    if company is None:
        for row in at_once:
            platform_tasks.platform_letter.send(str(row.pk))
        return
    jobs.send_letters_later({str(row.pk): row.due_at + (PATIENCE if row.due_at <= now else AT_ONCE) for row in rows})
    for row in at_once:
        tasks.letter.nudge(company, str(row.pk))


def _company() -> CompanyRef | None:
    scope = current_scope()
    return scope.company if scope else None


def _own_door() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT domain FROM public.portico_own_door()")
        return str(cursor.fetchone()[0] or "")


def _host(door: str) -> str:
    base = str(settings.BASE_HOST)
    company = _company()
    if company is None:
        at_console = door == "console" or (not door and links.place()[0] == "portico.urls_console")
        return f"console.{base}" if at_console else base
    own = held.once("mail.door", _own_door)
    port = base.partition(":")[2]
    return (f"{own}:{port}" if port else own) if own else f"{company.slug}.{base}"
