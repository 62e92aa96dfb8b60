"""What a visit stands on: a request to Portico, consent, and the way in through the console."""

import re
from datetime import timedelta

import pytest

CONSOLE = "http://console.localhost:8000"
WHY = "They cannot find their own request."


def code_of(page):
    """The code in the form that leads to the company."""
    return re.search(r'name="code" value="([\w-]+)"', page.content.decode())[1]


def hand_over(client, code, origin=CONSOLE):
    """Post the console's form to the company's host, as a browser does."""
    return client.post("/visit/begin", {"code": code}, headers={"Origin": origin} if origin else {})


@pytest.fixture
def question(acme, ada, eli, sam, inside):
    """What Ada asked Portico. It is Eli's work, so he sees it; Sam sees everything."""
    from tenant_apps.tickets import actions
    from tenant_apps.tickets.actions import Assignee

    with inside(acme):
        ticket = actions.open_ticket(subject="website", description="Cleo cannot log in.", by=ada)
        return actions.assign(ticket, Assignee(eli.id, eli.label), by=sam)


@pytest.fixture
def statements():
    """`with statements() as sent:` = what a page sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def agreed(acme, ada, inside):
    """`agreed("read")` = what Acme's managers agree to from now on, for a week."""

    def agree(mode="act", days=7, number="", by=ada):
        from portico import clock
        from tenant_apps.visits import actions

        with inside(acme):
            return actions.agree(mode, clock.now() + timedelta(days=days), number, by=by)

    return agree


@pytest.fixture
def wanted(client_for, question):
    """`wanted("eli", cleo)` = the console's answer when Eli wants to be Cleo."""

    def want(name, person, mode="read", do="begin", reason=WHY):
        said = {"person": person.id, "mode": mode, "reason": reason, "do": do}
        return client_for(name).post(f"/admin/tickets/{question.index_id}/view-as", said)

    return want


@pytest.fixture
def come_in(wanted, visitor, agreed):
    """`come_in("eli", cleo, "act")` = a browser at Acme in a visit of Eli's as Cleo."""

    def come(name, person, mode="read", browser=None):
        agreed("act")
        page = wanted(name, person, mode)
        assert page.status_code == 200, page.content
        browser = browser or visitor("acme")
        assert hand_over(browser, code_of(page)).status_code == 302
        return browser

    return come


@pytest.fixture
def visits(acme, inside):
    """All visits of Acme, as they stand now."""

    def read(**narrowed):
        from tenant_apps.visits.models import Visit

        with inside(acme):
            return list(Visit.objects.exclude(state="looked").filter(**narrowed).order_by("id"))

    return read


@pytest.fixture
def later(database, acme):
    """`later(31)` = the visits of Acme began so many minutes ago."""

    def move(minutes):
        words = f"UPDATE {acme.schema}.visits_visit SET began_at = began_at - make_interval(mins => %s)"
        database.connection.execute(words, [minutes])

    return move


@pytest.fixture
def happened(acme, inside):
    """`happened("visit.begin")` = the events of Acme's journal with this verb."""

    def read(verb):
        from tenant_apps.journal.models import Event

        with inside(acme):
            return list(Event.objects.filter(verb=verb).order_by("at"))

    return read
