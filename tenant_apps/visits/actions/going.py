"""A visit itself: made ready, begun, ended."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.database import current_company
from portico.errors import Missing, Refused
from portico.events import record
from tenant_apps.tickets.models import Ticket
from tenant_apps.visits import access, consent
from tenant_apps.visits.actions.parts import digest, done_in, facts_of, meant, people, ticket_of
from tenant_apps.visits.models import LASTS, Visit
from tenants.due import forget, remind

State = Visit.State
JOB = "end_visit"
_HANDS_OVER = timedelta(minutes=1)
_YES_LASTS = timedelta(days=1)


@transaction.atomic
def make_ready(
    ticket: Ticket, person_id: UUID | None, mode: str, reason: str, *, by: Actor, session: str
) -> tuple[Visit, str]:
    """A visit that may begin within a minute, and the code that begins it, this once."""
    access.require(by, "visit")
    agreed = consent.read(locked=True)  # before any visit, as whoever withdraws it does
    visit = meant(ticket, person_id, mode, reason, by)
    visit = _allowed(visit) or visit
    if not consent.lets(visit, agreed):
        raise Refused("no_consent", f"{current_company().name} has not agreed to this. You can ask its managers.")
    code = secrets.token_urlsafe(32)
    visit.state, visit.session, visit.reason = State.READY, session, reason.strip()
    visit.code, visit.code_until = digest(code), clock.now() + _HANDS_OVER
    visit.save()
    return visit, code


@transaction.atomic
def begin(code: str) -> Visit:
    """Begin the visit that this code stands for; Missing for one that is used, too old, or of somewhere else."""
    agreed = consent.read(locked=True)
    visit = Visit.objects.select_for_update().filter(state=State.READY, code=digest(code)).first()
    if not code or visit is None or visit.code_until is None or visit.code_until <= clock.now():
        raise Missing
    if not consent.lets(visit, agreed) or not people().filter(pk=visit.person_id).exists():
        raise Missing
    for other in Visit.objects.select_for_update().running().filter(staff_id=visit.staff_id):
        if not other.end:
            raise Refused("visiting", f"You are {other.person_name} here already. Leave that visit first.")
        end(other, "time")
    visit.state, visit.code, visit.began_at = State.RUNNING, "", clock.now()
    visit.at = visit.began_at
    try:
        with transaction.atomic():
            visit.save(update_fields=["state", "code", "began_at", "at"])
    except IntegrityError:  # two at the same moment
        raise Refused("visiting", "You are somebody else here already. Leave that visit first.") from None
    remind(JOB, str(visit.pk), visit.began_at + LASTS)
    record("visit.begin", ticket_of(visit), by=visit.staff, **facts_of(visit))
    return visit


@transaction.atomic
def end(visit: Visit, why: str, *, by: Actor | None = None) -> Visit:
    """End a visit; one that has ended stays as it ended. Past its half hour it ended then, whenever that is noticed."""
    forget(JOB, str(visit.pk))  # before the visit is locked, as the job that ends it does
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.state != State.RUNNING:
        return visit
    over = visit.end
    visit.state, visit.ended_at, visit.why = State.ENDED, over or clock.now(), "time" if over else why
    visit.pending = {}
    visit.save(update_fields=["state", "ended_at", "why", "pending"])
    more = {"why": visit.why, "seconds": visit.seconds, "pages": len(visit.pages), "writes": done_in(visit).count()}
    record("visit.end", ticket_of(visit), by=by or SYSTEM, **facts_of(visit), **more)
    return visit


def goes_on(visit_id: UUID) -> bool:
    """Whether this visit has not ended: asked again where a link of it is opened, apart from its session."""
    found = Visit.objects.running().filter(pk=visit_id).first()
    return found is not None and found.end is None


def end_overdue(key: str) -> None:
    """The half hour of this visit is over; the row that led here is used up, so a clock that is behind asks again."""
    visit = Visit.objects.running().filter(pk=UUID(key)).first()
    if visit and visit.end:
        end(visit, "time")
    elif visit and visit.ends_at:
        remind(JOB, key, visit.ends_at)


def _allowed(visit: Visit) -> Visit | None:
    """What a manager said yes to within a day and nobody has used, or what was made ready and not begun."""
    same = {name: getattr(visit, name) for name in ("staff_id", "ticket_id", "person_id", "mode")}
    rows = Visit.objects.select_for_update().filter(**same, state__in=[State.ALLOWED, State.READY])
    return next((one for one in rows if not one.decided_at or one.decided_at > clock.now() - _YES_LASTS), None)
