"""The subject catalogue: what companies can ask about."""

import re
import unicodedata
from typing import Any

from django.db import transaction
from django.db.models import Max

from portico import clock
from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.staff import access
from shared_apps.staff.actions.coverage import set_coverage
from shared_apps.staff.models import Subject, TicketCoverage

LABEL_LENGTH, MOST_SUBJECTS = 80, 100
VERB = "subject.update"


@transaction.atomic
def add_subject(label: str, *, by: Actor) -> Subject:
    """A new subject at the end of the list. Its key is made of the label and never changes."""
    access.require(by, "keep_catalogue")
    known = _lock_all()
    if len(known) >= MOST_SUBJECTS:
        raise Refused("too_many_subjects", f"There are {MOST_SUBJECTS} subjects already.")
    label = _free_label(label, known)
    last = Subject.objects.aggregate(last=Max("position"))["last"] or 0
    made = Subject(key=_free_key(label, known), label=label, position=last + 1)
    made.save(force_insert=True)
    record("subject.create", made, by=by, label=label)
    return made


@transaction.atomic
def change_subject(
    key: str, *, by: Actor, label: str | None = None, is_active: bool | None = None, seen: dict[str, Any] | None = None
) -> Any:
    """Rename, retire or bring back; what happened, or None when it was so already.

    A retired subject keeps its tickets and is offered for new ones no more. `seen` is what the caller saw
    (`facts_of`): refused when it is no longer true.
    """
    access.require(by, "keep_catalogue")
    known = _lock_all()
    subject = _found(known, key)
    before = facts_of(subject)
    if seen is not None and seen != before:
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    if subject.merged_into_id:
        raise Refused("merged", f"{subject.label} is part of another subject now.")
    if label is not None:
        subject.label = _free_label(label, known, besides=key)
    if is_active is not None:
        subject.is_active = is_active
    if not any(one.is_active for one in known.values()):
        raise Refused("last_subject", "One subject has to stay on offer, or nobody can ask anything.")
    after = facts_of(subject)
    if before == after:
        return None
    subject.save(update_fields=["label", "is_active"])
    return record(VERB, subject, by=by, before=before, after=after)


@transaction.atomic
def undo_subject(key: str, facts: dict[str, Any], *, by: Actor) -> Any:
    """What stood there before a change with these facts; refused when it was changed again since."""
    return change_subject(key, by=by, seen=facts["after"], **facts["before"])


@transaction.atomic
def move_subject(key: str, places: int, *, by: Actor) -> bool:
    """Put a subject that many places further down (or up, below zero) among those on offer; whether it moved."""
    access.require(by, "keep_catalogue")
    known = _lock_all()
    subject = _found(known, key)
    order = [one for one in known.values() if one.is_active]
    if subject not in order:
        raise Refused("retired", f"{subject.label} is retired and has no place in the list.")
    before = [one.key for one in order]
    place = max(0, min(order.index(subject) + places, len(order) - 1))
    order.remove(subject)
    order.insert(place, subject)
    after = [one.key for one in order]
    if before == after:
        return False
    rest = [one for one in known.values() if not one.is_active]
    for position, one in enumerate([*order, *rest], 1):
        one.position = position
    Subject.objects.bulk_update(known.values(), ["position"])
    record("subject.move", subject, by=by, label=subject.label, before=before, after=after)
    return True


@transaction.atomic
def merge_subject(key: str, into: str, tickets: int, *, by: Actor) -> Subject:
    """Make a subject part of another. Whoever covers it covers the other from now on; its tickets follow.

    The caller has counted its `tickets`. They move company by company, each in its own scope, by a job that goes on
    where it was stopped (`wiring.plan_merges`). There is no way back.
    """
    access.require(by, "keep_catalogue")
    known = _lock_all()
    subject = _found(known, key)
    other = known.get(into)
    if other is None or other is subject or not other.is_active:
        raise Invalid({"into": ["Please choose another subject that is on offer."]})
    if subject.merged_into_id:
        raise Refused("merged", f"{subject.label} is part of another subject already.")
    subject.merged_into, subject.is_active, subject.tickets_to_move = other, False, tickets
    subject.save(update_fields=["merged_into", "is_active", "tickets_to_move"])
    # What became part of this one before goes on with it: nobody has to follow a chain.
    Subject.objects.filter(merged_into=subject).update(merged_into=other)
    for person, covered in _who_covers(subject):
        set_coverage(person, {*covered, other.key}, by=by, cause="merge")
    record(
        "subject.merge", subject, by=by, label=subject.label, into=other.key, into_label=other.label, tickets=tickets
    )
    return subject


@transaction.atomic
def finish_merge(key: str, *, by: Actor) -> bool:
    """Its last ticket has moved: nobody has to cover it any more. False when that was noted already."""
    subject = Subject.objects.select_for_update(no_key=True).filter(pk=key, merged_at=None).first()
    if subject is None or subject.merged_into_id is None:
        return False
    for person, covered in _who_covers(subject):
        set_coverage(person, {*covered} - {key}, by=by, cause="merge")
    subject.merged_at = clock.now()
    subject.save(update_fields=["merged_at"])
    record("subject.merged", subject, by=by, label=subject.label, into=subject.merged_into_id)
    return True


def facts_of(subject: Subject) -> dict[str, Any]:
    """A subject as the audit keeps it."""
    return {"label": subject.label, "is_active": subject.is_active}


def _lock_all() -> dict[str, Subject]:
    """The catalogue in its order, held until commit: it is short, and its rules are about all of it."""
    held = list(Subject.objects.order_by("pk").select_for_update(no_key=True))
    return {one.key: one for one in sorted(held, key=lambda one: (one.position, one.key))}


def _found(known: dict[str, Subject], key: str) -> Subject:
    subject = known.get(key)
    if subject is None:
        raise Missing
    return subject


def _free_label(label: str, known: dict[str, Subject], besides: str = "") -> str:
    label = " ".join(label.split())
    if not label or len(label) > LABEL_LENGTH or not label.isprintable():
        raise Invalid({"label": [f"Please write a name of at most {LABEL_LENGTH} characters."]})
    if any(one.label.casefold() == label.casefold() for one in known.values() if one.key != besides):
        raise Invalid({"label": ["Another subject is called that already; it may be a retired one."]})
    return label


def _free_key(label: str, known: dict[str, Subject]) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "subject"
    return next(key for n in range(1, MOST_SUBJECTS + 2) if (key := stem if n == 1 else f"{stem}-{n}") not in known)


def _who_covers(subject: Subject) -> list[tuple[User, list[str]]]:
    """Everybody who covers a subject, with all that they cover."""
    people = User.objects.filter(coverage__subject=subject).order_by("pk")
    rows = TicketCoverage.objects.filter(platform_admin__in=people).values_list("platform_admin_id", "subject_id")
    covered: dict[Any, list[str]] = {}
    for person, key in rows:
        covered.setdefault(person, []).append(key)
    return [(person, covered[person.pk]) for person in people]
