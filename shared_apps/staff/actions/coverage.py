"""Who looks after which subjects."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.staff import access
from shared_apps.staff.models import Subject, TicketCoverage

VERB = "team.coverage.update"
REASON_LENGTH = 300


@transaction.atomic
def set_coverage(admin: User, subjects: Iterable[str], *, by: Actor, seen: str = "", **why: str) -> list[str]:
    """Let a staff member look after exactly these subjects; returns them sorted. It holds from the next request on.

    Nothing is recorded when nothing changes. `seen` is the mark (`mark_of`) of the coverage that the caller looked at:
    one that is no longer true is refused. `why` may hold a `reason` in somebody's words, or the product's own `cause`.
    """
    access.require(by, "set_coverage")
    wanted = set(subjects)
    if unknown := wanted - set(Subject.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise Invalid({"subjects": [f"There is no such subject: {', '.join(sorted(unknown))}."]})
    if len(why.get("reason", "")) > REASON_LENGTH:
        raise Invalid({"reason": [f"At most {REASON_LENGTH} characters fit."]})
    if not User.objects.select_for_update(no_key=True).filter(pk=admin.pk).exists():
        raise Missing
    rows = TicketCoverage.objects.filter(platform_admin=admin)
    before = set(rows.values_list("subject", flat=True))
    if seen and seen != mark_of(before):
        raise Refused("changed_meanwhile", "Somebody else changed this meanwhile. Please look at it again.")
    if wanted != before:
        rows.exclude(subject__in=wanted).delete()
        TicketCoverage.objects.bulk_create(
            TicketCoverage(platform_admin=admin, subject_id=key) for key in sorted(wanted - before)
        )
        said = {name: words for name, words in why.items() if words}
        record(VERB, admin, by=by, subjects=sorted(wanted), previous=sorted(before), **said)
    return sorted(wanted)


@transaction.atomic
def undo_coverage(admin: User, facts: dict[str, Any], *, by: Actor) -> list[str]:
    """What they covered before a change with these facts; refused when it was changed again since."""
    return set_coverage(admin, facts["previous"], by=by, seen=mark_of(facts["subjects"]))


def mark_of(subjects: Iterable[str]) -> str:
    """What a form carries to `seen`."""
    return hashlib.sha256(",".join(sorted(subjects)).encode()).hexdigest()[:16]
