"""Tasks: whose work it is, what follows an event, and what happens when the queue is away."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portico import wiring
from portico.celery import app
from portico.database import current_company, platform_scope
from portico.tasks import Unaddressed, company_task, platform_task, react, sweep
from tenant_apps.journal.models import Event
from tenant_apps.tickets.actions import open_ticket
from tenant_apps.tickets.models import Ticket
from tenants.models import Company, Due
from tests.support import databases


@company_task
def name_of_company() -> tuple[str, bool]:
    return current_company().slug, connection.in_atomic_block


@company_task
def break_after_writing(ticket_id: str) -> None:
    Due.objects.all().delete()
    raise ZeroDivisionError


@platform_task
def count_companies() -> int:
    return Company.objects.count()


@pytest.fixture
def waiting() -> Iterator[Any]:
    """A client of the queue, which is empty when the test begins."""
    with app.connection_for_read() as broker:
        client = broker.default_channel.client
        client.delete("work")
        yield client


def _raise(event: Any) -> None:
    raise ValueError("a reaction that never works")


def _open(inside: Any, company: Any, by: Any) -> Ticket:
    with inside(company):
        return open_ticket(subject="website", description="The shop is closed.", by=by)


def _due(outside: Any) -> list[Due]:
    with outside():
        return list(Due.objects.filter(job="react"))


def test_a_company_task_runs_as_its_company_in_one_transaction(acme, borealis):
    assert name_of_company(acme.id, acme.generation) == ("acme", True)
    assert name_of_company(borealis.id, borealis.generation) == ("borealis", True)


def test_tasks_of_two_companies_that_run_at_once_never_meet(acme, borealis):
    companies = (acme, borealis)
    with ThreadPoolExecutor(8) as many:
        answers = list(
            many.map(lambda n: name_of_company(companies[n % 2].id, companies[n % 2].generation), range(200))
        )
        list(many.map(lambda _: connection.close(), range(8)))
    assert answers == [("acme", True), ("borealis", True)] * 100


def test_a_platform_task_runs_as_the_platform(acme):
    assert count_companies() >= 2


@pytest.mark.parametrize("words", [(), (1,), ("1", "1"), (True, 1), (-1, 1), (1, 0)])
def test_a_company_task_refuses_to_run_without_company_and_generation(words):
    with pytest.raises(Unaddressed):
        name_of_company(*words)


def test_every_company_task_refuses_to_be_published_without_a_company(acme):
    for publish in (name_of_company.delay, name_of_company.apply_async, react.delay):
        with pytest.raises(Unaddressed):
            publish(acme.id, acme.generation)
    with pytest.raises(Unaddressed):
        name_of_company.send("acme")


def test_every_task_of_ours_is_one_of_the_kinds():
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert ours
    assert {type(task).__mro__[1].__name__ for task in ours} <= {"BatchTask", "CompanyTask", "PlatformTask"}


def test_a_message_of_an_older_generation_or_a_suspended_company_is_dropped(acme, outside):
    assert name_of_company(acme.id, acme.generation + 1) is None
    assert name_of_company(987_654, 1) is None
    with outside():
        Company.objects.filter(pk=acme.id).update(state=Company.State.SUSPENDED)
    assert name_of_company(acme.id, acme.generation) is None


def test_a_task_that_breaks_leaves_nothing_behind(acme, ada, inside, outside):
    ticket = _open(inside, acme, ada)
    with pytest.raises(ZeroDivisionError):
        break_after_writing(acme.id, acme.generation, str(ticket.pk))
    assert len(_due(outside)) == 1


def test_what_is_sent_in_a_transaction_that_fails_is_never_published(acme, inside, waiting):
    with inside(acme):
        name_of_company.send(acme)
        transaction.set_rollback(True)
    assert waiting.llen("work") == 0
    with inside(acme):
        name_of_company.send(acme)
        assert waiting.llen("work") == 0
    assert waiting.llen("work") == 1


def test_an_event_is_reacted_to_once_however_often_it_is_delivered(acme, ada, inside, outside, monkeypatch):
    heard = []
    monkeypatch.setitem(wiring.REACTIONS, "ticket.create", [heard.append])
    _open(inside, acme, ada)
    (due,) = _due(outside)
    for _ in range(3):
        react(acme.id, acme.generation, due.key)
    assert [str(event.pk) for event in heard] == [due.key]
    assert _due(outside) == []


def test_a_reaction_fails_alone_and_is_due_again_later(acme, ada, inside, outside, monkeypatch):
    heard = []
    monkeypatch.setitem(wiring.REACTIONS, "ticket.create", [_raise, heard.append])
    _open(inside, acme, ada)
    react(acme.id, acme.generation, _due(outside)[0].key)
    (again,) = _due(outside)
    assert len(heard) == 1
    assert again.attempts == 1
    assert again.due_at > timezone.now()


def test_a_reaction_that_breaks_the_transaction_does_not_stop_its_neighbour(acme, ada, inside, outside, monkeypatch):
    def divide(event: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    seen = []
    monkeypatch.setitem(wiring.REACTIONS, "ticket.create", [divide, lambda _: seen.append(Event.objects.count())])
    _open(inside, acme, ada)
    react(acme.id, acme.generation, _due(outside)[0].key)
    assert seen == [1]


def test_after_ten_attempts_a_reaction_is_given_up(acme, ada, inside, outside, monkeypatch):
    monkeypatch.setitem(wiring.REACTIONS, "ticket.create", [_raise])
    _open(inside, acme, ada)
    with outside():
        Due.objects.filter(job="react").update(attempts=9)
    react(acme.id, acme.generation, _due(outside)[0].key)
    assert _due(outside) == []


def test_a_company_deletes_no_due_work_of_another(acme, borealis, ada, inside, outside):
    _open(inside, acme, ada)
    key = _due(outside)[0].key
    react(borealis.id, borealis.generation, key)
    assert len(_due(outside)) == 1


def test_the_sweep_sends_what_is_due_and_leaves_the_rest(acme, borealis, ada, bo, inside, outside, waiting):
    _open(inside, acme, ada)
    _open(inside, borealis, bo)
    waiting.delete("work")
    assert sweep() == 0
    with outside():
        Due.objects.filter(company_id=acme.id).update(due_at=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert sweep() == 0
    assert waiting.llen("work") == 1
    assert len(_due(outside)) == 2


def test_the_sweep_forgets_work_of_a_company_that_is_gone(acme, outside, waiting):
    with outside():
        Due.objects.create(
            company_id=acme.id,
            generation=acme.generation + 1,
            schema=acme.schema,
            job="react",
            key="x",
            due_at=timezone.now(),
        )
    assert sweep() == 0
    assert _due(outside) == []


def test_the_sweep_keeps_work_of_a_suspended_company_for_later(acme, ada, inside, outside, waiting):
    _open(inside, acme, ada)
    waiting.delete("work")
    with outside():
        Company.objects.filter(pk=acme.id).update(state=Company.State.SUSPENDED)
        Due.objects.filter(job="react").update(due_at=timezone.now())
    assert sweep() == 0
    (kept,) = _due(outside)
    assert kept.due_at > timezone.now() + timedelta(minutes=30)


_WRITE_WITHOUT_QUEUE = """
import time, django
django.setup()
from django.db import transaction
from portico.database import company_scope, platform_scope
from shared_apps.accounts.actors import actor_of
from shared_apps.accounts.models import User
from tenant_apps.tickets.actions import open_ticket
from tenants.models import Company
with platform_scope(), transaction.atomic():
    acme = Company.objects.get(slug="acme").ref
with company_scope(acme), transaction.atomic():
    ada = actor_of(User.objects.get(email="ada@acme.example"))
began = time.monotonic()
with company_scope(acme), transaction.atomic():
    open_ticket(subject="website", description="Hello", by=ada)
print(time.monotonic() - began)
"""


def test_without_a_queue_a_ticket_is_still_opened_at_once_and_its_work_stays_due(database, acme, outside):
    from django.conf import settings

    name = settings.DATABASES["default"]["NAME"]
    env = databases.environment(
        settings.DATABASE_OWNER_URL, settings.DATABASE_URL, name, VALKEY_URL="redis://127.0.0.1:1/0"
    )
    done = subprocess.run(
        [sys.executable, "-c", _WRITE_WITHOUT_QUEUE], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert float(done.stdout) < 3
    assert "task.not_sent" in done.stderr
    assert len(_due(outside)) == 1


def test_the_platform_scope_is_left_after_a_task(acme):
    from portico.database import current_scope

    name_of_company(acme.id, acme.generation)
    assert current_scope() is None
    with platform_scope():
        name_of_company(acme.id, acme.generation)
        assert current_scope().company is None
