"""How a channel is: when mail last came, what went wrong last, and whether it is silent for too long."""

from datetime import datetime, timedelta
from typing import Any

from portico import clock
from tenant_apps.mailroom.models import Channel

# What changes less often than this is not written again: a busy channel's row is no place to queue.
_EVERY = timedelta(minutes=1)
# A channel that has had no mail for so long is not new any more.
NEW = timedelta(days=2)


def came(channel: Channel | None, *, lag: float | None = None) -> None:
    """A mail of this channel has been dealt with."""
    if channel is None or _is_recent(channel.health.get("seen_at")):
        return
    _write(channel, seen_at=clock.now().isoformat(), lag=lag, trouble="", since=None, told_at=None)


def looked(channel: Channel, *, place: list[int]) -> None:
    """The mailbox was looked into, up to this place, and answered, whether there was mail or not."""
    if channel.health.get("trouble"):
        _write(channel, told_at=None)
    _write(channel, tried_at=clock.now().isoformat(), trouble="", since=None, place=place)


def failed(channel: Channel, words: str) -> None:
    """It did not work; `words` are for people. Since when stays until it works again."""
    since = channel.health.get("since") or clock.now().isoformat()
    _write(channel, tried_at=clock.now().isoformat(), trouble=words[:300], since=since)


def told(channel: Channel) -> None:
    """Somebody was told that it is in trouble or silent."""
    _write(channel, told_at=clock.now().isoformat())


def moment(channel: Channel, name: str) -> datetime | None:
    """When that was: `seen_at`, `tried_at`, `since`, `told_at`."""
    text = channel.health.get(name)
    return datetime.fromisoformat(text) if text else None


def is_silent(channel: Channel, hours: int) -> bool:
    """Whether nothing has come for so many hours; 0 means that nobody wants to know."""
    last = moment(channel, "seen_at") or channel.created_at
    return bool(hours) and clock.now() - last > timedelta(hours=hours)


def state(channel: Channel, silent_hours: int) -> dict[str, Any]:
    """How it does, in plain words with a tone: when mail last came, what is wrong, since when."""
    seen, since = moment(channel, "seen_at"), moment(channel, "since")
    if not channel.is_active:
        return {"tone": "", "words": "Ended", "seen": seen}
    if channel.health.get("trouble"):
        return {"tone": "red", "words": channel.health["trouble"], "seen": seen, "since": since}
    if is_silent(channel, silent_hours):
        return {"tone": "amber", "words": f"Nothing has come for {silent_hours} hours", "seen": seen}
    fresh = clock.now() - channel.created_at < NEW and seen is None
    words = "Works" if seen else "Waits for its first mail" if fresh else "Nothing has come yet"
    return {"tone": "green" if seen else "", "words": words, "seen": seen}


def _is_recent(text: Any) -> bool:
    return bool(text) and clock.now() - datetime.fromisoformat(text) < _EVERY


def _write(channel: Channel, **values: Any) -> None:
    channel.health = channel.health | values
    Channel.objects.filter(pk=channel.pk).update(health=channel.health)
