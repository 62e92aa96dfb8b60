"""How the fleet stands, for `tenants status` and the console's page. Needs the platform's scope or the owner."""

from typing import Any

from django.db.models import Count

from tenants.fleet import drift, survey
from tenants.models import Company, MigrationLedger, MigrationRun, ReadySchema
from tenants.owner import owner_connection
from tenants.provision import fingerprint

SHOWN = 100


def overview() -> dict[str, Any]:
    """Read from `public` alone, so that a page may show it."""
    mark = fingerprint()
    late = Company.objects.exclude(fingerprint=mark)
    ready = dict(ReadySchema.objects.values_list("fingerprint").annotate(Count("schema")))
    return {
        "release": mark,
        "companies": Company.objects.count(),
        "current": Company.objects.filter(fingerprint=mark).count(),
        "behind": _behind(late),
        "last_run": MigrationRun.objects.order_by("-started_at").values().first(),
        "ready": ready.get(mark, 0),
        "ready_old": sum(number for one, number in ready.items() if one != mark),
    }


def _behind(late: Any) -> list[dict[str, Any]]:
    companies = list(late[:SHOWN])
    rows = MigrationLedger.objects.filter(state="failed", schema__in=[one.schema_name for one in companies])
    why = {row.schema: row for row in rows.order_by("at")}
    return [
        {
            "id": one.pk,
            "slug": one.slug,
            "name": one.name,
            "words": why[one.schema_name].words if one.schema_name in why else "Not tried yet.",
            "migration": _step(why.get(one.schema_name)),
            "at": why[one.schema_name].at if one.schema_name in why else None,
        }
        for one in companies
    ]


def _step(row: MigrationLedger | None) -> str:
    return f"{row.app}.{row.name}" if row and row.app else ""


def stand(*, compare: bool = False) -> dict[str, Any]:
    """The overview for a command: plain values, and on wish who differs from the others of the same release."""
    found = overview()
    for row in [*found["behind"], *([found["last_run"]] if found["last_run"] else [])]:
        row |= {key: str(value) for key, value in row.items() if key.endswith(("at", "id")) and value is not None}
    if compare:
        found["drift"] = drifted()
    return found


def drifted() -> dict[str, str]:
    """By slug, how a company's tables differ from those of most others with the same mark."""
    found: dict[str, str] = {}
    with owner_connection(autocommit=True) as connection:
        groups: dict[str, dict[str, str]] = {}
        for one in survey.everybody(connection):
            groups.setdefault(one.fingerprint, {})[one.schema] = one.slug
        for slugs in groups.values():
            words = drift.digests_of_many(list(slugs))
            odd = drift.odd_ones(words)
            model = next((schema for schema in words if schema not in odd), "")
            found |= {slugs[schema]: drift.difference(connection, schema, model) for schema in odd}
    return found
