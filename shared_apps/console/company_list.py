"""The list of companies: what it can be narrowed to, and its orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from portico import keyset
from portico.errors import Invalid
from shared_apps.care.models import Care, Tier
from shared_apps.console.models import TicketIndex
from tenants.models import Company
from tenants.provision import fingerprint

State = Company.State
# "To be erased" is an archived company with a day on which it goes, or going now.
STATES: Mapping[str, Q] = {
    "active": Q(state=State.ACTIVE),
    "suspended": Q(state=State.SUSPENDED),
    "archived": Q(state=State.ARCHIVED, erase_after=None),
    "erased": Q(state=State.ERASING) | Q(erase_after__isnull=False),
}
# What comes first in each order; the newest first among equals.
ORDERS: Mapping[str, tuple[str, ...]] = {
    "new": ("-created_at",),
    "old": ("created_at",),
    "name": ("by_name",),
    "tier": ("by_tier", "-created_at"),
    "state": ("by_state", "-created_at"),
    "plan": ("billing__plan", "-created_at"),
    "behind": ("-is_behind", "-created_at"),
    "urgent": ("-has_urgent", "-created_at"),
}
_BY_MOMENT = ("new", "old")
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to, and its order; empty means everything, and the newest first."""

    words: str = ""
    state: str = ""
    tier: str = ""
    plan: str = ""
    behind: bool = False
    urgent: bool = False
    order: str = "new"


EVERY = Asked()


def page(companies: QuerySet[Company], requests: QuerySet[TicketIndex], asked: Asked, cursor: str | None) -> Any:
    """One page. `requests` are the open ones that the reader sees: no others are urgent as far as they know."""
    rows = _narrowed(_told(companies, requests), asked)
    if asked.order in _BY_MOMENT:
        found: keyset.Page[Company] = keyset.ordered(rows, *ORDERS[asked.order], key=int, cursor=cursor)
        return found
    return _numbered(rows.order_by(*ORDERS[asked.order], "-id"), cursor)


def _told(companies: QuerySet[Company], requests: QuerySet[TicketIndex]) -> Any:
    """Companies with what the list asks about them."""
    tier = Care.objects.filter(pk=OuterRef("pk")).values("tier")
    ranks = [When(tier=one, then=place) for place, one in enumerate(Tier.values)]
    states = [When(state=one, then=place) for place, one in enumerate((State.ERASING, State.SUSPENDED, State.ARCHIVED))]
    return companies.alias(
        tier=Coalesce(Subquery(tier), Value(Tier.STANDARD), output_field=CharField()),
        by_tier=Case(*ranks, default=len(ranks), output_field=IntegerField()),
        by_state=Case(*states, default=len(states), output_field=IntegerField()),
        by_name=Lower("name"),
        is_behind=Case(When(fingerprint=fingerprint(), then=0), default=1, output_field=IntegerField()),
        has_urgent=Exists(requests.filter(company_id=OuterRef("pk"), priority="P1")),
    )


def _narrowed(rows: Any, asked: Asked) -> Any:
    if asked.words:
        rows = rows.filter(Q(name__icontains=asked.words) | Q(slug__icontains=asked.words))
    if asked.state:
        rows = rows.filter(STATES[asked.state])
    if asked.tier:
        rows = rows.filter(tier=asked.tier)
    if asked.plan:
        rows = rows.filter(billing__plan=asked.plan)
    if asked.behind:
        rows = rows.filter(is_behind=1)
    return rows.filter(has_urgent=True) if asked.urgent else rows


def _numbered(rows: QuerySet[Company], cursor: str | None) -> keyset.Page[Company]:
    """The page of this number: an order without moments has no other place to go on from."""
    said = cursor or "1"
    if not (said.isascii() and said.isdecimal() and 0 < len(said) < 6 and 0 < int(said) <= _MOST_PAGES):
        raise Invalid({"cursor": ["This is not a cursor from an answer of this list."]})
    number = int(said)
    found = list(rows[(number - 1) * keyset.LIMIT : number * keyset.LIMIT + 1])
    return keyset.Page(found[: keyset.LIMIT], str(number + 1) if len(found) > keyset.LIMIT else None)
