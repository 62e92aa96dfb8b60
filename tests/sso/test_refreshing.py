"""What a SAML provider says of itself at an address of its own is read anew each day."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from portico import clock, jobs
from tenant_apps.journal.models import Event
from tenant_apps.sso import actions, refreshing
from tenant_apps.sso.actions import Wish
from tenant_apps.sso.models import Connection
from tenants.models import Due
from tests.sso.test_saml import idps

__all__ = ["idps"]


class _Says(BaseHTTPRequestHandler):
    status, body = 200, b""

    def do_GET(self):
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(type(self).body)

    def log_message(self, *_):
        pass


@pytest.fixture
def says(idps):
    """`says(body, status)` = what the provider's address answers from now on; `says.at` is that address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def answer(body, status=200):
        _Says.body, _Says.status = body if isinstance(body, bytes) else body.encode(), status

    answer.at = f"http://127.0.0.1:{server.server_port}/metadata"
    answer(idps[0].metadata)
    yield answer
    server.shutdown()
    server.server_close()


@pytest.fixture
def connection(inside, acme, olga, says):
    with inside(acme):
        made = actions.add("saml", Wish("Acme ID", metadata_url=says.at), by=olga)
        actions.switch(made.pk, on=True, by=olga)
        actions.note_try(made, by=olga)
        return made


@pytest.fixture
def read(inside, outside, acme, connection):
    """`read()` = the day is over, and the worker does what is due; the connection afterwards, and the next time."""

    def again():
        with inside(acme):
            jobs.refresh_connection(connection.pk.hex)
            found = Connection.objects.get(pk=connection.pk)
        with outside():
            rows = Due.objects.filter(job=refreshing.JOB, key=connection.pk.hex)
            return found, [row.due_at - clock.now() for row in rows]

    return again


def test_a_changed_certificate_is_followed_and_what_was_tried_stays_tried(read, says, idps, inside, acme, client_for):
    before = read()[0]
    says(idps[1].metadata)
    after, times = read()
    assert (before.options["certificates"] == after.options["certificates"], after.tried_at is None) == (False, False)
    assert len(times) == 1
    assert timedelta(hours=23) < times[0] <= timedelta(days=1)
    with inside(acme):
        told = Event.objects.get(verb="connection.refresh")
        assert (told.actor_kind, sorted(told.facts["after"])) == ("system", ["certificates", "sso_url"])


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("gone", 404, "answered 404"),
        ("<html/>", 200, "no metadata"),
        (b"\x00" * 300_000, 200, "no metadata"),
        ("another", 200, "another provider"),
    ],
)
def test_what_cannot_be_read_changes_nothing_and_stands_on_the_page(read, says, idps, client_for, body, status, words):
    before = read()[0]
    says(idps[1].metadata.replace(idps[1].entity, "https://evil.example/idp") if body == "another" else body, status)
    after, times = read()
    drop = refreshing.NOTE
    assert {k: v for k, v in after.options.items() if k != drop} == {
        k: v for k, v in before.options.items() if k != drop
    }
    assert timedelta(hours=2) < times[0] <= timedelta(hours=3)
    page = client_for("ada").get(f"/manager/settings/connections/{before.pk}").content.decode()
    assert words in page
    assert "Metadata cannot be read" in client_for("ada").get("/manager/settings/connections").content.decode()

    says(idps[0].metadata)
    assert read()[0].options[drop]["problem"] == ""


def test_without_an_address_or_a_connection_nothing_is_due(read, says, connection, inside, acme, olga, idps):
    with inside(acme):
        actions.change(connection.pk, Wish("Acme ID", metadata=idps[0].metadata.encode()), by=olga)
    assert read()[1] == []
    with inside(acme):
        actions.remove(connection.pk, by=olga)
        jobs.refresh_connection(connection.pk.hex)


def test_saving_what_is_set_keeps_what_was_tried(read, says, connection, inside, acme, olga):
    read()
    with inside(acme):
        assert actions.change(connection.pk, Wish("Acme ID", metadata_url=says.at), by=olga).tried_at is not None


@pytest.mark.parametrize(("later", "words"), [(0, "good until"), (3, "is over since")])
def test_a_certificate_that_ends_soon_is_shown(connection, client_for, later, words):
    with clock.at(clock.now() + timedelta(days=later)):  # those of the tests are good for two days
        page = client_for("olga").get(f"/manager/settings/connections/{connection.pk}").content.decode()
    assert words in page
