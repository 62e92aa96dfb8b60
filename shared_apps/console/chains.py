"""The chains of the audit, looked at from end to end: the platform's, and the journal of each company."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from portico import sealing
from portico.database import CompanyRef, company_scope, platform_scope
from portico.sealing import Broken, Report
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.audit.models import Seal as AuditSeal
from tenant_apps.journal.models import Event
from tenant_apps.journal.models import Seal as JournalSeal
from tenants.models import Company, Tombstone


def of_platform() -> Report:
    """The platform's audit. Rows that an erasure emptied keep their place; without an erased company they are edits."""
    with platform_scope(), transaction.atomic():
        report = sealing.verify(PlatformAuditLog, AuditSeal)
        return _with(report, report.broken or _emptied())


def of_company(company: CompanyRef) -> Report:
    """A company's journal. What the platform's audit was told of its chain has to be in it still."""
    with company_scope(company), transaction.atomic():
        report = sealing.verify(Event, JournalSeal)
    with platform_scope(), transaction.atomic():
        told = list(_told(company))
    with company_scope(company), transaction.atomic():
        missing = (one for one in told if sealing.head_at(JournalSeal, one["number"]) != one["head"])
        first = next(missing, None)
    cut = Broken(f"seal {first['number']}", "is not the one that was told of, or is gone") if first else None
    return _with(report, report.broken or cut)


def head_of(company: CompanyRef | None, number: int) -> str:
    """The hash that a seal ended with, of a company's chain or of the platform's; empty when there is none."""
    if company is None:
        with platform_scope(), transaction.atomic():
            return sealing.head_at(AuditSeal, number)
    with company_scope(company), transaction.atomic():
        return sealing.head_at(JournalSeal, number)


def _told(company: CompanyRef) -> Iterator[dict[str, Any]]:
    """How far the chain went, hour by hour. A restored company begins anew: its archive may be an older one."""
    rows = PlatformAuditLog.objects.filter(verb="journal.seal", company_id=company.id, schema=company.schema)
    for facts in rows.order_by("id").values_list("facts", flat=True):
        if facts.get("generation") == company.generation:
            yield facts


def _emptied() -> Broken | None:
    gone = {*Tombstone.objects.values_list("company_id", flat=True)}
    gone |= {*Company.objects.filter(state=Company.State.ERASING).values_list("pk", flat=True)}
    emptied = PlatformAuditLog.objects.extra(where=[PlatformAuditLog.ERASED]).order_by("id")  # noqa: S610 (our own words)
    for row in emptied.iterator():
        company = row.subject_id if row.subject_type == "tenants.company" else row.company_id
        if company is None or int(company) not in gone:
            return Broken(str(row.pk), "was emptied, and no company of it was erased")
    return None


def _with(report: Report, broken: Broken | None) -> Report:
    return Report(report.rows, report.seals, report.head, report.waiting, report.waits_since, broken)
