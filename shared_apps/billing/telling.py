"""Letters to a company's owners about what it pays: Portico's own, so they stand in `public` and name Portico."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from portico.database import visit
from portico.errors import Invalid
from portico.mailing import Letter, post
from portico.standing import Standing
from shared_apps.accounts.models import User
from tenants.models import Company

log = structlog.get_logger("portico.billing")


def tell(company: Company, before: str, standing: Standing, page: str, event: UUID) -> None:
    """Say what has changed, to every owner, where they have to know; once, however often this is tried."""
    template = _letter(before, standing.state)
    if not template:
        return
    until = f"{standing.grace_ends:%-d %B %Y}" if standing.grace_ends else ""
    _post(company, template, {"place": company.name, "link": page, "until": until}, event)


def warn(company: Company, standing: Standing, page: str, days: int) -> None:
    """Say to every owner, once, that the trial ends in so many days, and what happens then."""
    until = standing.trial_ends
    if until is None:
        return
    facts = {"place": company.name, "link": page, "days": days, "until": f"{until:%-d %B %Y}"}
    # Nothing happened that it would follow from; its key is that moment, as an event's would be.
    moment = int((until - timedelta(days=days)).timestamp() * 1_000)
    _post(company, "billing_ends", facts, UUID(int=(moment << 80) | company.pk))


def _post(company: Company, template: str, facts: dict[str, Any], event: UUID) -> None:
    with visit(company.ref):
        owners = list(User.objects.filter(role="owner", is_active=True).order_by("pk").values_list("email", "name"))
    for email, name in owners:
        try:
            post(Letter(to=email, name=name, template=template, facts=facts, once=event))
        except Invalid:
            log.warning("billing.letter_refused", company=company.pk)


def _letter(before: str, now: str) -> str:
    if (before, now) == ("trial", "free"):
        return "billing_over"
    return {"past_due": "billing_unpaid", "suspended": "billing_resting"}.get(now, "")
