"""Every company carries random marks; whatever comes out of the product is searched for the marks of others.

`python3 -m tests.trust.canary --outputs N [--companies K]` works on the database of the environment, asks pages and API
as people of K companies on several threads, and prints one JSON object: `outputs` searched (answers, log lines, cache
entries, signals to sockets, letters, archives), `leaks` found. A log line and a signal may carry no mark at all, not
even of their own company. Somebody who cannot ask any more ends it with an error.
"""

import argparse
import json
import logging
import os
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.trust import searching
from tests.trust.searching import marks_in

_PAGES = [
    "/manager/inbox",
    "/manager/inbox/{request}",
    "/manager/board",
    "/manager/calendar",
    "/manager/tickets",
    "/manager/tickets/{ticket}",
    "/manager/tickets/new",
]
_CALLS = [
    "/api/support/tickets",
    "/api/support/tickets/{ticket}",
    "/api/v1/tickets/",
    "/api/v1/tickets/{request}",
    "/api/v1/tickets/{request}/comments",
]
_SHARES = [25, 10, 45, 10, 10]  # of 100: pages, portal, API, writing, somebody else's keys


@dataclass
class Tenant:
    """A company with a mark in everything that people wrote there."""

    company: Any
    mark: str
    token: str
    session: str
    customer: str
    tickets: list[str]
    requests: list[str]


class Ear(logging.Handler):
    """Keeps every log line of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def furnish(slug: str) -> Tenant:
    """A new company with a manager and a customer, two tickets and two requests, all of them marked."""
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts import tokens
    from shared_apps.accounts.actors import actor_of
    from shared_apps.accounts.models import User
    from tenant_apps.tickets import actions
    from tenant_apps.tickets.models import Ticket
    from tenants import provision

    mark = f"mark{secrets.token_hex(8)}"
    with platform_scope(), transaction.atomic():
        company = provision.claim(name=f"Company {mark}", slug=slug)
    with company_scope(company), transaction.atomic():
        user = User.objects.create_user(f"m@{slug}.example", None, name=f"Manager {mark}", role="manager")
        asker = User.objects.create_user(f"c@{slug}.example", None, name=f"Customer {mark}", role="customer")
        token, actor = tokens.issue(user, mark), actor_of(user)
        session, customer = _session_of(user), _session_of(asker)
        tickets = [
            actions.open_ticket(subject="website", sub_subject=mark, description=f"Text {mark}", by=actor)
            for _ in range(2)
        ]
        requests = [
            actions.open_ticket(
                subject=f"Wish {mark}", description=f"Words {mark}", desk=Ticket.Desk.COMPANY, by=actor_of(asker)
            )
            for _ in range(2)
        ]
    keys = [[str(one.pk) for one in made] for made in (tickets, requests)]
    return Tenant(company, mark, token, session, customer, *keys)


def _session_of(user: Any) -> str:
    from importlib import import_module

    from django.conf import settings
    from django.http import HttpRequest

    from shared_apps.accounts import sessions

    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.sign_in(request, user)
    request.session.save()
    return str(request.session.session_key)


class Asker(threading.Thread):
    """Somebody who works in all companies at once, as no person could."""

    def __init__(self, tenants: list[Tenant], outputs: int, seed: int) -> None:
        super().__init__()
        self.tenants, self.outputs = tenants, outputs
        self.random = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.leaks: list[str] = []
        self.trouble: Exception | None = None
        self.others = {one.mark: one for one in tenants}

    def run(self) -> None:
        from django.db import connection

        try:
            for _ in range(self.outputs):
                self._ask(self.random.choice(self.tenants))
        except Exception as trouble:
            self.trouble = trouble
        connection.close()

    def _ask(self, tenant: Tenant) -> None:
        foreign = self.random.choice(self.tenants)
        asked_of = tenant if self.random.random() < 0.7 else foreign
        kind = self.random.choices([self._page, self._portal, self._api, self._write, self._mixed_up], _SHARES)[0]
        path, answer = kind(tenant, asked_of)
        self.seen["outputs"] += 1
        self.seen[f"status {answer.status_code}"] += 1
        text = answer.content.decode(errors="replace") + str(answer.headers)
        for mark in marks_in(text):
            if mark != tenant.mark:
                self.leaks.append(f"{tenant.company.slug} sees {mark} at {path}")

    def _client(self, tenant: Tenant, *, session: str = "", token: str = "") -> Any:
        from django.conf import settings

        from tests.support.clients import Client

        headers = {"Host": f"{tenant.company.slug}.{settings.BASE_HOST}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        client = Client(headers=headers)
        if session:
            client.cookies[settings.SESSION_COOKIE_NAME] = session
        return client

    def _page(self, tenant: Tenant, other: Tenant) -> tuple[str, Any]:
        path = self.random.choice(_PAGES).format(
            ticket=self.random.choice(other.tickets), request=self.random.choice(other.requests)
        )
        return path, self._client(tenant, session=tenant.session).get(path)

    def _portal(self, tenant: Tenant, other: Tenant) -> tuple[str, Any]:
        path = self.random.choice(["/", "/requests", f"/requests/{self.random.choice(other.requests)}"])
        return path, self._client(tenant, session=tenant.customer).get(path)

    def _api(self, tenant: Tenant, other: Tenant) -> tuple[str, Any]:
        path = self.random.choice(_CALLS).format(
            ticket=self.random.choice(other.tickets), request=self.random.choice(other.requests)
        )
        return path, self._client(tenant, token=tenant.token).get(path)

    def _write(self, tenant: Tenant, other: Tenant) -> tuple[str, Any]:
        """To Portico, or to one's own customer, who hears of it by mail."""
        platform = f"/api/support/tickets/{self.random.choice(other.tickets)}/messages"
        customer = f"/api/v1/tickets/{self.random.choice(other.requests)}/comments"
        path = self.random.choice([platform, customer])
        body = json.dumps({"body": f"More {tenant.mark}"})
        client = self._client(tenant, token=tenant.token)
        return path, client.post(path, data=body, content_type="application/json")

    def _mixed_up(self, tenant: Tenant, other: Tenant) -> tuple[str, Any]:
        foreign = self.random.choice(self.tenants)
        ticket = self.random.choice(other.tickets)
        path = self.random.choice(["/manager/tickets", "/manager/inbox", f"/api/support/tickets/{ticket}"])
        return path, self._client(tenant, session=foreign.session, token=foreign.token).get(path)


def _ask(askers: list[Asker], ear: Ear) -> None:
    logging.getLogger().addHandler(ear)
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    logging.getLogger().removeHandler(ear)
    for trouble in filter(None, (asker.trouble for asker in askers)):
        raise trouble


def run(outputs: int, companies: int = 4, threads: int = 4, seed: int = 1) -> dict[str, Any]:
    """Search `outputs` answers and all that they left in log and cache; the figures."""
    from django.db import connection

    from tenants import provision

    provision.refill(companies)
    batch = secrets.token_hex(4)
    tenants = [furnish(f"canary-{batch}-{number}") for number in range(companies)]
    connection.close()
    ear, began = Ear(), time.monotonic()
    askers = [Asker(tenants, outputs // threads, seed + number) for number in range(threads)]
    _ask(askers, ear)
    seen = sum((asker.seen for asker in askers), Counter[str]())
    found = {
        "cache_entries": searching.in_cache(tenants),
        "signals": searching.in_signals(tenants),
        "letters": searching.in_letters(tenants),
        "archive_parts": searching.in_archives(tenants),
    }
    leaks = [leak for asker in askers for leak in asker.leaks] + searching.in_logs(ear.lines, tenants)
    leaks += [leak for _, strange in found.values() for leak in strange]
    counts = {"answers": seen.pop("outputs"), "log_lines": len(ear.lines)} | {
        name: one[0] for name, one in found.items()
    }
    return {
        "proof": "canary",
        "outputs": sum(counts.values()),
        "leaks": len(leaks),
        "first_leaks": leaks[:5],
        "companies": companies,
        **counts,
        **dict(sorted(seen.items())),
        "seconds": round(time.monotonic() - began, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=int, default=20_000)
    parser.add_argument("--companies", type=int, default=20)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    print(json.dumps(run(asked.outputs, asked.companies)))  # noqa: T201 (a command's answer)
