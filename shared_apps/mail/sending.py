"""How a letter leaves: taken up in one transaction, handed over between two, its outcome written in the second.

A worker that dies before the first commit has done nothing; one that dies after the second has done everything. In
between, the letter stands as `sending`, and after `LEASE` it is handed over anew: that is the one way in which a mail
can arrive twice (the server took it, and its answer was lost). Both copies carry the same Message-ID, by which mail
programs, and our own intake, know them as one. A letter that two workers are told of at once is taken up by one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.core.mail import EmailMessage
from django.db import transaction

from portico import clock
from portico.database import current_scope
from shared_apps.mail import composing, outcomes, rendering, transport
from shared_apps.mail.models import Outgoing, Suppressed
from tenants.due import forget, remind

log = structlog.get_logger("portico.mail")

# A hand-over takes seconds; one that is not over after this long has died.
LEASE = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=1)
SWEEP_AT_ONCE = 200
State = Outgoing.State


@dataclass(frozen=True, slots=True)
class _Taken:
    """A letter that this worker, and nobody else, hands over now."""

    id: UUID
    attempt: UUID
    mail: EmailMessage


def leave(id: UUID) -> None:
    """Hand the letter over once this transaction is committed, unless it has left, waits, or another does it."""
    taken = _take(id)
    if taken:
        transaction.on_commit(lambda: _hand_over(taken))


def overdue() -> list[UUID]:
    """Letters of this scope that should have left by now."""
    from portico.mailing import PATIENCE

    rows = Outgoing.objects.waiting().filter(due_at__lte=clock.now() - PATIENCE).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:SWEEP_AT_ONCE])


def _take(id: UUID) -> _Taken | None:
    row = Outgoing.objects.select_for_update(skip_locked=True).filter(pk=id).first()
    if row is None:
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
    try:
        mail = composing.compose(row)
    except rendering.Broken as broken:
        log.error("letter.broken", template=row.template, letter=str(row.pk), why=str(broken))
        _end(row, State.FAILED, str(broken))
        return None
    row.state, row.attempt, row.attempts = State.SENDING, uuid4(), row.attempts + 1
    _wait(row, LEASE)
    return _Taken(row.pk, row.attempt, mail)


def _suppressed(row: Outgoing) -> str:
    """Why this address gets no such letter, in words; empty when it does."""
    found = Suppressed.objects.filter(address=row.to.lower(), stream__in=["", row.stream]).first()
    return outcomes.why_suppressed(found) if found else ""


def _hand_over(taken: _Taken) -> None:
    try:
        taken.mail.connection = transport.connection()
        taken.mail.send()
        told = outcomes.taken(taken.mail)
    except Exception as trouble:  # whatever it is, the letter stays and says what is wrong
        told = outcomes.read(trouble)
        log.warning("letter.not_sent", letter=str(taken.id), error=type(trouble).__name__, words=told.words)
    with transaction.atomic():
        row = Outgoing.objects.select_for_update().filter(pk=taken.id, attempt=taken.attempt).first()
        if row and row.state == State.SENDING:
            _settle(row, told)


def _settle(row: Outgoing, told: outcomes.Outcome) -> None:
    if told.state == State.QUEUED and clock.now() - row.created_at < GIVEN_UP_AFTER:
        row.state, row.error = State.QUEUED, told.words
        _wait(row, pause(row.attempts))
        return
    if told.state == State.SENT:
        row.sent_at, row.provider_id = clock.now(), told.provider_id[:200]
    if told.state == State.BOUNCED:
        outcomes.suppress(row.to, Suppressed.Reason.BOUNCE, told.words)
    _end(row, State.FAILED if told.state == State.QUEUED else told.state, told.words)


def pause(attempts: int) -> timedelta:
    """Twice as long after each attempt, up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _end(row: Outgoing, state: str, words: str = "") -> None:
    """The letter goes nowhere any more. What opens a door is not kept."""
    row.state, row.error, row.due_at, row.attempt = state, words[:500], None, None
    if row.stream == "auth":
        row.facts = {}
    row.save()
    _forget(row)


def _wait(row: Outgoing, time: timedelta) -> None:
    row.due_at, row.error = clock.now() + time, row.error[:500]
    row.save()
    _remind(row, row.due_at)


def _remind(row: Outgoing, at: datetime) -> None:
    if _in_company():
        remind("letter", str(row.pk), at)


def _forget(row: Outgoing) -> None:
    if _in_company():
        forget("letter", str(row.pk))


def _in_company() -> Any:
    scope = current_scope()
    return scope and scope.company
