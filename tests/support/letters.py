"""Letters in tests: what is due leaves as by the worker, and what was sent is read from the folder it went to."""

from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def mails(fresh_rows: None, settings: Any, tmp_path: Path) -> Callable[[], list[EmailMessage]]:
    """`mails()` = what was sent, newest last. First everything that is due leaves, as by the worker."""
    settings.EMAIL_URL = f"file://{tmp_path}/mails"
    return lambda: sent(tmp_path / "mails")


def sent(folder: Path) -> list[EmailMessage]:
    """The mails in the folder, newest last, after everything that is due by now has left."""
    leave()
    read = BytesParser(EmailMessage, policy=policy.default).parsebytes
    return [read(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def leave() -> None:
    """What the worker would do now: reactions, and the letters that need not wait."""
    from portico import platform_tasks, tasks

    for job, task in (("react", tasks.react), ("letter", tasks.letter)):
        for company, key in _due(job):
            task(company.pk, company.generation, key)
    for key in _of_the_platform():
        platform_tasks.platform_letter(str(key))


def _due(job: str) -> list[tuple[Any, str]]:
    from django.db import transaction

    from portico.database import platform_scope
    from tenants.models import Company, Due

    with platform_scope(), transaction.atomic():
        rows = list(Due.objects.filter(job=job).order_by("due_at", "pk"))
        companies = Company.objects.in_bulk({row.company_id for row in rows})
    return [(companies[row.company_id], row.key) for row in rows]


def _of_the_platform() -> list[Any]:
    from django.db import transaction
    from django.utils import timezone

    from portico.database import platform_scope
    from shared_apps.mail.models import Outgoing

    with platform_scope(), transaction.atomic():
        return list(Outgoing.objects.waiting().filter(due_at__lte=timezone.now()).values_list("pk", flat=True))
