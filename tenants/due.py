"""What a company has due: written in the transaction of the change, done by the worker when its time has come."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from portico.database import CompanyRef, current_company
from tenants.models import Due


def remind(job: str, key: str, at: datetime) -> None:
    """Have this job done then, for the company whose scope holds. An earlier time for the same job is forgotten."""
    remind_all(job, {key: at})


def remind_all(job: str, times: Mapping[str, datetime]) -> None:
    """The same for several keys, in two statements."""
    company = current_company()
    place = {"company_id": company.id, "generation": company.generation, "schema": company.schema}
    Due.objects.filter(company_id=company.id, job=job, key__in=times).delete()
    Due.objects.bulk_create([Due(**place, job=job, key=key, due_at=at) for key, at in times.items()])


def plan(job: str, key: str, after: timedelta, company: CompanyRef | None = None) -> None:
    """Have this job done after that time, unless it is planned already; whoever plans it too waits for nobody.

    For the company whose scope holds, unless another one is named.
    """
    company = company or current_company()
    place = {"company_id": company.id, "generation": company.generation, "schema": company.schema}
    Due.objects.bulk_create([Due(**place, job=job, key=key, due_at=timezone.now() + after)], ignore_conflicts=True)


def plan_all(job: str, key: str, companies: Iterable[CompanyRef]) -> None:
    """Have this job done by each of these companies, now; one statement, however many they are."""
    now = timezone.now()
    rows = [
        Due(company_id=one.id, generation=one.generation, schema=one.schema, job=job, key=key, due_at=now)
        for one in companies
    ]
    Due.objects.bulk_create(rows, ignore_conflicts=True)


def forget(job: str, key: str) -> None:
    """It is not due any more."""
    Due.objects.filter(company_id=current_company().id, job=job, key=key).delete()
