"""Letters to a company's owners about what it pays: Portico's own, so they stand in `public` and name Portico."""

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
    with visit(company.ref):
        owners = list(User.objects.filter(role="owner", is_active=True).order_by("pk").values_list("email", "name"))
    until = f"{standing.grace_ends:%-d %B %Y}" if standing.grace_ends else ""
    facts = {"place": company.name, "link": page, "until": until}
    for email, name in owners:
        try:
            post(Letter(to=email, name=name, template=template, facts=facts, once=event))
        except Invalid:
            log.warning("billing.letter_refused", company=company.pk)


def _letter(before: str, now: str) -> str:
    if (before, now) == ("trial", "free"):
        return "billing_over"
    return {"past_due": "billing_unpaid", "suspended": "billing_resting"}.get(now, "")
