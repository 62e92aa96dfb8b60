"""The list of people: what it can be narrowed to, page by page in the order of their names."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from portico import clock
from portico.errors import Invalid
from shared_apps.accounts.models import User
from tenant_apps.people import roles

LIMIT, MOST = 50, 100
STATES = {"active": "Active", "away": "Away", "off": "Deactivated", "all": "All"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; empty means everybody who is active."""

    words: str = ""
    role: str = ""
    team: str = ""
    state: str = "active"

    @property
    def is_narrowed(self) -> bool:
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Page:
    """Some people; `next_cursor` leads to those after them and is None at the end."""

    rows: list[Any]
    next_cursor: str | None


def page(asked: Asked, cursor: str | None = None, limit: int = LIMIT) -> Page:
    """One page. Invalid for a cursor that is none; whoever it names may have been renamed meanwhile, but not gone."""
    rows = narrowed(asked).annotate(by_name=Lower("name")).order_by("by_name", "id")
    if cursor:
        last = _last(cursor)
        rows = rows.filter(Q(by_name__gt=last.by_name) | Q(by_name=last.by_name, id__gt=last.pk))
    found = list(rows[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].pk) if len(found) > limit else None)


def narrowed(asked: Asked) -> QuerySet[User]:
    """The people that fit."""
    rows = User.objects.all()
    if asked.state == "active":
        rows = rows.filter(is_active=True)
    elif asked.state == "off":
        rows = rows.filter(is_active=False)
    elif asked.state == "away":
        today = clock.now().date().isoformat()
        is_out = Q(profile__out__from__lte=today, profile__out__until__gte=today)
        rows = rows.filter(Q(profile__away=True) | is_out, is_active=True)
    for word in asked.words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if asked.role:
        own = Q(profile__role__key=asked.role)
        rows = rows.filter(Q(role=asked.role) & ~Q(profile__has_key="role") if asked.role in roles.GIVEN else own)
    if asked.team:
        rows = rows.filter(profile__teams__contains=[asked.team])
    return rows


def _last(cursor: str) -> Any:
    try:
        key = UUID(cursor)
    except ValueError:
        key = None
    found = User.objects.filter(pk=key).annotate(by_name=Lower("name")).first() if key else None
    if found is None:
        raise Invalid({"cursor": ["This is not a cursor from an answer of this list."]})
    return found
