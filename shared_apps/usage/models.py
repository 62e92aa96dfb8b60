"""Hours of desktop apps in numbers. Nobody is in them: no person, no text that somebody wrote."""

from typing import Any

from django.db import models
from django.db.models import F, Sum

from portico.ids import uuid7

COUNTS = ("launches", "syncs", "failed_syncs", "error_pages", "crashes", "features")


class HourQuerySet(models.QuerySet["Hour"]):
    """Hours, of one company or of all."""

    def summed(self, *by: str) -> list[dict[str, Any]]:
        """The counts together, for each value of these columns; `errors` are error pages and crashes."""
        # The errors first: behind them the names of columns mean their sums.
        sums = {"errors": Sum(F("error_pages") + F("crashes"))} | {
            one: Sum(one) for one in (*COUNTS, "people", "sync_ms")
        }
        rows = self.order_by()
        return list(rows.values(*by).annotate(**sums).order_by(*by)) if by else [rows.aggregate(**sums)]


class Hour(models.Model):
    """What the apps of one version on one system told a company in an hour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)
    hour = models.DateTimeField()
    version = models.CharField(max_length=40)
    system = models.CharField(max_length=20)
    launches = models.PositiveIntegerField(default=0)
    syncs = models.PositiveIntegerField(default=0)
    failed_syncs = models.PositiveIntegerField(default=0)
    error_pages = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0)
    features = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)  # different ones in this hour: a number, nobody's name
    sync_ms = models.PositiveBigIntegerField(default=0)

    objects = HourQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["hour"], name="usage_by_hour")]
        constraints = [
            models.UniqueConstraint(fields=["company_id", "hour", "version", "system"], name="usage_hour_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} at {self.hour:%Y-%m-%d %H}"
