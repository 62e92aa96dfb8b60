"""What can be decided about a company: rest, resume, archive, erase. In the platform's scope; each is audited."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portico.actor import Actor
from portico.errors import Invalid, Missing, Refused
from portico.events import record
from tenants.life import access
from tenants.models import HOUSE_ID, Company

State = Company.State
GRACE = timedelta(days=30)
_NOTICE = 200


@transaction.atomic
def suspend(company: Company, *, by: Actor, notice: str = "") -> Company:
    """Close the doors for a while; its people read `notice`. Nothing is lost, and work that is due waits."""
    access.require(by, "suspend")
    company = _lock(company)
    if len(notice) > _NOTICE:
        raise Invalid({"notice": [f"Please use at most {_NOTICE} characters."]})
    _require(company, "suspend", State.ACTIVE)
    return _put(company, "company.suspended", by, state=State.SUSPENDED, notice=notice)


@transaction.atomic
def resume(company: Company, *, by: Actor) -> Company:
    """Open the doors again; an erasure that was planned is off."""
    access.require(by, "resume")
    company = _lock(company)
    _require(company, "resume", State.SUSPENDED, State.ARCHIVED)
    return _put(company, "company.resumed", by, state=State.ACTIVE, notice="", erase_after=None)


@transaction.atomic
def archive(company: Company, *, by: Actor) -> Company:
    """Close the doors for good, and keep everything."""
    access.require(by, "archive")
    company = _lock(company)
    _require(company, "archive", State.ACTIVE, State.SUSPENDED)
    return _put(company, "company.archived", by, state=State.ARCHIVED)


@transaction.atomic
def plan_erasure(company: Company, *, by: Actor) -> Company:
    """Archive the company, and let it be erased after 30 days; until then `resume` takes it back."""
    access.require(by, "erase")
    company = _lock(company)
    _require(company, "erase", State.ACTIVE, State.SUSPENDED, State.ARCHIVED)
    if company.erase_after:
        raise Refused("erasure_planned", f"This company will be erased on {company.erase_after:%Y-%m-%d} already.")
    after = timezone.now() + GRACE
    facts = {"on": f"{after:%Y-%m-%d}"}
    return _put(company, "company.erasure.planned", by, facts, state=State.ARCHIVED, erase_after=after)


@transaction.atomic
def begin_erasure(company: Company, *, by: Actor, typed: str) -> Company:
    """The point of no return: the generation rises, which ends every session, token, cache entry and queued task.

    `typed` must be the company's slug. `erase.finish` does the rest, however often it is interrupted.
    """
    access.require(by, "erase")
    company = _lock(company)
    if typed != company.slug:
        raise Refused("not_confirmed", "Type the company's subdomain to confirm that it shall be erased.")
    if company.state == State.ERASING:
        return company
    _require(company, "erase", State.ACTIVE, State.SUSPENDED, State.ARCHIVED)
    generation = company.generation + 1
    return _put(company, "company.erasure.begun", by, state=State.ERASING, generation=generation, notice="")


def _lock(company: Company) -> Company:
    try:
        return Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    except Company.DoesNotExist:
        raise Missing from None


def _require(company: Company, verb: str, *states: str) -> None:
    if company.pk == HOUSE_ID:
        raise Refused("house_company", "The house company belongs to the installation: its state cannot be changed.")
    if company.state not in states:
        raise Refused("wrong_state", f"A company that is {company.state} cannot be changed this way ({verb}).")


def _put(
    company: Company,
    verb: str,
    by: Actor,
    facts: dict[str, str] | None = None,
    **values: str | int | datetime | None,
) -> Company:
    # Not save(): django-tenants' would look at the schema.
    before = company.state
    Company.objects.filter(pk=company.pk).update(**values)
    record(verb, company, by=by, **{"from": before}, **(facts or {}))
    company.refresh_from_db()
    return company
