"""The chains of the audit, looked at from end to end: the platform's, and the journal of each company."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.db.models import Model

from portico import sealing
from portico.database import CompanyRef, company_scope, platform_scope
from portico.sealing import Broken, Report
from shared_apps.audit.models import PlatformAuditLog
from shared_apps.audit.models import Seal as AuditSeal
from tenant_apps.journal.models import Event
from tenant_apps.journal.models import Seal as JournalSeal
from tenants.models import HOUSE_ID, Company, Tombstone


def of_platform() -> Report:
    """The platform's audit. What the house company's journal was told of its chain has to be in it still.

    Rows that an erasure emptied keep their place; without an erased company they are edits.
    """
    with platform_scope(), transaction.atomic():
        house = Company.objects.get(pk=HOUSE_ID).ref
    with company_scope(house), transaction.atomic():
        told = Event.objects.filter(verb=sealing.ANCHOR).order_by("id").values_list("facts__number", "facts__head")
        known = _known(told.iterator())
    with platform_scope(), transaction.atomic():
        report = _compared(sealing.verify(PlatformAuditLog, AuditSeal), AuditSeal, known)
        return replace(report, broken=report.broken or _emptied())


def of_company(company: CompanyRef) -> Report:
    """A company's journal. What the platform's audit was told of its chain has to be in it still."""
    with company_scope(company), transaction.atomic():
        report = sealing.verify(Event, JournalSeal)
    with platform_scope(), transaction.atomic():
        known = _known(_told(company))
    with company_scope(company), transaction.atomic():
        return _compared(report, JournalSeal, known)


def head_of(company: CompanyRef | None, number: int) -> str:
    """The hash that a seal ended with, of a company's chain or of the platform's; empty when there is none."""
    if company is None:
        with platform_scope(), transaction.atomic():
            return sealing.head_at(AuditSeal, number)
    with company_scope(company), transaction.atomic():
        return sealing.head_at(JournalSeal, number)


def _told(company: CompanyRef) -> Iterable[tuple[int, str]]:
    """How far the chain went, hour by hour. A restored company begins anew: its archive may be an older one."""
    rows = PlatformAuditLog.objects.filter(verb="journal.seal", company_id=company.id, schema=company.schema)
    for facts in rows.order_by("id").values_list("facts", flat=True):
        if facts.get("generation") == company.generation:
            yield facts["number"], facts["head"]


def _known(told: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The hash of each seal that was told of: the one that was told first, for a chain that was begun anew differs."""
    known: dict[int, str] = {}
    for number, head in told:
        known.setdefault(number, head)
    return known


def _compared(report: Report, seals: type[Model], known: dict[int, str]) -> Report:
    number = sealing.contradicted(seals, known)
    cut = Broken(f"seal {number}", "is not the one that was told of, or is gone") if number else None
    return replace(report, broken=report.broken or cut, told=max(known, default=0))


def _emptied() -> Broken | None:
    gone = {*Tombstone.objects.values_list("company_id", flat=True)}
    gone |= {*Company.objects.filter(state=Company.State.ERASING).values_list("pk", flat=True)}
    emptied = PlatformAuditLog.objects.extra(where=[PlatformAuditLog.ERASED]).order_by("id")  # noqa: S610 (our own words)
    for row in emptied.iterator():
        company = row.subject_id if row.subject_type == "tenants.company" else row.company_id
        if company is None or int(company) not in gone:
            return Broken(str(row.pk), "was emptied, and no company of it was erased")
    return None
