"""What is known of companies' subscriptions, and what has to be done about them. Rows in `public`.

A company's role reads its own rows (row security), and may add an errand; it writes no account.
"""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portico import clock
from portico.database import CompanyRef
from portico.ids import uuid7
from shared_apps.billing import plans
from tenants.models import Company


class AccountQuerySet(models.QuerySet["Account"]):
    """What companies pay."""

    def waiting(self) -> Self:
        """Those that have to be looked at: their time has come, they moved to another schema, or have errands."""
        place = Company.objects.filter(pk=OuterRef("pk"), schema_name=OuterRef("schema"))
        undone = Errand.objects.filter(schema=OuterRef("schema"), done_at=None)
        return self.filter(Q(look_at__lte=clock.now()) | ~Exists(place) | Exists(undone))


class Account(models.Model):
    """What one company pays, as Stripe told it the last time somebody looked; `looking.look` alone writes it.

    `facts` hold what pages show: seats, card, standing, subscription, status, total, period_ends. `checkout` is the one
    payment page that may be open. `version` rises with every look and makes the keys of what is written at Stripe.
    """

    company_id = models.BigIntegerField(primary_key=True)
    schema = models.CharField(max_length=63)
    customer = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 (two empty texts would be one)
    plan = models.CharField(max_length=20, default="trial")
    state = models.CharField(max_length=12, default="trial")
    trial_ends_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)  # by us; what staff decide is theirs to lift
    mercy_until = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict, db_default={})
    invoices = models.JSONField(default=list, db_default=[])
    checkout = models.JSONField(default=dict, db_default={})
    trouble = models.CharField(max_length=300, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    version = models.PositiveIntegerField(default=0, db_default=0)
    looked_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = AccountQuerySet.as_manager()

    def __str__(self) -> str:
        return f"company {self.company_id}: {self.plan}, {self.state}"

    @classmethod
    def lock(cls, company: Company) -> Self:
        """The account of this company, held until the transaction ends; when it is made now, its trial begins."""
        new = cls(company_id=company.pk, schema=company.schema_name, trial_ends_at=clock.now() + plans.TRIAL)
        cls.objects.bulk_create([new], ignore_conflicts=True)
        return cls.objects.select_for_update().get(pk=company.pk)


class Errand(models.Model):
    """Something to do at Stripe for a company, or a reason to look: an owner's wish, a webhook, other seats.

    A webhook's id is that of Stripe's event: the second delivery finds it there. `answer` is told to whoever wished.
    """

    id = models.CharField(max_length=120, primary_key=True)
    company_id = models.BigIntegerField()
    schema = models.CharField(max_length=63)  # whose it is: for this alone row security vouches
    kind = models.CharField(max_length=40)
    wish = models.JSONField(default=dict, db_default={})
    answer = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["schema"], name="errand_undone", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} of {self.schema}"

    @classmethod
    def add(cls, company: CompanyRef, kind: str, key: str = "", **wish: str) -> bool:
        """Have this done for the company; False when an errand of this key is known already."""
        told = {"company_id": company.id, "schema": company.schema, "kind": kind, "wish": wish}
        return cls.objects.get_or_create(pk=key or str(uuid7()), defaults=told)[1]
