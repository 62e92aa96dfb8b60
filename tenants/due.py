"""What a company has due: written in the transaction of the change, done by the worker when its time has come."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from portico.database import CompanyRef, current_company
from portico.database.kept import Kept
from portico.ids import uuid7
from tenants.models import Due

# Whoever comes second waits for nobody: companies may not lock rows of this table, so what is taken is its name.
_TAKE = """
    DELETE FROM public.tenants_due WHERE company_id = %s AND job = %s AND key = %s
    AND pg_try_advisory_xact_lock(hashtextextended(company_id::text || job || key, 0)) RETURNING attempts
"""
_ADD = """
    INSERT INTO public.tenants_due (id, company_id, generation, schema, job, key, due_at, attempts) VALUES
"""
_FORGET = "DELETE FROM public.tenants_due WHERE company_id = %s AND job = %s AND key = ANY(%s)"


def remind(job: str, key: str, at: datetime) -> None:
    """Have this job done then, for the company whose scope holds. An earlier time for the same job is forgotten."""
    remind_all(job, {key: at})


def remind_all(job: str, times: Mapping[str, datetime]) -> None:
    """The same for several keys, in two statements."""
    company = current_company()
    _forget(company, job, times)
    _add([(company, job, key, at, 0) for key, at in times.items()])


def plan(job: str, key: str, after: timedelta, company: CompanyRef | None = None) -> None:
    """Have this job done after that time, unless it is planned already; whoever plans it too waits for nobody.

    For the company whose scope holds, unless another one is named.
    """
    _add([(company or current_company(), job, key, timezone.now() + after, 0)], where_none=True)


def plan_all(job: str, key: str, companies: Iterable[CompanyRef]) -> None:
    """Have this job done by each of these companies, now; one statement, however many they are."""
    now = timezone.now()
    _add([(one, job, key, now, 0) for one in companies], where_none=True)


def take(job: str, key: str) -> int | None:
    """Take this work up, in the transaction that does it: how often it was tried before. None when nothing is due, or
    somebody else has it now."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [current_company().id, job, key])
        found = cursor.fetchone()
    return found[0] if found else None


def again(job: str, key: str, at: datetime, attempts: int) -> None:
    """What was taken up did not work, so many times by now: it is due again then."""
    _add([(current_company(), job, key, at, attempts)])


def waiting(job: str, most: int, within: timedelta) -> list[str]:
    """Keys of what is due by then, and was not tried yet: what a worker died of is nobody's neighbour. Oldest first."""
    return _WAITING(most, company=current_company().id, job=job, until=timezone.now() + within)


def _waiting(most: int, *, company: int, job: str, until: datetime) -> QuerySet[Due, str]:
    rows = Due.objects.filter(company_id=company, job=job, attempts=0, due_at__lte=until)
    return rows.order_by("due_at").values_list("key", flat=True)[:most]


_WAITING = Kept(_waiting)


def forget(job: str, key: str) -> None:
    """It is not due any more."""
    _forget(current_company(), job, [key])


def _add(rows: Sequence[tuple[CompanyRef, str, str, datetime, int]], *, where_none: bool = False) -> None:
    if not rows:
        return
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    values = [
        value
        for company, job, key, at, attempts in rows
        for value in (uuid7(), company.id, company.generation, company.schema, job, key, at, attempts)
    ]
    with connection.cursor() as cursor:  # every change writes here: it takes longer to put this together from models
        cursor.execute(f"{_ADD} {places}{' ON CONFLICT DO NOTHING' if where_none else ''}", values)


def _forget(company: CompanyRef, job: str, keys: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [company.id, job, list(keys)])
