"""Sockets, against the really running socket process: who hears what, and for how long."""

import socket
import time
from contextlib import closing

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from portico.live import groups
from shared_apps.accounts.models import User
from shared_apps.staff.actions import set_coverage
from tenant_apps.tickets import actions
from tenants.models import Company
from tests.ops.conftest import RECHECK, heard, open_ticket, react, sockets
from tests.support import cast


def close_code(page: ClientConnection, seconds: float = 10) -> int | None:
    """With which code the socket ends within this time; None when it does not. What is said until then passes."""
    until = time.monotonic() + seconds
    try:
        while True:
            page.recv(timeout=max(until - time.monotonic(), 0.01))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None
    except TimeoutError:
        return None


def test_a_change_is_signalled_to_the_desk_and_to_the_staff_who_may_see_it(acme, ada, inside, outside, dial):
    pages = {name: dial(name) for name in ("ada", "ben", "cleo", "bo", "lin", "una", "sam", "omar", "eli")}
    ticket = open_ticket(inside, acme, ada)
    react(outside)

    assert heard(pages["ada"]) == {"changed": "ticket", "id": str(ticket.pk)}
    assert heard(pages["ben"]) == {"changed": "ticket", "id": str(ticket.pk)}
    for name in ("lin", "sam", "omar"):
        assert heard(pages[name]) == {"changed": "ticket", "id": str(ticket.index_id)}
    for name in ("cleo", "bo", "una", "eli"):
        assert heard(pages[name], 0.3) is None, name


def test_the_one_it_is_assigned_to_hears_it_without_coverage(acme, ada, sam, una, inside, outside, dial):
    ticket = open_ticket(inside, acme, ada, "billing")
    react(outside)
    page, other = dial("una"), dial("lin")
    with inside(acme):
        actions.assign(ticket, actions.Assignee(una.id, una.label), by=sam)
    react(outside)
    assert heard(page) == {"changed": "ticket", "id": str(ticket.index_id)}
    assert heard(other, 0.3) is None


def test_what_a_colleague_asks_is_signalled_to_those_who_see_their_teams_requests(
    acme, cleo, mia, ada, inside, outside, dial
):
    teams = {"cleo": ("own", ["south"]), "mia": ("team", ["south", "north"]), "bo": ("team", ["south"])}
    with inside(acme):
        for name, (sees, ids) in teams.items():
            User.objects.filter(email=cast.email_of(name)).update(profile={"sees": sees, "teams": ids})
    pages = {name: dial(name) for name in ("cleo", "mia", "bo", "ada")}
    with inside(acme):
        ticket = actions.open_ticket(subject="The lamp", description="Dark.", desk="company", by=cleo)
    react(outside)
    for name in ("cleo", "mia", "ada"):
        assert heard(pages[name]) == {"changed": "ticket", "id": str(ticket.pk)}, name
    assert heard(pages["bo"], 0.3) is None

    with inside(acme):
        User.objects.filter(pk=mia.id).update(profile={"sees": "team", "teams": ["north"]})
    time.sleep(RECHECK + 2)
    with inside(acme):
        actions.reply(ticket, "Which lamp?", by=ada)
    react(outside)
    assert heard(pages["cleo"]) == {"changed": "ticket", "id": str(ticket.pk)}
    assert heard(pages["mia"], 0.3) is None


def test_signals_carry_no_words(acme, ada, inside, outside, dial):
    page = dial("sam")
    open_ticket(inside, acme, ada)
    react(outside)
    assert set(heard(page)) == {"changed", "id"}


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        ({"host": "acme.localhost"}, 4401),
        ({"host": "acme.localhost", "cookie": "made-up"}, 4401),
        ({"host": "console.localhost"}, 4401),
        ({"host": "nobody.localhost"}, 4404),
        ({"host": "localhost"}, 4404),
        ({"name": "ada", "host": "borealis.localhost"}, 4401),
        ({"name": "ada", "host": "console.localhost"}, 4401),
        ({"name": "lin", "host": "acme.localhost"}, 4401),
        ({"name": "ada", "origin": "http://borealis.localhost:8000"}, 4404),
        ({"name": "ada", "origin": "http://evil.example"}, 4404),
        ({"name": "ada", "origin": ""}, 4404),
        ({"name": "ada", "path": "/else/"}, 4404),
    ],
)
def test_strangers_are_shown_out(acme, dial, caller, code):
    assert close_code(dial(**caller)) == code


def test_the_end_of_a_session_ends_its_socket(acme, inside, dial, client_for):
    cookie = client_for("ada").cookies[settings.SESSION_COOKIE_NAME].value
    page = dial("ada", cookie=cookie)
    with inside(acme):
        Session.objects.filter(pk=cookie).delete()
    assert close_code(page, RECHECK + 5) == 4401


def test_an_account_that_is_closed_loses_its_socket(acme, ada, inside, dial):
    page = dial("ada")
    with inside(acme):
        User.objects.filter(pk=ada.id).update(is_active=False)
    assert close_code(page, RECHECK + 5) == 4401


def test_coverage_that_is_given_or_taken_changes_what_is_heard(acme, ada, omar, lin, una, inside, outside, dial):
    lins, unas = dial("lin"), dial("una")
    with outside():
        set_coverage(User.objects.get(pk=lin.id), ["billing"], by=omar)
        set_coverage(User.objects.get(pk=una.id), ["website"], by=omar)
    time.sleep(RECHECK + 2)
    ticket = open_ticket(inside, acme, ada, "website")
    react(outside)
    assert heard(unas) == {"changed": "ticket", "id": str(ticket.index_id)}
    assert heard(lins, 0.3) is None


def test_who_talks_too_much_is_shown_out(acme, dial):
    page = dial("ada")
    page.send("x" * 300)
    assert close_code(page) == 4400
    page = dial("ada")
    for _ in range(25):
        page.send("ping")
    assert close_code(page) == 4429


def test_a_person_has_ten_sockets_and_gets_places_back(acme, dial):
    pages = [dial("ben") for _ in range(10)]
    assert close_code(dial("ben")) == 4429
    pages[0].close()
    again = dial("ben")
    assert heard(again, 0.2) is None


def test_the_socket_process_answers_probes_and_serves_no_pages(port):
    for path, status in (("/healthz", 200), ("/readyz", 200), ("/manager/tickets", 404)):
        with closing(socket.create_connection(("127.0.0.1", port))) as plain:
            plain.sendall(f"GET {path} HTTP/1.1\r\nHost: acme.localhost\r\nConnection: close\r\n\r\n".encode())
            assert plain.recv(100).startswith(f"HTTP/1.1 {status}".encode()), path


def test_sockets_hear_again_once_a_lost_queue_is_back(acme, queue, dial, tmp_path, settings):
    layer = settings.CHANNEL_LAYERS["default"]
    there = {"hosts": [queue.url], "prefix": f"portico.live.{settings.BASE_HOST}/0"}
    settings.CHANNEL_LAYERS = {"default": layer | {"CONFIG": there}}
    with sockets(tmp_path / "log", VALKEY_URL=queue.url) as port:
        page = dial("ada", port=port)
        queue.stop()
        time.sleep(0.5)
        queue.start()
        again = None
        for _ in range(20):
            async_to_sync(get_channel_layer().group_send)(
                groups.desk(acme), {"type": "signal", "frame": {"changed": "ticket", "id": "1"}}
            )
            again = again or heard(page, 0.5)
        assert again == {"changed": "ticket", "id": "1"}


def test_a_suspended_company_loses_its_sockets_and_others_keep_theirs(acme, outside, dial):
    # The last test: the process keeps what it knew of a company warm for some seconds.
    page, other = dial("ada"), dial("bo")
    with outside():
        Company.objects.filter(pk=acme.id).update(state=Company.State.SUSPENDED)
    assert close_code(page, RECHECK + 10) == 4404
    assert heard(other, 0.2) is None
