"""Mailboxes that are looked into (IMAP): every minute, and at once when one says that something came (IDLE).

A mail is taken by its number in the mailbox, which the server never gives twice. In the mailbox nothing is changed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from portico import clock
from portico.fetching import Unreachable
from tenant_apps.mailroom import health, tokens
from tenant_apps.mailroom.models import Channel
from tenants.due import forget, remind

log = structlog.get_logger("portico.mail")

JOB = "fetch_mailbox"
EVERY, MOST_AT_ONCE, SECONDS = timedelta(minutes=1), 50, 20.0


class Trouble(Exception):
    """The mailbox could not be looked into; the words are for people."""


def look_soon(channel: Channel) -> None:
    """Have the worker look into the mailbox as often as it should, or not any more."""
    if channel.way == Channel.Way.IMAP and channel.is_active:
        remind(JOB, channel.pk.hex, clock.now())
    else:
        forget(JOB, channel.pk.hex)


def fetch(key: Any) -> None:
    """Look into a mailbox once this transaction is committed, and take what is new; for the worker.

    No transaction is open while the mail server is asked. At first what is new is everything that nobody has read.
    """
    channel = Channel.objects.filter(pk=key, way=Channel.Way.IMAP, is_active=True).first()
    if channel:
        remind(JOB, channel.pk.hex, clock.now() + EVERY)
        transaction.on_commit(partial(_look, channel))


def _look(channel: Channel) -> None:
    settle: Callable[[Channel], None]
    try:
        with opened(channel) as box:
            settle = partial(_take, *_news(box, channel))
    except Trouble as no:
        settle = partial(health.failed, words=str(no))
    with transaction.atomic():
        now = Channel.objects.select_for_update().filter(pk=channel.pk, version=channel.version, is_active=True).first()
        if now:  # as it was set up when we looked
            settle(now)


def _take(validity: int, found: list[tuple[int, bytes]], left: int, channel: Channel) -> None:
    """Up to where it was looked stands in the same transaction as the mails: a worker that dies takes none twice, and
    leaves none out. Of two that looked at once, the second one finds them here already."""
    from tenant_apps.mailroom.actions.taking import take

    for number, raw in found:
        place = f"{channel.options['folder']}:{validity}:{number}"
        take(raw, channel.address, via="mailbox", channel=channel, provider_id=place)
    last = max([_last(channel, validity), *(number for number, _ in found)])
    health.looked(channel, place=[validity, last], left=left)


def _last(channel: Channel, validity: int) -> int:
    known = channel.health.get("place") or [0, 0]
    return int(known[1]) if known[0] == validity else 0


def _news(box: Any, channel: Channel) -> tuple[int, list[tuple[int, bytes]], int]:
    """The mailbox's generation, what came since the last look, with its numbers, and how much is left for the next."""
    validity = int(box.folder.status(channel.options["folder"])["UIDVALIDITY"])
    last = _last(channel, validity)
    wanted = [int(one) for one in box.uids(f"UID {last + 1}:*" if last else "UNSEEN")]
    found = []
    new = sorted(one for one in wanted if one > last)
    for number in new[:MOST_AT_ONCE]:
        for part in box.client.uid("fetch", str(number), "(BODY.PEEK[])")[1]:
            if isinstance(part, tuple):
                found.append((number, bytes(part[1])))
    return validity, found, len(new) - len(new[:MOST_AT_ONCE])


def test(channel: Channel) -> str:
    """Sign in and look at the folder; what a person is told. Trouble when that fails."""
    with opened(channel) as box:
        found = box.folder.status(channel.options["folder"])
    return f"It works: {found['MESSAGES']} mails in {channel.options['folder']}, {found['UNSEEN']} of them not read."


@contextmanager
def opened(channel: Channel) -> Iterator[Any]:
    """The mailbox, with its folder open. Trouble in words that help."""
    import imaplib

    from imap_tools.errors import ImapToolsError

    from tenant_apps.mailroom import connecting

    said = channel.options
    try:
        number = connecting.number_of(said["host"], said["port"])
        box = connecting.Box(said["host"], said["port"], number, is_plain=bool(said.get("is_plain")), timeout=SECONDS)
    except Unreachable as no:
        raise Trouble(f"{said['host']} is not a public mail server. {no.message}") from no
    except (OSError, imaplib.IMAP4.error) as no:
        raise Trouble(f"{said['host']} does not answer on port {said['port']} ({type(no).__name__}).") from no
    try:
        _sign_in(box, channel)
        yield box
    except ImapToolsError as no:
        raise Trouble(_words(str(no), said)) from no
    except (OSError, imaplib.IMAP4.error) as no:
        raise Trouble(f"{said['host']} broke off ({type(no).__name__}).") from no
    finally:
        try:
            box.logout()
        except (ImapToolsError, OSError, imaplib.IMAP4.error):
            log.info("mailbox.logout", channel=channel.pk.hex)


def _sign_in(box: Any, channel: Channel) -> None:
    import imaplib

    said = channel.options
    try:
        if said["auth"] == "password":
            box.login(said["user"], tokens.secrets_of(channel).get("password", ""), initial_folder=said["folder"])
        else:
            box.xoauth2(said["user"], tokens.token_of(channel), initial_folder=said["folder"])
    except tokens.NoToken as no:
        raise Trouble(str(no)) from no
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as no:  # how imaplib says that a token was not taken
        tokens.forget(channel)
        raise Trouble(f"{said['host']} refused the token of {said['user']}.") from no


def _words(text: str, said: dict[str, Any]) -> str:
    if "NO" in text and ("login" in text.lower() or "auth" in text.lower()):
        return f"{said['host']} refused the name or the password of {said['user']}."
    return f"{said['host']} does not open {said['folder']}: {text[:150]}"
