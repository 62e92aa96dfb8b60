"""What acts for somebody, as their own page shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portico.actor import Actor
from portico.api import scopes
from shared_apps.accounts.models import Token
from tenant_apps.partners.models import App, Grant


@dataclass(frozen=True, slots=True)
class Acting:
    """An application that acts for a person."""

    grant: Grant
    last_used_at: datetime | None


def acting_for(actor: Actor) -> list[Acting]:
    """The applications that act for this person, the newest first. Needs the company's scope."""
    if actor.id is None:
        return []
    grants = list(Grant.objects.living().of_person(actor.id).select_related("app").order_by("-created_at", "-id"))
    if not grants:
        return []
    used = dict(Token.objects.filter(pk__in=[one.pk for one in grants]).values_list("pk", "last_used_at"))
    return [Acting(one, used.get(one.pk)) for one in grants]


def is_known(app: App, wanted: Collection[str], actor: Actor) -> bool:
    """Whether this application acts for this person already, with as much as it wants now."""
    if actor.id is None:
        return False
    held = app.grants.living().of_person(actor.id).values_list("scopes", flat=True)
    return any(all(scopes.allows(one, scope) for scope in wanted) for one in held)
