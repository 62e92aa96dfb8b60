"""How a letter leaves: taken up in one transaction, handed over between two, its outcome written in the second.

A worker that dies before the first commit has done nothing; one that dies after the second has done everything. In
between, the letter stands as `sending`, and after `LEASE` it is handed over anew: that is the one way in which a mail
can arrive twice (the server took it, and its answer was lost). Both copies carry the same Message-ID, by which mail
programs, and our own intake, know them as one. A letter that two workers are told of at once is taken up by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import QuerySet

from portico import clock
from portico.database.kept import Kept
from portico.mailing import AUTH, PATIENCE, SECRET, NotNeeded, NotYet
from shared_apps.mail import composing, outcomes, transport
from shared_apps.mail.models import Outgoing, Suppressed
from shared_apps.mail.wording import Broken
from tenants.due import forget, remind_all

log = structlog.get_logger("portico.mail")

# A hand-over takes seconds; one that is not over after this long has died.
LEASE = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_ATTEMPTS = 30  # about a day
SWEEP_AT_ONCE = 200
_JOB = "letter"
_UNDER_WAY = ("state", "attempt", "attempts", "error", "due_at")
State = Outgoing.State


@dataclass(frozen=True, slots=True)
class _Taken:
    """A letter that this worker, and nobody else, hands over now."""

    id: UUID
    attempt: UUID
    mail: composing.Mail


def leave(id: UUID) -> None:
    """Hand the letter over once this transaction is committed, unless it has left, waits, or another does it."""
    taken = _take(id)
    if taken:
        transaction.on_commit(lambda: _hand_over(taken))


def in_turn(keys: Sequence[str]) -> list[tuple[str, Callable[[], None]]]:
    """For each of these letters its key, and what has it leave: to be called in a transaction of its own."""
    return [(key, partial(leave, UUID(key))) for key in keys]


def leave_later(times: Mapping[str, datetime]) -> None:
    """Have the company's letters leave at these times, or when the worker is told of them before."""
    remind_all(_JOB, times)


def overdue() -> list[UUID]:
    """Letters of this scope that should have left by now."""
    rows = Outgoing.objects.waiting().filter(due_at__lte=clock.now() - PATIENCE).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:SWEEP_AT_ONCE])


def _take(id: UUID) -> _Taken | None:
    row: Outgoing | None = _FREE.first(key=id)
    if row is None:
        if composing.in_company() and not Outgoing.objects.filter(pk=id).exists():
            forget(_JOB, str(id))
        return None
    if row.state not in {State.QUEUED, State.SENDING}:
        _forget(row)
        return None
    if row.due_at and row.due_at > clock.now():
        _remind(row, row.due_at)
        return None
    if why := _suppressed(row):
        _end(row, State.SUPPRESSED, why)
        return None
    return _made(row)


def _made(row: Outgoing) -> _Taken | None:
    """The mail of a letter, which is under way from now on; None when there is nothing to send, or not yet."""
    try:
        mail, trouble = composing.compose(row)
    except NotNeeded as why:
        _end(row, State.CANCELLED, str(why))
    except NotYet as not_yet:
        row.due_at = not_yet.at
        row.save(update_fields=["due_at"])
        _remind(row, not_yet.at)
    except Broken as broken:
        log.error("letter.broken", template=row.template, letter=str(row.pk), why=str(broken))
        _end(row, State.FAILED, str(broken))
    else:
        row.state, row.attempt, row.attempts, row.error = State.SENDING, uuid4(), row.attempts + 1, trouble[:500]
        row.due_at = clock.now() + LEASE  # it is due before that by what stands in the queue, and is put off then
        row.save(update_fields=_UNDER_WAY)
        return _Taken(row.pk, row.attempt, mail)
    return None


def _suppressed(row: Outgoing) -> str:
    """Why this address gets no such letter, in words; empty when it does.

    What opens a door is asked for by whoever waits for it, so only a complaint stops that.
    """
    found = _STOPPED.first(row.stream, address=row.to.lower())
    return outcomes.why_suppressed(found) if found else ""


def _free(*, key: UUID) -> QuerySet[Outgoing]:
    return Outgoing.objects.select_for_update(skip_locked=True).filter(pk=key)


def _tried(*, key: UUID, attempt: UUID) -> QuerySet[Outgoing]:
    return Outgoing.objects.select_for_update().filter(pk=key, attempt=attempt)


def _stopped(stream: str, *, address: str) -> QuerySet[Suppressed]:
    rows = Suppressed.objects.filter(address=address, stream__in=["", stream]).order_by("pk")
    return (rows.filter(reason=Suppressed.Reason.COMPLAINT) if stream == AUTH else rows)[:1]


_FREE, _TRIED, _STOPPED = Kept(_free), Kept(_tried), Kept(_stopped)


def _hand_over(taken: _Taken) -> None:
    try:
        taken.mail.connection = transport.connection(taken.mail.way)
        taken.mail.send()
        told = outcomes.taken(taken.mail)
    except Exception as trouble:  # whatever it is, the letter stays and says what is wrong
        told = outcomes.read(trouble)
        log.warning("letter.not_sent", letter=str(taken.id), error=type(trouble).__name__, words=told.words)
    with transaction.atomic():
        row: Outgoing | None = _TRIED.first(key=taken.id, attempt=taken.attempt)
        if row and row.state == State.SENDING:
            _settle(row, told)


def _settle(row: Outgoing, told: outcomes.Outcome) -> None:
    if told.state == State.QUEUED and row.attempts < MOST_ATTEMPTS:
        row.state, row.error = State.QUEUED, told.words
        _wait(row, pause(row.attempts))
        return
    words = told.words
    if told.state == State.SENT:
        row.sent_at, row.provider_id = clock.now(), told.provider_id[:200]
        words = row.error  # why the company's own words were not used, if so
    if told.state == State.BOUNCED:
        outcomes.suppress(row.to, Suppressed.Reason.BOUNCE, words)
    _end(row, State.FAILED if told.state == State.QUEUED else told.state, words)


def pause(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _end(row: Outgoing, state: str, words: str = "") -> None:
    """The letter goes nowhere any more. What opens a door is not kept."""
    row.state, row.error, row.due_at, row.attempt = state, words[:500], None, None
    if row.stream in SECRET:
        row.facts = {}
    row.save(update_fields=[*_UNDER_WAY, "facts", "sent_at", "provider_id"])
    _forget(row)
    if state in outcomes.LOST:
        outcomes.say_lost(row)


def _wait(row: Outgoing, time: timedelta) -> None:
    row.due_at, row.error = clock.now() + time, row.error[:500]
    row.save(update_fields=_UNDER_WAY)
    _remind(row, row.due_at)


def _remind(row: Outgoing, at: datetime) -> None:
    if composing.in_company():
        leave_later({str(row.pk): at})


def _forget(row: Outgoing) -> None:
    if composing.in_company():
        forget(_JOB, str(row.pk))
