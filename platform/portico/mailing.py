"""Letters: whoever has something to say by mail posts it here, in the transaction of what happened.

A letter is a row of `mail.Outgoing`, in the company's schema or in `public`, as the scope says. It leaves after the
commit, is tried again for a day, and carries the same Message-ID each time (`shared_apps/mail` sends it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from portico import clock, links
from portico.database import CompanyRef, current_scope
from portico.errors import Invalid
from portico.ids import uuid7

# Letters that open a door (invitations, codes, resets), letters of a request, and notices that one can do without.
AUTH, TICKET, NOTICE = "auth", "ticket", "notice"
STREAMS = (AUTH, TICKET, NOTICE)
# A letter that the worker did not take within this time is sent again by the sweep.
PATIENCE = timedelta(seconds=30)
_NOT_AN_ADDRESS = "This is not an e-mail address."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something to be said to somebody. `facts` are what the template `mail/<template>.txt` is filled with (JSON).

    `about` is the row it belongs to (a message of a ticket), `person` the account it is for, `after` how long it waits:
    until then it can be taken back. `headers` may hold `in_reply_to`, `references` (a list) and `reply_to`.
    """

    to: str
    template: str
    facts: Mapping[str, Any]
    stream: str = NOTICE
    name: str = ""
    about: UUID | None = None
    person: UUID | None = None
    after: timedelta = timedelta()
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
    Outgoing.objects.bulk_create(rows)
    for row in rows:
        _send_later(row)
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


def mail_domain() -> str:
    """The domain of this installation's own mail: Message-IDs and reply addresses end with it."""
    return str(settings.MAIL_HOST)


def _columns(letter: Letter) -> dict[str, Any]:
    if letter.stream not in STREAMS:
        raise ValueError(f"There is no stream {letter.stream!r} of letters.")
    id = uuid7()
    return {
        "id": id,
        "stream": letter.stream,
        "template": letter.template,
        "to": _checked(letter.to),
        "to_name": " ".join(letter.name.split())[:120],
        "facts": dict(letter.facts),
        "message_id": f"<{id.hex}@{mail_domain()}>",
        "headers": dict(letter.headers),
        "about": letter.about,
        "person": letter.person,
        "due_at": clock.now() + letter.after,
    }


def _checked(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid({"email": [_NOT_AN_ADDRESS]}, _NOT_AN_ADDRESS) from None
    return address


def _send_later(row: Any) -> None:
    """By the due-queue in a company; `public` is swept by the scheduler. At once when it need not wait."""
    from portico import jobs, tasks  # they know what becomes of letters, and who posts some

    company = _company()
    waits = row.due_at > clock.now()
    if company is not None:
        jobs.remind("letter", str(row.pk), row.due_at if waits else row.due_at + PATIENCE)
        if not waits:
            tasks.letter.send(company, str(row.pk))
    elif not waits:
        tasks.platform_letter.send(str(row.pk))


def _company() -> CompanyRef | None:
    scope = current_scope()
    return scope.company if scope else None


def _host(door: str) -> str:
    base = str(settings.BASE_HOST)
    company = _company()
    if company is None:
        at_console = door == "console" or (not door and links.place()[0] == "portico.urls_console")
        return f"console.{base}" if at_console else base
    with connection.cursor() as cursor:
        cursor.execute("SELECT domain FROM public.portico_own_door()")
        own = cursor.fetchone()[0]
    port = base.partition(":")[2]
    return (f"{own}:{port}" if port else own) if own else f"{company.slug}.{base}"
