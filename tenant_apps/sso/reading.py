"""Who comes in with what: for the sign-in page, for whoever lets people in, and for those who decide."""

from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db.models import Q, QuerySet

from tenant_apps.sso.models import Connection, Link

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
    if user.role == "owner":
        return None
    domain = user.email.rpartition("@")[2]
    for one in Connection.objects.filter(is_enforced=True):
        # Whoever came in through it once does not get around it with another address.
        if domain in one.domains or one.links.filter(kind="person", target=user.pk).exists():
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


def forget_ways() -> None:
    """The sign-in page shows something else from now on."""
    cache.delete(WAYS)


def people() -> Any:
    """The accounts of this company."""
    # The model is named, not imported: accounts stand in `public` and in each company alike.
    return apps.get_model("accounts", "User")._default_manager
