"""What can be done with the platform's team."""

from collections.abc import Iterable

from django.db import transaction

from portico.actor import Actor
from portico.errors import Invalid, Missing
from portico.events import record
from shared_apps.accounts.models import User
from shared_apps.staff import access
from shared_apps.staff.models import Subject, TicketCoverage


@transaction.atomic
def set_coverage(admin: User, subjects: Iterable[str], *, by: Actor) -> list[str]:
    """Let a staff member look after exactly these subjects; returns them sorted. It holds from the next request on.

    Nothing is recorded when nothing changes.
    """
    access.require(by, "set_coverage")
    wanted = set(subjects)
    if unknown := wanted - set(Subject.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise Invalid({"subjects": [f"There is no such subject: {', '.join(sorted(unknown))}."]})
    if not User.objects.select_for_update(no_key=True).filter(pk=admin.pk).exists():
        raise Missing
    rows = TicketCoverage.objects.filter(platform_admin=admin)
    before = set(rows.values_list("subject", flat=True))
    if wanted != before:
        rows.exclude(subject__in=wanted).delete()
        TicketCoverage.objects.bulk_create(
            TicketCoverage(platform_admin=admin, subject_id=key) for key in sorted(wanted - before)
        )
        record("team.coverage.update", admin, by=by, subjects=sorted(wanted), previous=sorted(before))
    return sorted(wanted)
