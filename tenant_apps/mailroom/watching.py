"""Telling those who lead the desk when a channel is in trouble or silent: once, until it works again."""

from datetime import timedelta
from typing import Any

from portico import clock
from portico.mailing import Letter, address, post_all
from shared_apps.accounts.models import User
from tenant_apps.mailroom import health
from tenant_apps.mailroom.models import Channel
from tenant_apps.tickets import access, settings
from tenants.due import plan

JOB, EVERY = "watch_channels", timedelta(hours=1)
PATIENCE = timedelta(minutes=30)  # a mail server may rest for a while


def watch_later() -> None:
    """Look after the channels within the hour, if nobody has planned that yet."""
    plan(JOB, "all", EVERY)


def watch() -> int:
    """Tell of what is wrong, and look again later while there are channels; for the worker. How many were told of."""
    channels = list(Channel.objects.filter(is_active=True))
    if not channels:
        return 0
    watch_later()
    hours = (settings.DEFAULTS["mail"] | settings.read("mail")["mail"])["silent_hours"]
    told = [(one, words) for one in channels if not one.health.get("told_at") and (words := _wrong(one, hours))]
    people = list(User.objects.filter(is_active=True, role__in=access.MANAGERS).order_by("email"))
    post_all([_letter(one, words, person) for one, words in told for person in people])
    for one, _ in told:
        health.told(one)
    return len(told)


def _wrong(channel: Channel, hours: int) -> str:
    since = health.moment(channel, "since")
    if channel.health.get("trouble") and since and clock.now() - since > PATIENCE:
        return str(channel.health["trouble"])
    return f"Nothing has come there for {hours} hours." if health.is_silent(channel, hours) else ""


def _letter(channel: Channel, words: str, person: Any) -> Letter:
    facts = {"name": channel.name, "address": channel.address, "words": words}
    facts["channel_link"] = address(f"/manager/settings/channels/{channel.pk}")
    return Letter(to=person.email, name=person.name, person=person.pk, template="channel_trouble", facts=facts)
