"""Every company carries random marks; whatever comes out of the product is searched for the marks of others.

`python3 -m tests.trust.canary --outputs N [--companies K]` works on the database of the environment, asks pages and API
as people of K companies on several threads, and prints one JSON object: `outputs` searched (answers, log lines, cache
entries), `leaks` found. A log line may carry no mark at all, not even of its own company.
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


@dataclass
class Tenant:
    """A company with a mark in everything that people wrote there."""

    company: Any
    mark: str
    token: str
    session: str
    tickets: list[str]


class Ear(logging.Handler):
    """Keeps every log line of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def furnish(slug: str) -> Tenant:
    """A new company with a manager and two tickets, all of them marked."""
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts import tokens
    from shared_apps.accounts.actors import actor_of
    from shared_apps.accounts.models import User
    from tenant_apps.tickets import actions
    from tenants import provision

    mark = f"mark{secrets.token_hex(8)}"
    with platform_scope(), transaction.atomic():
        company = provision.claim(name=f"Company {mark}", slug=slug)
    with company_scope(company), transaction.atomic():
        user = User.objects.create_user(f"m@{slug}.example", None, name=f"Manager {mark}", role="manager")
        token, actor = tokens.issue(user, mark), actor_of(user)
        session = _session_of(user)
        made = [
            actions.open_ticket(subject="website", sub_subject=mark, description=f"Text {mark}", by=actor)
            for _ in range(2)
        ]
    return Tenant(company, mark, token, session, [str(ticket.pk) for ticket in made])


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
        self.others = {one.mark: one for one in tenants}

    def run(self) -> None:
        from django.db import connection

        for _ in range(self.outputs):
            self._ask(self.random.choice(self.tenants))
        connection.close()

    def _ask(self, tenant: Tenant) -> None:
        foreign = self.random.choice(self.tenants)
        ticket = self.random.choice((tenant if self.random.random() < 0.7 else foreign).tickets)
        kind = self.random.choices([self._page, self._api, self._write, self._mixed_up], [35, 45, 10, 10])[0]
        path, answer = kind(tenant, ticket)
        self.seen["outputs"] += 1
        self.seen[f"status {answer.status_code}"] += 1
        text = answer.content.decode(errors="replace") + str(answer.headers)
        for mark in _marks_in(text):
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

    def _page(self, tenant: Tenant, ticket: str) -> tuple[str, Any]:
        path = self.random.choice(["/", "/manager/tickets", f"/manager/tickets/{ticket}", "/manager/tickets/new"])
        return path, self._client(tenant, session=tenant.session).get(path)

    def _api(self, tenant: Tenant, ticket: str) -> tuple[str, Any]:
        path = self.random.choice(["/api/support/tickets", f"/api/support/tickets/{ticket}"])
        return path, self._client(tenant, token=tenant.token).get(path)

    def _write(self, tenant: Tenant, ticket: str) -> tuple[str, Any]:
        path = f"/api/support/tickets/{ticket}/messages"
        body = json.dumps({"body": f"More {tenant.mark}"})
        client = self._client(tenant, token=tenant.token)
        return path, client.post(path, data=body, content_type="application/json")

    def _mixed_up(self, tenant: Tenant, ticket: str) -> tuple[str, Any]:
        foreign = self.random.choice(self.tenants)
        path = self.random.choice(["/manager/tickets", f"/api/support/tickets/{ticket}"])
        return path, self._client(tenant, session=foreign.session, token=foreign.token).get(path)


def _marks_in(text: str) -> set[str]:
    import re

    return set(re.findall(r"mark[0-9a-f]{16}", text))


def _search_logs(ear: Ear, tenants: list[Tenant]) -> list[str]:
    known = {one.mark for one in tenants}
    return [f"log: {line[:200]}" for line in ear.lines if _marks_in(line) & known]


def _search_cache(tenants: list[Tenant]) -> tuple[int, list[str]]:
    from django.core.cache import caches

    client = caches["default"]._cache.get_client(None)
    owners = {one.mark: one.company.key for one in tenants}
    leaks, entries = [], 0
    for key in client.scan_iter("*"):
        entries += 1
        if client.type(key) != b"string":
            continue
        for mark in _marks_in((client.get(key) or b"").decode(errors="replace")):
            if mark in owners and owners[mark] not in key.decode():
                leaks.append(f"cache: {key!r}")
    return entries, leaks


def run(outputs: int, companies: int = 4, threads: int = 4, seed: int = 1) -> dict[str, Any]:
    """Search `outputs` answers and all that they left in log and cache; the figures."""
    from django.db import connection

    from tenants import provision

    provision.refill(companies)
    batch = secrets.token_hex(4)
    tenants = [furnish(f"canary-{batch}-{number}") for number in range(companies)]
    connection.close()
    ear, began = Ear(), time.monotonic()
    logging.getLogger().addHandler(ear)
    askers = [Asker(tenants, outputs // threads, seed + number) for number in range(threads)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    logging.getLogger().removeHandler(ear)
    seen = sum((asker.seen for asker in askers), Counter[str]())
    entries, cached = _search_cache(tenants)
    leaks = [leak for asker in askers for leak in asker.leaks] + _search_logs(ear, tenants) + cached
    total = seen.pop("outputs") + len(ear.lines) + entries
    return {
        "proof": "canary",
        "outputs": total,
        "leaks": len(leaks),
        "first_leaks": leaks[:5],
        "companies": companies,
        "log_lines": len(ear.lines),
        "cache_entries": entries,
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
