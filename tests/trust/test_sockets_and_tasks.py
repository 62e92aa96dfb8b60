"""The matrix beside pages and API: every person at the socket of every door, and every task there is."""

import pytest
from django.conf import settings

from portico.celery import app
from portico.tasks import Unaddressed
from portico.work import CompanyTask, PlatformTask
from tests.ops.conftest import dial, log_lines, port
from tests.ops.test_live import close_code
from tests.support import cast

__all__ = ["dial", "log_lines", "port"]

DOORS = {**{slug: f"{slug}.localhost" for slug in (*cast.COMPANIES, "console", "nobody")}, "public": "localhost"}
EVERYBODY = [name for people in (*cast.PEOPLE.values(), cast.STAFF) for name in people]
OURS = sorted(name for name in app.tasks if name.startswith("portico."))
OF_COMPANIES = [name for name in OURS if isinstance(app.tasks[name], CompanyTask)]


def test_everybody_sits_at_the_socket_of_their_own_door_and_at_no_other(acme, dial, client_for):
    wrong = []
    for name in EVERYBODY:
        home = cast.company_of(name) or "console"
        cookie = client_for(name).cookies[settings.SESSION_COOKIE_NAME].value
        for door, host in DOORS.items():
            page = dial(name, host=host, cookie=cookie)
            expected = None if door == home else 4404 if door in {"public", "nobody"} else 4401
            if expected is None:
                page.send("ping")
            code = close_code(page, 0.3 if expected is None else 10)
            if code != expected:
                wrong.append((name, door, code))
            page.close()
    assert wrong == []


def test_every_task_is_a_companys_or_the_platforms():
    assert len(OF_COMPANIES) > 20
    assert [name for name in OURS if not isinstance(app.tasks[name], CompanyTask | PlatformTask)] == []


@pytest.mark.parametrize("name", OF_COMPANIES)
def test_no_task_works_for_another_generation_or_without_a_company(acme, borealis, log_lines, name):
    task = app.tasks[name]
    for company_id, generation in ((acme.id, acme.generation + 1), (borealis.id, borealis.generation + 7), (4711, 1)):
        assert task(company_id, generation, "x", "x", "x") is None
    told = [line for line in log_lines() if line["event"] == "task.dropped"]
    assert [(line["task"], line["company"]) for line in told] == [(name, 1), (name, 2), (name, 4711)]
    for words in ((), (acme.id,), ("1", "1"), (True, 1), (-1, 1), (acme.id, 0)):
        with pytest.raises(Unaddressed):
            task(*words)
    with pytest.raises(Unaddressed):
        task.delay(acme.id, acme.generation)
    with pytest.raises(Unaddressed):
        task.send("acme")
