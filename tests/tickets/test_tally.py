"""The counters of the company's desk: true whatever happens at once, and never a reason to wait."""

import random
import threading
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction

from portico.database import company_scope
from portico.errors import Refusal
from tenant_apps.tickets import actions, guard, migrations, tally
from tenant_apps.tickets.actions import Assignee
from tenant_apps.tickets.models import Tally, Ticket


@pytest.fixture
def tickets(inside, acme, cleo):
    with inside(acme):
        return [
            actions.open_ticket(subject=f"Lamp {place}", description="?", desk="company", by=cleo) for place in range(6)
        ]


def _work(acme, tickets, ada, seed, failures):
    """Several tickets in each transaction, in any order; every third is rolled back."""
    chance = random.Random(seed)
    try:
        for turn in range(12):
            with company_scope(acme), transaction.atomic():
                for ticket in sorted(chance.sample(tickets, 2), key=lambda one: one.pk):
                    _move(ticket, chance, ada)
                if turn % 3 == 0:
                    transaction.set_rollback(True)
    except Exception as trouble:
        failures.append(trouble)
    finally:
        connections.close_all()


def _move(ticket, chance, ada):
    verb = chance.choice(["status", "assign", "back", "note"])
    try:
        if verb == "status":
            actions.change_status(ticket, chance.choice(["open", "pending_customer", "resolved", "closed"]), by=ada)
        elif verb == "assign":
            actions.assign(ticket, Assignee(ada.id, ada.label), by=ada)
        elif verb == "back":
            actions.assign(ticket, None, by=ada)
        else:
            actions.reply(ticket, "A note", by=ada, internal=True)
    except Refusal:
        return  # a step that is not there from where it stands


def test_they_are_true_after_many_at_once(inside, acme, ada, tickets):
    failures = []
    threads = [threading.Thread(target=_work, args=(acme, tickets, ada, seed, failures)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    with inside(acme):
        keys = set(Tally.objects.values_list("key", flat=True))
        assert {key: number for key, number in tally.read(keys).items() if number} == tally.counted()
        assert sum(tally.counted().values()) > len(tickets)


def test_folding_changes_no_number(inside, acme, ada, tickets, monkeypatch):
    with inside(acme):
        keys = set(Tally.objects.values_list("key", flat=True))
        before = tally.read(keys)
        monkeypatch.setattr(tally, "LONG", 2)
        tally.fold()
        assert tally.read(keys) == before
        assert Tally.objects.count() == len([number for number in before.values() if number])


def test_a_platform_ticket_stands_in_no_counter(inside, acme, asked):
    with inside(acme):
        assert Ticket.objects.get().counted == []
        assert not Tally.objects.exists()


def test_requests_from_before_the_board_come_to_stand_in_its_counters(inside, acme, ada, tickets):
    """As the release before wrote them; the job may be broken off and done again."""
    (name,) = (one.name for one in iter_modules(migrations.__path__) if one.name.endswith("_board_counters"))
    job = import_module(f"{migrations.__name__}.{name}")
    with inside(acme), connection.cursor() as cursor:
        actions.change_status(tickets[0], "closed", by=ada)
        with guard.writing():  # a migration is the owner's
            cursor.execute(
                "UPDATE tickets_ticket SET counted ="
                " ARRAY(SELECT key FROM unnest(counted) AS key WHERE key NOT LIKE 'step:%')"
            )
            cursor.execute("DELETE FROM tickets_tally WHERE key LIKE 'step:%'")
            for _ in range(2):
                job.count_steps(None, SimpleNamespace(connection=connection))

        keys = ["step:customer_service:new", "step:customer_service:closed"]
        assert tally.read(keys) == dict(zip(keys, (5, 1), strict=True))
        assert {key: tally.counted()[key] for key in keys} == tally.read(keys)
