"""A merged subject's tickets follow it: company by company, some at a time, gone on with wherever it was stopped.

The index says what is left to do, so nothing else has to be remembered: not who was done, and not that a company was
restored from a time before the merge.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from portico.actor import SYSTEM
from portico.database import current_company
from shared_apps.console.desk import with_companies
from shared_apps.console.models import TicketIndex
from shared_apps.incidents.models import Incident
from shared_apps.staff.actions import finish_merge
from shared_apps.staff.models import Subject
from tenant_apps.tickets import actions, catalogue
from tenants.due import plan

AT_ONCE = 100
_JOB, _PATIENCE = "regroup", timedelta(seconds=30)


def read_anew(event: Any, subject: Subject) -> None:
    """A projection: this process reads the catalogue anew; where it decides something, every process does."""
    transaction.on_commit(catalogue.forget, robust=True)


def begin(event: Any, subject: Subject) -> None:
    """A projection: the worker begins once this is committed, or with the scheduler's next round. Incidents are few,
    and follow at once."""
    from portico.platform_tasks import merge_subjects  # tasks ask the jobs, which read this

    Incident.objects.filter(subject=subject.key).update(subject=subject.merged_into_id)
    merge_subjects.send()


def go_on() -> None:
    """Send work to every company that has tickets of a merged subject. A merge without any left is over."""
    from portico.tasks import regroup  # tasks ask the jobs, which read this

    for subject in Subject.objects.exclude(merged_into=None).order_by("key"):
        left = TicketIndex.objects.filter(subject=subject.key).order_by("schema").distinct("schema")
        rows = with_companies(list(left))
        for row in rows:
            if row.company:
                plan(_JOB, subject.key, timedelta(0), row.company)
                regroup.send(row.company, subject.key)
        if not rows and subject.merged_at is None:
            finish_merge(subject.key, by=SYSTEM)


def finish(key: str) -> None:
    """End the merge of this subject when no ticket of any company is left."""
    if not TicketIndex.objects.filter(subject=key).exists():
        finish_merge(key, by=SYSTEM)


def move_some(key: str) -> None:
    """Move the next tickets of the company whose scope holds, and see to it that the rest follows."""
    from portico.platform_tasks import finish_merge as look_whether_over  # tasks ask the jobs, which read this
    from portico.tasks import regroup

    company = current_company()
    into = Subject.objects.filter(key=key).values_list("merged_into_id", flat=True).first()
    if into is None:
        return
    rows = TicketIndex.objects.filter(schema=company.schema, subject=key).order_by("ticket_id")
    tickets = list(rows.values_list("ticket_id", flat=True)[: AT_ONCE + 1])
    actions.regroup(tickets[:AT_ONCE], key, into)
    if len(tickets) > AT_ONCE:
        plan(_JOB, key, _PATIENCE)
        regroup.send(company, key)
    else:
        look_whether_over.send(key)
