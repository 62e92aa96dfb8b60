"""Companies and what is kept about their schemas. All in `public`; no foreign key leads into a company's schema."""

import hashlib
import secrets
from collections.abc import Collection
from itertools import starmap
from typing import Self

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django_tenants.models import TenantMixin

from portico import clock, standing
from portico.database import CompanyRef
from portico.ids import uuid7
from portico.standing import Standing

HOUSE_ID = 0
HOUSE_SLUG = "help"


def new_token() -> str:
    """What a company's TXT record has to hold: nobody else is told it."""
    return secrets.token_hex(16)


class Company(TenantMixin):
    """A company with a desk here. Made only by a claim (tenants.provision), never by `save()`.

    The house company (id 0, slug `help`) holds individual customers and exists from the start.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        ARCHIVED = "archived"
        ERASING = "erasing"  # erasure has begun: there is no way back, and whatever stops it is gone on with

    auto_create_schema = False
    auto_drop_schema = False

    name = models.CharField(max_length=80)
    slug = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    generation = models.PositiveIntegerField(default=1)
    tint = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    # What its people read while it rests.
    notice = models.CharField(max_length=200, blank=True, default="", db_default="")
    erase_after = models.DateTimeField(null=True, blank=True)
    # How it shows itself (`portico.brand`): a copy of its own setting, read with its door (`tenants.looks`).
    brand = models.JSONField(default=dict, db_default={})
    # What it asks of those who sign in (`shared_apps.accounts.rules`): a copy of its own setting, as the brand is.
    entry = models.JSONField(default=dict, db_default={})
    # Whether its pages and mails keep quiet about Portico by agreement; its plan may say so as well.
    white_label = models.BooleanField(default=False, db_default=False)
    # How it stands with its plan (`portico.standing`), as `shared_apps.billing` found it; read with its door.
    billing = models.JSONField(default=dict, db_default={})

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="company_slug_is_lower", condition=models.Q(slug=Lower("slug")))]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> CompanyRef:
        """The company as it travels."""
        plan = self.standing.plan
        return CompanyRef(self.pk, self.schema_name, self.generation, self.slug, self.name, self.tint, plan)

    @property
    def standing(self) -> Standing:
        """How it stands with its plan."""
        return standing.read(self.billing)

    @classmethod
    def refs(cls, schemas: Collection[str]) -> dict[str, CompanyRef]:
        """Those with these schemas as they travel, by schema; only what a reference is made of, in no order."""
        rows = cls.objects.order_by().filter(schema_name__in=schemas)
        found = rows.values_list("pk", "schema_name", "generation", "slug", "name", "tint")
        return {ref.schema: ref for ref in starmap(CompanyRef, found)}


class Domain(models.Model):
    """A domain that a company says is its own. The subdomain `<slug>.<base>` needs no row here.

    Several may say so and wait; it counts for the one that proved it (`tenants.domains`). A proven `portal` domain is
    a host of the company; the primary one is where its links lead.
    """

    class Use(models.TextChoices):
        PORTAL = "portal"
        MAIL = "mail"

    class State(models.TextChoices):
        WAITING = "waiting"
        ACTIVE = "active"
        BROKEN = "broken"  # it was proven, and the DNS says otherwise since `broken_at`

    COUNTS = (State.ACTIVE, State.BROKEN)

    tenant = models.ForeignKey(Company, models.CASCADE, related_name="domains")
    schema = models.CharField(max_length=63, db_default="")  # whose row it is, for the wall
    domain = models.CharField(max_length=253, db_index=True)
    use = models.CharField(max_length=6, choices=Use.choices, default=Use.PORTAL, db_default=Use.PORTAL)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING, db_default=State.WAITING)
    is_primary = models.BooleanField(default=False, db_default=False)
    token = models.CharField(max_length=64, default=new_token, db_default="")
    # What the DNS said last (`tenants.domains.checking`), and how often in a row it was not what it has to be.
    seen = models.JSONField(default=dict, db_default={})
    misses = models.PositiveSmallIntegerField(default=0, db_default=0)
    added_at = models.DateTimeField(default=clock.now, db_default=Now())
    checked_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                name="domain_of_one_company", fields=["domain"], condition=models.Q(state__in=["active", "broken"])
            ),
            models.UniqueConstraint(name="domain_once_a_company", fields=["tenant", "domain"]),
            models.UniqueConstraint(name="one_primary_domain", fields=["tenant"], condition=models.Q(is_primary=True)),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def counts(self) -> bool:
        """Whether it is the company's: proven, and broken for no longer than is forgiven."""
        return self.state in self.COUNTS


class Recording(models.Model):
    """The statements that build a company's schema in this release, recorded once from Django's own migrations."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    statements = models.JSONField()
    # One word for the tables that these statements build (tenants.tables).
    tables = models.CharField(max_length=32, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(default=timezone.now)
    # Marks of earlier releases whose code runs on these tables too: the way here only added to theirs.
    serves = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))

    def __str__(self) -> str:
        return self.fingerprint


class ReadySchema(models.Model):
    """A schema that waits for a company. It becomes visible only when it is complete."""

    schema = models.CharField(max_length=63, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    built_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.schema


class Due(models.Model):
    """Work that some company has due. A sweep reads this table and never walks over companies."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.BigIntegerField()
    generation = models.PositiveIntegerField()
    schema = models.CharField(max_length=63)
    job = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(name="due_in_order", fields=["due_at"])]
        constraints = [models.UniqueConstraint(name="due_once", fields=["company_id", "job", "key"])]

    def __str__(self) -> str:
        return f"{self.job} for {self.company_id}"


class MigrationRun(models.Model):
    """One run of `tenants migrate` over the companies that were behind."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    companies = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    words = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(name="migration_run_newest", fields=["-started_at"])]

    def __str__(self) -> str:
        return f"{self.fingerprint[:12]} {self.state}"


class MigrationLedger(models.Model):
    """What became of one step of a migration in one company's schema.

    A `done` row is written in the transaction of the step itself, so it stands exactly when the step does.
    """

    class State(models.TextChoices):
        DONE = "done"
        FAILED = "failed"

    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)
    app = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    step = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=6, choices=State.choices)
    words = models.TextField(blank=True, default="")
    run_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="ledger_failed", fields=["-at"], condition=models.Q(state="failed"))]
        constraints = [models.UniqueConstraint(name="ledger_once", fields=["schema", "app", "name", "step"])]

    def __str__(self) -> str:
        return f"{self.schema} {self.app}.{self.name} {self.state}"


class TombstoneQuerySet(models.QuerySet["Tombstone"]):
    """Companies that were erased."""

    def resting(self, slug: str) -> Self:
        """Those whose subdomain this was and which nobody may take yet."""
        return self.filter(slug_sha256=digest(slug), rests_until__gt=timezone.now())


class Tombstone(models.Model):
    """All that is left of an erased company: when, and hashes that prove a claim about it but tell nothing."""

    company_id = models.BigIntegerField(primary_key=True)
    slug_sha256 = models.CharField(max_length=64, db_index=True)
    company_sha256 = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=timezone.now)
    rests_until = models.DateTimeField()

    objects = TombstoneQuerySet.as_manager()

    def __str__(self) -> str:
        return f"company {self.company_id}"


class Leftover(models.Model):
    """Something that has to go, written down before it is needed no more: what a kill leaves is found here."""

    class Kind(models.TextChoices):
        SCHEMA = "schema"
        FILES = "files"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    place = models.CharField(max_length=63)  # a schema's name, or <company>/<generation>
    since = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(name="leftover_once", fields=["kind", "place"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


def digest(text: str) -> str:
    """The SHA-256 of a text, as tombstones keep it."""
    return hashlib.sha256(text.encode()).hexdigest()
