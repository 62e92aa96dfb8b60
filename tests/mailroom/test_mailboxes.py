"""Mailboxes that are looked into, at a real Dovecot: each mail once, nothing changed there, trouble in plain words."""

import socket
import threading
import time

import pytest

from tests.mailroom.letters import CLEO, STRANGER, letter
from tests.support import dovecot

pytestmark = pytest.mark.skipif(bool(dovecot.MISSING), reason=dovecot.MISSING)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as found:
        yield found


@pytest.fixture
def mailbox(port, settings, inside, acme, ada):
    """`mailbox("help")` = a channel that looks into the mailbox of that name."""
    from tenant_apps.mailroom.actions import channels

    settings.PRIVATE_MAILBOXES = True

    def made(user, word="secret"):
        options = {"host": "127.0.0.1", "port": str(port), "user": user, "auth": "password", "is_plain": True}
        given = {"name": user, "address": f"{user}@acme.example", "way": "imap", "options": options}
        with inside(acme):
            return channels.keep(None, given | {"secrets": {"password": word}}, by=ada)

    return made


def test_each_mail_is_taken_once_and_stays_there(port, mailbox, fetched, inside, acme):
    from portico.storage import CompanyStorage
    from tenant_apps.mailroom import mailboxes

    first = letter(STRANGER).replace(b"\n", b"\r\n")
    dovecot.put(port, first, "one")
    channel = mailbox("one")
    rows, _ = fetched(channel)
    dovecot.put(port, letter(CLEO), "one")
    more, channel = fetched(channel)
    again, _ = fetched(channel)
    assert (len(rows), len(more), len(again)) == (1, 2, 2)
    with inside(acme):
        assert CompanyStorage().open(rows[0].kept_as).read() == first
    assert mailboxes.test(channel) == "It works: 2 mails in INBOX, 2 of them not read."


@pytest.mark.parametrize(
    ("password", "change", "words"),
    [("wrong", {}, "refused the name or the password"), ("secret", {"port": 1}, "does not answer")],
)
def test_trouble_is_said_in_plain_words(mailbox, fetched, inside, acme, password, change, words):
    from tenant_apps.mailroom.models import Channel

    channel = mailbox("two", password)
    with inside(acme):
        Channel.objects.filter(pk=channel.pk).update(options=channel.options | change)
    _, channel = fetched(channel)
    assert words in channel.health["trouble"]
    assert channel.health["since"]


def test_nobody_waits_while_a_mailbox_is_asked(mailbox, fetched, inside, acme, held_up):
    from tenant_apps.mailroom.models import Channel

    waits = []
    with socket.create_server(("127.0.0.1", 0)) as slow:

        def hang_up():
            line, _ = slow.accept()
            waits.append(held_up())
            line.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        channel = mailbox("slow")
        with inside(acme):
            options = channel.options | {"port": slow.getsockname()[1]}
            Channel.objects.filter(pk=channel.pk).update(options=options)
        _, channel = fetched(channel)
        thread.join(10)
    assert waits == [False]
    assert "does not answer" in channel.health["trouble"]


def test_mail_is_there_within_seconds_where_somebody_waits(port, mailbox, outside):
    from tenant_apps.mailroom import waiting

    channel, stop = mailbox("three"), threading.Event()
    put_off(outside)
    threading.Thread(target=waiting.wait_at_all, args=(stop,), daemon=True).start()
    assert is_due_soon(outside, channel)  # somebody waits from now on
    time.sleep(1)
    put_off(outside)
    dovecot.put(port, letter(STRANGER), "three")
    assert is_due_soon(outside, channel)
    stop.set()


def put_off(outside):
    from tenants.models import Due

    with outside():
        Due.objects.filter(job="fetch_mailbox").update(due_at="2099-01-01T00:00Z")


def is_due_soon(outside, channel):
    from django.utils import timezone

    from tenants.models import Due

    until = time.monotonic() + 20
    while time.monotonic() < until:
        with outside():
            if Due.objects.filter(key=channel.pk.hex, due_at__lte=timezone.now()).exists():
                return True
        time.sleep(0.2)
    return False
