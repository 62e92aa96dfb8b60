"""Telling those who lead the desk when a channel is in trouble or silent: once, and once more when it is well again."""

from datetime import timedelta
from typing import Any

from portico import clock
from portico.mailing import Letter, address, post_all
from shared_apps.accounts.models import User
from tenant_apps.mailroom import health
from tenant_apps.mailroom.models import Channel
from tenant_apps.tickets import access
from tenants.due import plan

EVERY = timedelta(hours=1)


def watch_later() -> None:
    """Look after the channels within the hour, if nobody has planned that yet."""
    plan(health.WATCH, "all", EVERY)


def watch() -> int:
    """Tell of what is wrong, or right again, and look later while there are channels; for the worker. How many were
    told of."""
    channels = list(Channel.objects.select_for_update().filter(is_active=True))
    if not channels:
        return 0
    watch_later()
    hours = health.hours()
    now = [(one, wrong(one, hours)) for one in channels]
    told = [(one, words) for one, words in now if bool(words) != bool(one.health.get("told_at"))]
    people = list(User.objects.filter(is_active=True, role__in=access.MANAGERS).order_by("email")) if told else []
    post_all([_letter(one, words, person) for one, words in told for person in people])
    for one, words in told:
        health.told(one, bool(words))
    return len(told)


def wrong(channel: Channel, hours: int) -> str:
    """What managers should know of it, in plain words; empty when it is well, or not ill for long enough."""
    since = health.moment(channel, "since")
    if channel.health.get("trouble"):
        is_long = since is not None and clock.now() - since >= health.PATIENCE
        return str(channel.health["trouble"]) if is_long or channel.health.get("told_at") else ""
    return f"Nothing has come there for {hours} hours." if health.is_silent(channel, hours) else ""


def _letter(channel: Channel, words: str, person: Any) -> Letter:
    facts = {"name": channel.name, "address": channel.address, "words": words}
    facts["channel_link"] = address(f"/manager/settings/channels/{channel.pk}")
    template = "channel_trouble" if words else "channel_well"
    return Letter(to=person.email, name=person.name, person=person.pk, template=template, facts=facts)
