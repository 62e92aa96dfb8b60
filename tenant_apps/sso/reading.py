"""Who comes in with what: for the sign-in page, for whoever lets people in, and for those who decide."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.cache import cache
from django.db.models import Q, QuerySet

from tenant_apps.sso.models import NEVER_VOUCH, Connection, Link

WAYS = "sso-ways"  # in the cache: what the sign-in page shows


def affected(connection: Connection) -> QuerySet[Any]:
    """Who signs in with this connection alone while it is enforced."""
    everybody: Any = people().filter(is_active=True).exclude(role="owner")
    theirs = Q(pk__in=connection.links.filter(kind="person").values("target"))
    for domain in connection.domains:
        theirs |= Q(email__endswith=f"@{domain}")
    found: QuerySet[Any] = everybody.filter(theirs).order_by("name", "id")
    return found


def elsewhere(user: Any) -> Connection | None:
    """The connection that this person has to come in through, or None. Never for owners."""
    return only_way(user.email, user.role, user.pk)


def only_way(email: str, role: str, person: UUID | None = None) -> Connection | None:
    """The same of an address as somebody of this role; `person` is who has it, if anybody does by now."""
    if role == "owner":
        return None
    domain = email.rpartition("@")[2]
    for one in Connection.objects.filter(is_enforced=True):
        # Whoever came in through it once does not get around it with another address.
        if domain in one.domains or (person and one.links.filter(kind="person", target=person).exists()):
            return one
    return None


def linked(connection: Connection, most: int) -> list[tuple[Link, Any]]:
    """The accounts there that open one here, the latest first, each with its person."""
    rows = list(connection.links.filter(kind="person").order_by("-created_at", "-id")[:most])
    known = people().in_bulk([one.target for one in rows])
    return [(one, known[one.target]) for one in rows if one.target in known]


def ways() -> list[dict[str, str]]:
    """What the sign-in page shows: `id`, `kind` and `name` of each connection that works. Kept in the cache."""
    try:
        kept = cache.get(WAYS)
    except Exception:  # without the cache it is asked anew
        kept = None
    if kept is None:
        kept = [
            {"id": str(one.pk), "kind": one.kind, "name": one.name}
            for one in Connection.objects.working().order_by("name")
        ]
        try:
            cache.set(WAYS, kept, 60)
        except Exception:
            return list(kept)
    return list(kept)


def ways_to_join(email: str, role: str) -> list[dict[str, str]]:
    """The same for the page of an invitation: those that may vouch for this address."""
    only = only_way(email, role)
    found = [one for one in ways() if one["kind"] not in NEVER_VOUCH]
    return [one for one in found if only is None or one["id"] == str(only.pk)]


def forget_ways() -> None:
    """The sign-in page shows something else from now on."""
    cache.delete(WAYS)


def people() -> Any:
    """The accounts of this company."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager
