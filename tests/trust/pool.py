"""Reads and writes of many companies through a pooler, with rollbacks, savepoints, cancels and killed backends.

`python3 -m tests.trust.pool --ops N` works on the database of the environment (its companies must have people) and
prints one JSON object; `wrong` counts answers with another company's rows, `ready` statements on a connection that
thinks it can keep them ready, though it was `looked` at whether it can.
"""

import argparse
import json
import os
import random
import threading
import time
from collections import Counter
from typing import Any


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()


class Worker(threading.Thread):
    """One client that works on random companies and checks every answer."""

    def __init__(self, companies: list[Any], expected: dict[int, set[str]], ops: int, seed: int) -> None:
        super().__init__()
        self.companies, self.expected, self.ops = companies, expected, ops
        self.random = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.everybody = _everybody()

    def run(self) -> None:
        from django.db import connection

        kinds = [self.read, self.read_kept, self.write, self.roll_back, self.save_point, self.cancel]
        weights = [40, 20, 15, 10, 10, 5]
        for _ in range(self.ops):
            kind = self.random.choices(kinds, weights)[0]
            self._try(kind, self.random.choice(self.companies))
            self.seen["ops"] += 1
        connection.close()

    def _try(self, kind: Any, company: Any) -> None:
        from django.db import DatabaseError, connection, transaction

        from portico.database import company_scope

        try:
            with company_scope(company), transaction.atomic():
                kind(company)
        except Refusal:
            self.seen["rolled_back"] += 1
        except DatabaseError:
            self.seen["interrupted"] += 1
            connection.close()

    def check(self, company: Any) -> None:
        from shared_apps.accounts.models import User

        found = set(User.objects.values_list("email", flat=True))
        if found != self.expected[company.id]:
            self.seen["wrong"] += 1

    def read(self, company: Any) -> None:
        self.check(company)

    def read_kept(self, company: Any) -> None:
        from django.db import connection

        if set(self.everybody()) != self.expected[company.id]:
            self.seen["wrong"] += 1
        possible = connection.connection.prepared.is_possible
        self.seen["ready" if possible else "looked"] += possible is not None

    def write(self, company: Any) -> None:
        from shared_apps.accounts.models import User

        changed = User.objects.filter(email__in=self.expected[company.id]).update(is_active=True)
        if changed != len(self.expected[company.id]):
            self.seen["wrong"] += 1
        self.check(company)

    def roll_back(self, company: Any) -> None:
        self.write(company)
        raise Refusal

    def save_point(self, company: Any) -> None:
        from django.db import DatabaseError, connection, transaction

        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT missing FROM nowhere")
        except DatabaseError:
            self.check(company)

    def cancel(self, company: Any) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 5")
            cursor.execute("SELECT pg_sleep(1)")


def _everybody() -> Any:
    """A statement that a connection of its own to the server would keep ready."""
    from portico.database.kept import Kept
    from shared_apps.accounts.models import User

    return Kept(lambda: User.objects.values_list("email", flat=True))


class Refusal(Exception):
    """Ends a transaction on purpose."""


def _killer(stop: threading.Event, killed: Counter[str]) -> None:
    from tenants.owner import owner_connection

    with owner_connection(autocommit=True) as owner:
        while not stop.wait(0.15):
            row = owner.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'portico_app' AND datname = current_database() ORDER BY random() LIMIT 1"
            ).fetchone()
            killed["kills"] += bool(row and row[0])


def run(ops: int, threads: int = 8, seed: int = 1) -> dict[str, Any]:
    """Do `ops` operations on `threads` threads; the figures."""
    from django.db import connection, transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts.models import User
    from tenants.models import Company

    with platform_scope(), transaction.atomic():
        companies = [company.ref for company in Company.objects.filter(pk__gt=0)]
    expected = {}
    for company in companies:
        with company_scope(company), transaction.atomic():
            expected[company.id] = set(User.objects.values_list("email", flat=True))
    connection.close()
    workers = [Worker(companies, expected, ops // threads, seed + number) for number in range(threads)]
    killed, stop, began = Counter[str](), threading.Event(), time.monotonic()
    killer = threading.Thread(target=_killer, args=(stop, killed))
    for thread in (*workers, killer):
        thread.start()
    for worker in workers:
        worker.join()
    stop.set()
    killer.join()
    total = sum((worker.seen for worker in workers), Counter[str]()) + killed
    return {"proof": "pool", "wrong": 0, "ready": 0, **total, "seconds": round(time.monotonic() - began, 1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ops", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    _setup()
    print(json.dumps(run(asked.ops, seed=asked.seed)))  # noqa: T201 (a command's answer)
