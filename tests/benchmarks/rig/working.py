"""What a worker does with one kind of a company's work, in this process: as if a message had led there."""

from django.db import transaction

from portico.database import CompanyRef, company_scope
from portico.tasks import BatchTask
from tenants.models import Due


def work_off(task: BatchTask, job: str, company: CompanyRef) -> None:
    """All that is due; a batch that was long enough goes on with the next message."""
    while keys := due(company, job):
        task(company.id, company.generation, keys[0])


def due(company: CompanyRef, job: str) -> list[str]:
    """The keys of what is due, the oldest first."""
    with company_scope(company), transaction.atomic():
        return list(Due.objects.filter(job=job).order_by("due_at").values_list("key", flat=True))
