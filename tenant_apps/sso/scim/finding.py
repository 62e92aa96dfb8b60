"""Filters (RFC 7644 section 3.4.2.2) that directories really ask: one attribute equals something, and more of them."""

import json
import re
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from tenant_apps.people.models import Team
from tenant_apps.sso.models import Link
from tenant_apps.sso.scim.shapes import GROUP, USER, ScimRefused

_ONE = re.compile(r'\s*([\w.$:]+)\s+eq\s+("(?:[^"\\]|\\.){0,500}"|true|false)\s*(?:and\b|$)', re.IGNORECASE)
_NOBODY = Q(pk=None)


def people(text: str) -> QuerySet[Any]:
    """The people that a directory sees: everybody but customers, and but those whom it has deleted."""
    gone = Link.objects.of_directory("person").filter(facts___gone=True)
    everybody: Any = apps.get_model("accounts", "User")._default_manager.exclude(role="customer")
    rows = everybody.exclude(pk__in=gone.values("target")).order_by("created_at", "id")
    for name, value in _conditions(text, USER):
        rows = rows.filter(_of_person(name, value))
    found: QuerySet[Any] = rows
    return found


def teams(text: str) -> QuerySet[Team]:
    """The teams that there are."""
    rows = Team.objects.filter(is_active=True).order_by("pk")
    for name, value in _conditions(text, GROUP):
        if name == "id":
            rows = rows.filter(_id(value))
        elif name == "displayname":
            rows = rows.filter(name__iexact=str(value))
        elif name == "externalid":
            kept = Link.objects.of_directory("team").filter(facts__externalId=value)
            rows = rows.filter(pk__in=kept.values("target"))
        else:
            raise _unknown(name)
    return rows


def _conditions(text: str, schema: str) -> list[tuple[str, str | bool]]:
    found: list[tuple[str, str | bool]] = []
    at = 0
    while at < len(text):
        match = _ONE.match(text, at)
        if match is None or len(found) > 5:
            raise ScimRefused(400, "invalidFilter", 'Filters are like: userName eq "ada", joined by and.')
        try:
            value = json.loads(match[2].lower() if match[2][0] != '"' else match[2])
        except ValueError:
            raise ScimRefused(400, "invalidFilter", "The value of this filter cannot be read.") from None
        found.append((match[1].lower().removeprefix(f"{schema.lower()}:"), value))
        at = match.end()
    return found


def _of_person(name: str, value: str | bool) -> Q:
    kept = Link.objects.of_directory("person")
    if name == "username":
        named = Q(pk__in=kept.filter(subject=str(value).lower()).values("target"))
        return named | (Q(email=str(value).lower()) & ~Q(pk__in=kept.values("target")))
    if name == "externalid":
        return Q(pk__in=kept.filter(facts__externalId=value).values("target"))
    if name in {"emails", "emails.value"}:
        return Q(email=str(value).lower())
    if name == "displayname":
        return Q(name__iexact=str(value))
    if name == "active":
        return Q(is_active=value is True)
    if name == "id":
        return _id(value)
    raise _unknown(name)


def _id(value: str | bool) -> Q:
    try:
        return Q(pk=UUID(str(value)))
    except ValueError:
        return _NOBODY


def _unknown(name: str) -> ScimRefused:
    return ScimRefused(400, "invalidFilter", f"Nobody can be found by {name} here.")
