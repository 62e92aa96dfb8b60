"""Tasks, told exactly: what a message carries, when work comes again, and what is left alone."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY

from portico import jobs, reacting, tasks, wiring
from portico.celery import app
from portico.context import request_id
from portico.database import current_scope
from portico.tasks import company_task, platform_task, react, sweep, verify
from shared_apps.console.models import TicketIndex
from tenant_apps.journal.models import Event
from tenant_apps.tickets.actions import open_ticket
from tenants.models import HOUSE_ID, Company, Due
from tenants.owner import owner_connection
from tests.support import databases


@company_task
def say(word: str) -> tuple[str, str, str]:
    return word, current_scope().company.slug, request_id.get()


@company_task
def break_down() -> None:
    raise ZeroDivisionError


@platform_task
def tell(word: str) -> tuple[str, str]:
    return word, request_id.get()


@pytest.fixture
def waiting() -> Iterator[Any]:
    """A client of the queue, which is empty when the test begins."""
    with app.connection_for_read() as broker:
        client = broker.default_channel.client
        client.delete("work")
        yield client


@pytest.fixture
def plan(outside: Any, acme: Any) -> Any:
    """`plan(job=…)` = work of Acme's that is due since a second."""

    def make(**changed: Any) -> Due:
        usual = {"company_id": acme.id, "generation": acme.generation, "schema": acme.schema, "job": "react"}
        with outside():
            return Due.objects.create(**usual | {"key": "k", "due_at": timezone.now() - timedelta(seconds=1)} | changed)

    return make


@pytest.fixture
def failing(acme: Any, ada: Any, inside: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of work whose reaction fails each time."""

    def fail(event: Any) -> None:
        raise ValueError("a reaction that never works")

    monkeypatch.setitem(wiring.REACTIONS, "ticket.create", [fail])
    with inside(acme):
        open_ticket(subject="website", description="?", by=ada)
        return str(Event.objects.get().pk)


def _due(outside: Any, **which: Any) -> list[Due]:
    with outside():
        return list(Due.objects.filter(**which))


def _messages(client: Any) -> list[tuple[str, list[Any], str]]:
    """What waits in the queue: the task, its arguments, and the request that it belongs to."""
    found = []
    for raw in client.lrange(f"{client.global_keyprefix}work", 0, -1):
        message = json.loads(raw)
        arguments, _, _ = json.loads(base64.b64decode(message["body"]))
        found.append((message["headers"]["task"].rpartition(".")[2], arguments, message["headers"]["request_id"]))
    return found


def _is_about(found: Any, seconds: float) -> bool:
    return abs((found - timezone.now()).total_seconds() - seconds) < 5


def test_a_message_names_company_generation_words_and_request(acme, waiting):
    token = request_id.set("r-7")
    try:
        say.send(acme, "hello")
        tell.send("everybody")
        assert tell.send_now("at once") is True
    finally:
        request_id.reset(token)
    assert sorted(_messages(waiting)) == [
        ("say", [acme.id, acme.generation, "hello"], "r-7"),
        ("tell", ["at once"], "r-7"),
        ("tell", ["everybody"], "r-7"),
    ]


def test_a_platform_task_waits_for_the_commit_unless_it_is_sent_now(outside, waiting):
    with outside():
        tell.send("later")
        assert waiting.llen("work") == 0
        tell.send_now("now")
        assert waiting.llen("work") == 1
    assert waiting.llen("work") == 2


def test_wrong_arguments_are_told_to_the_sender(acme, waiting):
    for wrong in (lambda: say.send(acme), lambda: say.send(acme, "a", "b"), tell.send):
        with pytest.raises(TypeError, match="argument"):
            wrong()
    assert waiting.llen("work") == 0


def test_what_cannot_be_written_into_a_message_breaks_no_transaction(acme, inside, outside, waiting):
    with inside(acme):
        say.send(acme, object())
    with outside():
        tell.send(object())
    assert waiting.llen("work") == 0


def test_without_a_queue_sending_now_says_so():
    owner_url, login_url = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    words = "import django; django.setup(); from portico.tasks import sweep; print(sweep.send_now())"
    env = databases.environment(owner_url, login_url, "none", VALKEY_URL="redis://127.0.0.1:1/0")
    done = subprocess.run([sys.executable, "-c", words], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr[-3000:]


def test_a_task_belongs_to_the_request_of_its_message_and_to_no_other_afterwards(acme):
    before = request_id.set("r-0")
    try:
        say.push_request(headers={"request_id": "r-9"})
        assert say(acme.id, acme.generation, "hello") == ("hello", "acme", "r-9")
        say.pop_request()
        assert say(acme.id, acme.generation, "hello") == ("hello", "acme", "")
        assert tell("word") == ("word", "")
        with pytest.raises(ZeroDivisionError):
            break_down(acme.id, acme.generation)
        assert request_id.get() == "r-0"
    finally:
        request_id.reset(before)


def test_a_task_is_counted_as_what_became_of_it(acme):
    def counted(task: Any, outcome: str) -> float:
        return REGISTRY.get_sample_value("portico_tasks_total", {"task": task.name, "outcome": outcome}) or 0

    before = counted(say, "done"), counted(say, "dropped"), counted(break_down, "failed"), counted(break_down, "done")
    say(acme.id, acme.generation, "hello")
    say(acme.id, acme.generation + 1, "hello")
    with pytest.raises(ZeroDivisionError):
        break_down(acme.id, acme.generation)
    after = counted(say, "done"), counted(say, "dropped"), counted(break_down, "failed"), counted(break_down, "done")
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1, 0]


def test_the_house_has_tasks_like_everybody(outside):
    with outside():
        house = Company.objects.get(pk=HOUSE_ID).ref
    assert say(house.id, house.generation, "hello") == ("hello", "help", "")


def test_a_task_lets_go_of_a_connection_that_is_too_old(acme, settings):
    say(acme.id, acme.generation, "hello")
    kept = connection.connection
    say(acme.id, acme.generation, "hello")
    assert connection.connection is kept
    settings.COMPANIES_PER_CONNECTION = 0
    say(acme.id, acme.generation, "hello")
    assert connection.connection is None


@pytest.mark.no_database
def test_pauses_double_up_to_an_hour():
    pauses = [reacting.pause(attempts).total_seconds() for attempts in (0, 1, 2, 3, 6, 7, 40)]
    assert pauses == [30, 60, 120, 240, 1920, 3600, 3600]


@pytest.mark.parametrize(("attempts", "pause"), [(0, 30), (3, 240), (8, 3600)])
def test_a_failed_reaction_comes_again_as_it_was_and_later_each_time(acme, outside, failing, attempts, pause):
    with outside():
        Due.objects.filter(key=failing).update(attempts=attempts)
    react(acme.id, acme.generation, failing)
    (again,) = _due(outside, job="react")
    assert (again.company_id, again.generation, again.schema) == (acme.id, acme.generation, acme.schema)
    assert (again.key, again.attempts) == (failing, attempts + 1)
    assert _is_about(again.due_at, pause)


def test_a_delivery_beside_another_one_finds_nothing_left_to_do(acme, outside, failing):
    """The second waits for the first and then sees that the work is gone."""
    with outside():
        Due.objects.filter(key=failing).delete()
    react(acme.id, acme.generation, failing)
    assert _due(outside, job="react") == []


def test_the_index_is_verified_when_it_is_due_and_again_a_day_later(acme, outside, plan):
    plan(job="verify", key=jobs.SOON)
    verify(acme.id, acme.generation, jobs.SOON)
    (again,) = _due(outside, company_id=acme.id, job="verify")
    assert again.key == jobs.DAILY
    assert _is_about(again.due_at, 24 * 3600)


def test_drift_is_counted_and_told(acme, ada, inside, outside, plan, caplog):
    with inside(acme):
        open_ticket(subject="website", description="?", by=ada)
    with outside():
        TicketIndex.objects.filter(company_id=acme.id).update(subject="email")
        Due.objects.filter(job="verify").delete()
    plan(job="verify", key=jobs.SOON)
    before = REGISTRY.get_sample_value("portico_index_drift_rows_total")
    verify(acme.id, acme.generation, jobs.SOON)
    assert REGISTRY.get_sample_value("portico_index_drift_rows_total") == before + 1
    assert "index.drift" in caplog.text


def test_a_verification_that_is_not_due_does_nothing(acme, outside):
    with outside():
        Due.objects.filter(job="verify").delete()
    verify(acme.id, acme.generation, jobs.SOON)
    assert _due(outside, job="verify") == []


@pytest.mark.parametrize(("job", "attempts", "pause"), [("react", 0, 30), ("react", 3, 240), ("verify", 1, 60)])
def test_the_sweep_sends_what_is_due_and_gives_it_time(acme, outside, plan, waiting, job, attempts, pause):
    row = plan(job=job, attempts=attempts)
    assert sweep() == 1
    (kept,) = _due(outside, pk=row.pk)
    assert _messages(waiting) == [(job, [acme.id, acme.generation, "k"], "")]
    assert kept.attempts == attempts + 1
    assert _is_about(kept.due_at, pause)


def test_a_job_of_a_newer_release_is_left_for_it(outside, plan, waiting):
    row = plan(job="unheard of", attempts=2)
    assert sweep() == 0
    (kept,) = _due(outside, pk=row.pk)
    assert kept.attempts == 2
    assert _is_about(kept.due_at, 3600)
    assert waiting.llen("work") == 0


def test_the_sweep_takes_the_oldest_and_no_more_than_it_can(acme, outside, plan, waiting):
    long_ago = timezone.now() - timedelta(days=1)
    usual = {"company_id": acme.id, "generation": acme.generation, "schema": acme.schema, "job": "react"}
    with outside():
        Due.objects.bulk_create(Due(**usual, key=str(n), due_at=long_ago) for n in range(tasks.SWEEP_AT_ONCE))
    last = plan(key="the youngest")
    assert sweep() == tasks.SWEEP_AT_ONCE == 200
    assert _due(outside, pk=last.pk)[0].attempts == 0
    assert sweep() == 1


def test_two_sweeps_at_once_share_the_work(plan, waiting):
    row = plan()
    with owner_connection() as other:
        other.execute("SELECT 1 FROM public.tenants_due WHERE id = %s FOR UPDATE", [row.pk])
        assert sweep() == 0
    assert sweep() == 1


def test_work_of_a_company_that_is_no_more_is_forgotten(outside, plan):
    plan(company_id=987_654)
    assert sweep() == 0
    assert _due(outside, company_id=987_654) == []
