"""Waiting at mailboxes for something to come (IMAP IDLE, RFC 2177): many of them in one process, a thread for each."""

import threading
import time

import structlog
from django.apps import apps
from django.db import close_old_connections, transaction

from portico.database import CompanyRef, company_scope, platform_scope
from tenant_apps.mailroom import mailboxes
from tenant_apps.mailroom.models import Channel

log = structlog.get_logger("portico.mail")

MOST, AGAIN, LISTENS = 300, 30.0, 540.0  # a server may hang up after half an hour; most networks do sooner
Place = tuple[CompanyRef, str]


def wait_at_all(stop: threading.Event) -> None:
    """Wait at every mailbox there is, until told to stop; new ones are found within half a minute."""
    waiting: dict[str, threading.Thread] = {}
    while not stop.is_set():
        for company, key in _places():
            known = waiting.get(key)
            if (known is None or not known.is_alive()) and len(waiting) < MOST:
                waiting[key] = threading.Thread(target=_wait, args=((company, key), stop), daemon=True)
                waiting[key].start()
        waiting = {key: one for key, one in waiting.items() if one.is_alive()}
        close_old_connections()
        stop.wait(AGAIN)


def _places() -> list[Place]:
    """Where mailboxes are looked into: the due-queue knows, nobody walks through companies."""
    Company, Due = apps.get_model("tenants", "Company"), apps.get_model("tenants", "Due")
    with platform_scope(), transaction.atomic():
        rows = list(Due.objects.filter(job=mailboxes.JOB).order_by("pk")[:MOST])
        known = Company.objects.in_bulk({row.company_id for row in rows})
    return [(known[row.company_id].ref, row.key) for row in rows if row.company_id in known]


def _wait(place: Place, stop: threading.Event) -> None:
    company, key = place
    try:
        with company_scope(company), transaction.atomic():
            channel = Channel.objects.filter(pk=key, way=Channel.Way.IMAP, is_active=True).first()
        if channel is None:
            return
        until = time.monotonic() + LISTENS
        # No transaction is open while it waits; signing in may keep a token, which is the company's.
        with company_scope(company), mailboxes.opened(channel) as box:
            _fetch_now(company, key)  # for what came while nobody waited
            while not stop.is_set() and time.monotonic() < until:
                if box.idle.wait(timeout=min(25.0, LISTENS)):
                    _fetch_now(company, key)
    except mailboxes.Trouble as no:
        log.info("mailbox.waiting", channel=key, trouble=str(no))
        stop.wait(AGAIN)
    finally:
        close_old_connections()


def _fetch_now(company: CompanyRef, key: str) -> None:
    from portico import clock, tasks
    from tenants.due import remind

    with company_scope(company), transaction.atomic():
        remind(mailboxes.JOB, key, clock.now())
        tasks.fetch_mailbox.send(company, key)
