"""Letters in tests: what is due leaves as by the worker, and what was sent is read from the folder it went to."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from portico import tasks
from portico.database import platform_scope
from tenants.models import Company, Due


def sent(folder: Path) -> list[EmailMessage]:
    """The mails in the folder, newest last, after everything that is due by now has left."""
    leave()
    return [BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes()) for path in files(folder)]


def files(folder: Path) -> list[Path]:
    """The mails as files."""
    return sorted(folder.glob("*.eml"))


def leave() -> None:
    """What the worker would do now: reactions, and the letters that need not wait."""
    for job, task in (("react", tasks.react), ("letter", tasks.letter)):
        for company, key in _due(job):
            task(company.pk, company.generation, key)
    with platform_scope(), transaction.atomic():
        from shared_apps.mail.models import Outgoing

        waiting = list(Outgoing.objects.waiting().filter(due_at__lte=timezone.now()).values_list("pk", flat=True))
    for key in waiting:
        tasks.platform_letter(str(key))


def _due(job: str) -> list[tuple[Company, str]]:
    with platform_scope(), transaction.atomic():
        rows = list(Due.objects.filter(job=job).order_by("due_at", "pk"))
        companies = Company.objects.in_bulk({row.company_id for row in rows})
    return [(companies[row.company_id], row.key) for row in rows]
