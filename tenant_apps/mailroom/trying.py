"""Trying a channel: a mail is sent to its address as any letter is, and when it comes in the channel says so.

That shows the whole way, whatever lies on it: the mail server, the forwarding, the provider, the mailbox.
"""

from typing import Any

from django.db import transaction

from portico import mailing
from portico.actor import Actor
from portico.errors import Refused, TooMany
from portico.events import record
from portico.mailing import TICKET, Letter
from portico.throttle import allow
from shared_apps.mail import senders, transport
from shared_apps.mail.outcomes import LOST
from tenant_apps.mailroom import health
from tenant_apps.mailroom.models import Channel, Incoming
from tenant_apps.tickets import access

TEMPLATE = "channel_test"
_MOST, _SECONDS = 5, 300


def leaves_here() -> bool:
    """Whether mail of this company leaves this machine at all."""
    return transport.sink() is None or bool(senders.url_of(senders.found()))


@transaction.atomic
def send(channel: Channel, *, by: Actor) -> None:
    """Send a test mail to the channel's address. Refused, with what to do instead, where no mail leaves."""
    access.require(by, "configure", access.COMPANY_DESK)
    if not leaves_here():
        words = (
            f"No mail leaves this installation. Send one to {channel.address} yourself: this page says when it came."
        )
        raise Refused("no_way_out", words)
    try:
        allow("channel-test", channel.pk.hex, _MOST, _SECONDS)
    except TooMany as no:
        raise Refused("too_many_tests", f"That were many. Please wait {no.seconds} seconds.") from None
    link = mailing.address(f"/manager/settings/channels/{channel.pk}")
    facts = {"name": channel.name, "address": channel.address, "channel_link": link}
    mailing.post(Letter(to=channel.address, template=TEMPLATE, stream=TICKET, about=channel.pk, facts=facts))
    health.tested(channel, "test_at")
    record("channel.test", channel, by=by, name=channel.name, address=channel.address)


def notice(event: Any) -> None:
    """A reaction to held mail: one that was sent to try a channel is put aside, and the channel says that it came."""
    if event.facts.get("why") != "own":
        return
    mail = Incoming.objects.filter(pk=event.subject_id, state=Incoming.State.HELD).exclude(message_id="").first()
    letter = mailing.letters().filter(message_id=mail.message_id, template=TEMPLATE).first() if mail else None
    channel = Channel.objects.select_for_update().filter(pk=letter.about).first() if letter else None
    if mail is None or channel is None:
        return
    mail.state, mail.why = Incoming.State.NOTED, {"why": "test"}
    mail.save(update_fields=["state", "why"])
    health.tested(channel, "test_seen_at")
    health.came(channel)


def state(channel: Channel) -> dict[str, Any]:
    """How the last test went: `sent`, `came` (both moments or None), and `trouble` when the mail did not leave."""
    sent, came = health.moment(channel, "test_at"), health.moment(channel, "test_seen_at")
    if sent is None:
        return {"sent": None, "came": None, "trouble": ""}
    letter = mailing.letters().filter(about=channel.pk, template=TEMPLATE).order_by("-created_at").first()
    trouble = letter.error if letter and letter.state in LOST else ""
    return {"sent": sent, "came": came if came and came >= sent else None, "trouble": trouble}
