"""Work after the answer: the reactions to an event, what else is due, and the sweep behind them (kinds: `work`)."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import structlog
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from portico import batches, jobs, metrics
from portico.database import current_company
from portico.reacting import FIRST_PAUSE, LONGEST_PAUSE, pause, react_to
from portico.work import BatchTask, CompanyTask, PlatformTask, Unaddressed, company_batch, company_task, platform_task

__all__ = ["BatchTask", "CompanyTask", "PlatformTask", "Unaddressed", "company_batch", "company_task", "platform_task"]

log = structlog.get_logger("portico.tasks")

SWEEP_AT_ONCE = 200


@company_batch
def react(event_id: str) -> None:
    """Everything that follows an event, and those that happened beside it."""
    batches.work_off(react, "react", event_id, lambda keys: [(key, partial(react_to, key)) for key in keys])


@company_task
def verify(key: str) -> None:
    """Compare the company's tickets with the index: soon after something happened, and once a day all the same."""
    Due, company = apps.get_model("tenants", "Due"), current_company()
    if not Due.objects.filter(job="verify", key=key).delete()[0]:
        return
    drift = jobs.index_drift(company)
    metrics.INDEX_VERIFIED.inc()
    metrics.INDEX_DRIFT.inc(len(drift))
    if drift:
        log.error("index.drift", company=company.id, rows=len(drift), kinds=sorted({one.kind for one in drift}))
    jobs.verify_later(company, jobs.DAILY)


def due_task(function: Callable[[str], None]) -> CompanyTask:
    """A task of one company for what is due under its name and a key. Whoever takes the row does it, alone."""

    @wraps(function)
    def once(key: str) -> None:
        if apps.get_model("tenants", "Due").objects.filter(job=function.__name__, key=key).delete()[0]:
            function(key)

    return company_task(once)


@due_task
def drop_upload(key: str) -> None:
    """A file that was uploaded and never sent goes."""
    jobs.drop_upload(key)


@due_task
def unlink(key: str) -> None:
    """The bytes of a file that was erased go, now that this is sure."""
    jobs.unlink_file(key)


@due_task
def scan(key: str) -> None:
    """A file for which the scanner was away is looked over."""
    jobs.scan_file(key)


@due_task
def wake(key: str) -> None:
    """A ticket has rested long enough."""
    jobs.wake_ticket(key)


@due_task
def distribute(key: str) -> None:
    """A ticket that nobody could take when it came is offered again."""
    jobs.distribute_ticket(key)


@due_task
def end_visit(key: str) -> None:
    """The half hour of a visit is over."""
    jobs.end_visit(key)


@due_task
def close_solved(key: str) -> None:
    """Solved requests that nobody says anything about any more close."""
    jobs.close_silent()


@due_task
def erase_ticket(key: str) -> None:
    """A ticket was deleted long enough ago."""
    jobs.erase_tickets(key)


@due_task
def seal(key: str) -> None:
    """What happened since the last time joins the journal's chain."""
    jobs.seal_journal()


@due_task
def telemetry(key: str) -> None:
    """The hours of the company's desktop apps are counted."""
    jobs.count_telemetry()


@company_batch
def letter(key: str) -> None:
    """A letter of the company leaves, and those beside it by the same way. What is due stays until this is done."""
    with jobs.ways_kept_open():
        batches.work_off(letter, "letter", key, jobs.letters_in_turn)


@due_task
def tidy_mail(key: str) -> None:
    """What letters said that left long ago goes, and copies of mails."""
    jobs.tidy_mail()


@company_batch
def ingest_inbound_email(key: str) -> None:
    """Mails that came in are led to requests, or held back. Whatever brings mail ends here."""
    batches.work_off(ingest_inbound_email, "ingest_inbound_email", key, jobs.mails_in_turn)


@due_task
def collect_mail(key: str) -> None:
    """What a provider's post only names is fetched from it, then the mail is read."""
    jobs.collect_mail(key)


@due_task
def tell_staff(key: str) -> None:
    """Staff hear of a request of the company."""
    jobs.tell_staff(key)


@due_task
def fetch_mailbox(key: str) -> None:
    """A mailbox is looked into, as it is every minute."""
    jobs.fetch_mailbox(key)


@due_task
def watch_channels(key: str) -> None:
    """Mail channels are looked after, as they are every hour."""
    jobs.watch_channels()


@due_task
def purge_mail(key: str) -> None:
    """A mail was deleted long enough ago."""
    jobs.purge_mail(key)


@due_task
def regroup(key: str) -> None:
    """Tickets of the company whose subject became part of another one get that one."""
    jobs.regroup_tickets(key)


@due_task
def incident(key: str) -> None:
    """Tickets of the company that are part of an incident hear what was said about it."""
    jobs.spread_incident(key)


@due_task
def check_domain(key: str) -> None:
    """Look whether a domain of the company is still what it has to be."""
    jobs.check_domain(key)


@due_task
def refresh_connection(key: str) -> None:
    """What an identity provider says of itself is read, as it is every day."""
    jobs.refresh_connection(key)


@due_task
def know_accounts(key: str) -> None:
    """Which addresses have accounts at the company, for whoever looks for their desks."""
    jobs.know_accounts(key)


@due_task
def import_people(key: str) -> None:
    """Some more people of a list are invited; the next ones follow at once."""
    if jobs.import_people(key):
        company = current_company()
        jobs.import_later(key, FIRST_PAUSE)
        transaction.on_commit(lambda: import_people.send(company, key), robust=True)


@due_task
def hand_on(key: str) -> None:
    """Some more requests of somebody who does not answer any more go to others; the next ones follow at once."""
    if further := jobs.hand_on(key):
        hand_on.send(current_company(), further)


# What may be due, by the name of its task.
_DUE: tuple[CompanyTask, ...] = (
    *(react, verify, drop_upload, unlink, scan, wake, close_solved, erase_ticket, end_visit, seal, telemetry, regroup),
    *(incident, letter, check_domain, know_accounts, ingest_inbound_email, purge_mail, fetch_mailbox, watch_channels),
    *(import_people, refresh_connection, hand_on, collect_mail, tidy_mail, distribute, tell_staff),
)
JOBS: dict[str, CompanyTask] = {str(task.name).rpartition(".")[2]: task for task in _DUE}


@company_task
def way_in(purpose: str, email: str, seat: str) -> None:
    """Somebody asked for a way into their account by mail. Lost with the queue: whoever waits asks again."""
    jobs.send_way_in(purpose, email, seat)


@platform_task
def sweep() -> int:
    """Send again what is due and was not done: the queue was away, or a worker died. How many were sent.

    Rows are pushed into the future as they are sent, so the next sweep leaves a slow worker its time.
    """
    Due, Company = apps.get_model("tenants", "Due"), apps.get_model("tenants", "Company")
    rows = Due.objects.select_for_update(skip_locked=True).filter(due_at__lte=timezone.now())
    batch = list(rows.order_by("due_at")[:SWEEP_AT_ONCE])
    companies = Company.objects.in_bulk({row.company_id for row in batch})
    return sum(_send_again(row, companies.get(row.company_id)) for row in batch)


def _send_again(row: Any, company: Any) -> bool:
    if company is None or company.generation != row.generation:
        row.delete()
        return False
    works = company.state == company.State.ACTIVE and row.job in JOBS  # an older worker leaves new jobs alone
    row.due_at = timezone.now() + (pause(row.attempts) if works else LONGEST_PAUSE)
    row.attempts += works
    row.save(update_fields=["due_at", "attempts"])
    if works:
        JOBS[row.job].send(company.ref, row.key)
    return works
