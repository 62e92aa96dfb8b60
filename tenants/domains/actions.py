"""What can be done with a company's domains. All of it in the company's scope."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from portico import clock
from portico.actor import SYSTEM, Actor
from portico.database import current_company
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from portico.throttle import allow
from tenants import routing
from tenants.domains import access, names
from tenants.domains.checking import Found, look
from tenants.due import forget, remind
from tenants.models import Domain

JOB = "check_domain"
MOST, _ADDED_A_DAY, _DAY = 20, 40, 86_400
# How long after it was looked at a domain that waits is looked at again: often at first, and for a week at all.
_PAUSES = [timedelta(seconds=one) for one in (10, 20, 30, 60, 60, 120, 300, 600, 1200, 1800, 3600)]
WAITS_FOR = timedelta(days=7)
DAILY, HOURLY, SOON = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
# How long a proven domain may be broken before it is taken back; what answers nothing for a day is broken, too.
GRACE, SILENT_FOR = timedelta(days=3), timedelta(days=1)
_THERE = "This domain is in the list already."


@transaction.atomic
def add(typed: str, use: str, *, by: Actor) -> Domain:
    """Say that a domain is the company's; from now on it is looked for its records. Invalid when it cannot be."""
    access.require(by, "keep_domains")
    company, name = current_company(), names.tidy(typed[:1_000])
    against = names.problem(name)
    if against:
        raise Invalid({"domain": [against]})
    mine = Domain.objects.filter(schema=company.schema)
    if mine.filter(domain=name).exists():
        raise Invalid({"domain": [_THERE]})
    if use not in Domain.Use.values:
        raise Invalid({"use": ["Please choose what the domain is for."]})
    if mine.count() >= MOST:
        raise Refused("too_many_domains", f"A company has at most {MOST} domains. Please remove one first.")
    allow("domain-add", company.key, _ADDED_A_DAY, _DAY)
    made = Domain(tenant_id=company.id, schema=company.schema, domain=name, use=use)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # sent twice at once
        raise Invalid({"domain": [_THERE]}) from None
    record("domain.add", made, by=by, desk="company", domain=name, use=use)
    _look_again(made, timedelta())
    return made


@transaction.atomic
def remove(domain: str, *, by: Actor) -> None:
    """The company does without the domain, at once; links lead to its subdomain again if they led there."""
    access.require(by, "keep_domains")
    row = _locked(domain)
    forget(JOB, str(row.pk))
    row.delete()
    record("domain.remove", None, by=by, desk="company", domain=domain)
    _tell_doors()


@transaction.atomic
def check_now(domain: str, *, by: Actor) -> None:
    """Have the domain looked at within seconds, and often again for a while when it waits."""
    access.require(by, "keep_domains")
    row = _locked(domain)
    allow("domain-check", f"{current_company().key} {domain}", 20, 600)
    if row.state == Domain.State.WAITING:
        row.misses = 0
        row.save(update_fields=["misses"])
    _look_again(row, timedelta())


@transaction.atomic
def lead_to(domain: str, *, by: Actor) -> None:
    """Let links, mails and everybody who comes by another host lead to this domain; empty for the subdomain."""
    access.require(by, "keep_domains")
    mine = Domain.objects.filter(schema=current_company().schema)
    list(mine.order_by("pk").select_for_update(no_key=True))  # two who choose at once queue here
    if domain:
        row = _locked(domain)
        if row.use != Domain.Use.PORTAL or row.state != Domain.State.ACTIVE:
            raise Refused("domain_not_active", "This domain is not ready yet: its records have to be right first.")
    mine.filter(is_primary=True).update(is_primary=False)
    if domain:
        Domain.objects.filter(pk=row.pk).update(is_primary=True)
    record("domain.lead", row if domain else None, by=by, desk="company", domain=domain)
    _tell_doors()


def check(key: str) -> None:
    """Look at a domain and act on what is found: the job of the worker, and the one place where a domain counts."""
    company = current_company()
    row = Domain.objects.filter(schema=company.schema, pk=int(key)).first()
    if row is not None:
        settle(row.domain, look(row.domain, row.token, row.use, company.slug))


@transaction.atomic
def settle(domain: str, found: Found) -> None:
    """Keep what the DNS said, and let the domain count, or not any more; then say when to look again."""
    try:
        row = _locked(domain)
    except Missing:  # removed while it was looked up
        return
    row.seen, row.checked_at = found.as_json(), clock.now()
    after = _right(row) if found.is_right(row.use) else _wrong(row, found)
    row.save(update_fields=["seen", "checked_at", "state", "is_primary", "misses", "proven_at", "broken_at"])
    if after is not None:
        _look_again(row, after)


def _right(row: Domain) -> timedelta | None:
    """Everything is as it has to be."""
    before, row.misses = row.state, 0
    if before != Domain.State.ACTIVE and not _take(row):
        row.seen |= {"is_taken": True}
        return HOURLY if _still_waits(row, clock.now()) else None
    row.broken_at = None
    if before == Domain.State.WAITING:
        row.proven_at = clock.now()
    if before != Domain.State.ACTIVE:
        record(f"domain.{'prove' if before == Domain.State.WAITING else 'mend'}", row, by=SYSTEM, **_facts(row))
        _tell_doors()
    return DAILY


def _take(row: Domain) -> bool:
    """Let it count, unless it counts for another company: the index decides, and not what can be read."""
    try:
        with transaction.atomic():
            Domain.objects.filter(pk=row.pk).update(state=Domain.State.ACTIVE)
    except IntegrityError:
        return False
    row.state = Domain.State.ACTIVE
    return True


def _wrong(row: Domain, found: Found) -> timedelta | None:
    """Something is missing. A domain that counts is forgiven one slip, a silent DNS for a day, and then the grace."""
    now, row.misses = clock.now(), min(row.misses + 1, 10_000)
    if row.state == Domain.State.WAITING:
        return _PAUSES[min(row.misses, len(_PAUSES)) - 1] if _still_waits(row, now) else None
    if row.state == Domain.State.ACTIVE:
        is_broken = row.misses * SOON >= SILENT_FOR if found.is_silent else row.misses > 1
        if not is_broken:
            return SOON
        row.state, row.broken_at = Domain.State.BROKEN, now
        record("domain.break", row, by=SYSTEM, **_facts(row), until=(now + GRACE).isoformat())
        _tell_doors()
        return HOURLY
    if row.broken_at and now - row.broken_at < GRACE:
        return HOURLY
    row.state, row.is_primary, row.broken_at, row.misses = Domain.State.WAITING, False, None, 0
    record("domain.lose", row, by=SYSTEM, **_facts(row))
    _tell_doors()
    return DAILY


def _facts(row: Domain) -> dict[str, str]:
    return {"desk": "company", "domain": row.domain, "use": row.use}


def _still_waits(row: Domain, now: datetime) -> bool:
    """Whether somebody may still be at it."""
    return now - max(filter(None, (row.added_at, row.proven_at))) < WAITS_FOR or row.misses < len(_PAUSES)


def _locked(domain: str) -> Domain:
    rows = Domain.objects.select_for_update(no_key=True).filter(schema=current_company().schema)
    row: Domain | None = rows.filter(domain=domain).first()
    if row is None:
        raise Missing
    return row


def _look_again(row: Domain, after: timedelta) -> None:
    remind(JOB, str(row.pk), clock.now() + after)


def _tell_doors() -> None:
    """At once in this process, within seconds in the others."""
    company = current_company()
    transaction.on_commit(lambda: routing.forget_company(company.id))
