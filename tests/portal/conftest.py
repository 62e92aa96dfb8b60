"""Requests for the portal's pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest

FORM_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')


@pytest.fixture
def act(inside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`act("reply", ticket, "Words", by=ben)` = an action at Acme."""

    def do(verb: str, *words: Any, **more: Any) -> Any:
        from tenant_apps.tickets import actions

        with inside(acme):
            return getattr(actions, verb)(*words, **more)

    return do


@pytest.fixture
def sees(inside: Callable[..., Any], acme: Any) -> Callable[..., None]:
    """`sees("mia", "all")` = from now on Mia sees all requests; teams are names of teams she is in."""

    def give(name: str, reach: str, *teams: str) -> None:
        from shared_apps.accounts.models import User
        from tenant_apps.people.models import Team
        from tests.support.cast import email_of

        with inside(acme):
            ids = [str(Team.objects.get_or_create(name=team)[0].pk) for team in teams]
            User.objects.filter(email=email_of(name)).update(profile={"sees": reach, "teams": ids})

    return give


@pytest.fixture
def settle(inside: Callable[..., Any], acme: Any) -> Callable[..., None]:
    """`settle(expected_reply_hours=4)` = what Acme's managers have set."""

    def put(**values: Any) -> None:
        from tenant_apps.tickets.models import Setting

        with inside(acme):
            for key, value in values.items():
                Setting.objects.update_or_create(key=key, defaults={"value": value})

    return put


@pytest.fixture
def statements() -> Any:
    """`with statements() as sent:` = what a page sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


def page_of(client: Any, path: str) -> str:
    """What somebody reads there, without the drawn-by-lot token of each form (it may spell a name)."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return FORM_TOKEN.sub(r"\1", answer.content.decode())
