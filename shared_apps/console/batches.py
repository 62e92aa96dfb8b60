"""One thing done with all requests of a list: some at a time by the worker, whoever closes the page meanwhile.

Each request is looked for again when its turn comes, with the rights that its owner has then, and is kept or refused by
itself. What was done is committed with what is left to do, so that no turn is taken twice and none is lost.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction

from portico import clock
from portico.actor import Actor
from portico.errors import Forbidden, Invalid, Missing, Refusal, Refused
from portico.several import TOO_LATE, Step, words_of
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from shared_apps.console import bulk, desk, queue
from shared_apps.console.models import Batch, TicketIndex
from shared_apps.console.narrowing import Filters
from shared_apps.staff.access import STAFF

log = structlog.get_logger("portico.console")

MOST, AT_ONCE, MOST_AT_A_TIME = 1_000, 25, 3
UNDO_FOR, KEPT_FOR = timedelta(hours=1), timedelta(days=7)
_BROKEN = "Something broke on our side."


@transaction.atomic
def begin(key: UUID, do: str, filters: Filters, query: str, seen: Collection[int], *, by: Actor) -> Batch:
    """Do this with all that match: those that were counted (`seen`, their ids) and no others. A key begins it once."""
    if not by.is_staff or by.id is None:
        raise Missing
    begun = Batch.objects.filter(pk=key, owner_id=by.id).first()
    if begun:
        return begun
    bulk.meant(do, by)
    found = queue.keys(by, filters, MOST + 1)
    _check(found, seen, by)
    new = Batch(pk=key, owner_id=by.id, do=do, query=query, number=len(found), todo=sorted(found))
    Batch.objects.bulk_create([new], ignore_conflicts=True)
    _send(new)
    return find(key, by)


def find(key: UUID, by: Actor) -> Batch:
    """Somebody's own; Missing for everybody else's."""
    batch = Batch.objects.filter(pk=key, owner_id=by.id).first()
    if batch is None:
        raise Missing
    return batch


def latest(by: Actor) -> list[Batch]:
    """What somebody did lately with many, the latest first."""
    return list(Batch.objects.filter(owner_id=by.id).order_by("-created_at")[:5])


def may_undo(batch: Batch) -> bool:
    """Whether there is a way back now."""
    is_late = batch.finished_at is None or batch.finished_at < clock.now() - UNDO_FOR
    return batch.state == Batch.State.DONE and bool(batch.steps) and not is_late


@transaction.atomic
def undo(key: UUID, *, by: Actor) -> Batch:
    """Go the way back, once."""
    batch = Batch.objects.select_for_update().filter(pk=key, owner_id=by.id).first()
    if batch is None:
        raise Missing
    if not may_undo(batch):
        raise Refused("too_late", TOO_LATE)
    batch.todo, batch.steps, batch.refused = batch.steps, [], []
    batch.state, batch.number, batch.done, batch.finished_at = Batch.State.UNDOING, len(batch.todo), 0, None
    batch.save()
    _send(batch)
    return batch


def go_on(key: str) -> None:
    """The next ones, unless somebody is at it already; and see to it that the rest follows."""
    rows = Batch.objects.select_for_update(skip_locked=True, of=("self",))
    batch = rows.filter(pk=key, state__in=Batch.WORKING).select_related("owner").first()
    if batch is None:
        return
    some, batch.todo = batch.todo[:AT_ONCE], batch.todo[AT_ONCE:]
    _work(batch, some, _owner(batch.owner))
    if not batch.todo:
        batch.state = Batch.State.DONE if batch.state == Batch.State.GOING else Batch.State.UNDONE
        batch.finished_at = clock.now()
    batch.save()
    if batch.todo:
        _send(batch)


def wake() -> None:
    """Send again what was left lying: the queue was away, or a worker died. What is long over is forgotten."""
    Batch.objects.filter(finished_at__lt=clock.now() - KEPT_FOR).delete()
    for batch in Batch.objects.filter(state__in=Batch.WORKING):
        _send(batch)


def refused(batch: Batch, by: Actor) -> list[str]:
    """Each that did not go, by name where its name is still theirs to read, and why."""
    keys = [one["ticket"] for one in batch.refused]
    rows = TicketIndex.objects.visible_to(by).in_bulk(keys)
    desk.with_companies(list(rows.values()))
    return [f"{_name(rows.get(one['ticket']))}: {one['why']}" for one in batch.refused]


def _check(found: Collection[int], seen: Collection[int], by: Actor) -> None:
    if len(found) > MOST:
        raise Invalid({"do": [f"More than {MOST:,} requests match. Please narrow the list first."]})
    if not found:
        raise Invalid({"do": ["No request matches any more. Nothing was changed."]})
    if new := len({*found} - {*seen}):
        said = "One request matches by now that was" if new == 1 else f"{new:,} requests match by now that were"
        raise Refused("changed_meanwhile", f"{said} not counted. Nothing was changed.")
    if Batch.objects.filter(owner_id=by.id, state__in=Batch.WORKING).count() >= MOST_AT_A_TIME:
        raise Refused("busy", f"{MOST_AT_A_TIME} of these are under way already. Please wait for one to end.")


def _owner(person: User) -> Actor | None:
    """Who wants it, with today's rights; None when they do not work here any more."""
    return actor_of(person) if person.is_active and person.role in STAFF else None


def _work(batch: Batch, some: Iterable[int | Step], by: Actor | None) -> None:
    steps: list[Step] = [one if isinstance(one, dict) else {"ticket": one, "do": batch.do} for one in some]
    seen = TicketIndex.objects.visible_to(by).in_bulk([int(one["ticket"]) for one in steps]) if by else {}
    desk.with_companies(list(seen.values()))
    for step in steps:
        key = int(step["ticket"])
        try:
            _one(batch, step, seen.get(key), by)
        except Refusal as no:
            batch.refused.append({"ticket": key, "why": words_of(no)})
        except Exception:  # one ticket's trouble is its own
            log.exception("batch.broken", batch=str(batch.pk), ticket=key)
            batch.refused.append({"ticket": key, "why": _BROKEN})


def _one(batch: Batch, step: Step, row: TicketIndex | None, by: Actor | None) -> None:
    if by is None:
        raise Forbidden("not_allowed", "Whoever began this does not work here any more.")
    if row is None:
        raise Refused("gone", bulk.GONE)
    do = bulk.way_back(step, by) if batch.state == Batch.State.UNDOING else bulk.meant(step["do"], by)
    back = bulk.alone(row, do, by)
    batch.done += 1
    if back and batch.state == Batch.State.GOING:
        batch.steps.append({"ticket": row.pk} | back)


def _name(row: TicketIndex | None) -> str:
    return f"{row.number} of {row.company.name}" if row and row.company else "One that is not there for you"


def _send(batch: Batch) -> None:
    from shared_apps.console.tasks import work_through  # tasks come here

    work_through.send(str(batch.pk))
