"""How a channel is: when mail last came, what waits, what went wrong last, and whether it is silent for too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from portico import clock
from tenant_apps.mailroom.models import Channel, Incoming
from tenant_apps.tickets import settings
from tenants.due import remind

# What changes less often than this is not written again: a busy channel's row is no place to queue.
_EVERY = timedelta(minutes=1)
# A channel that has had no mail for so long is not new any more.
NEW = timedelta(days=2)
# Of the last two weeks: whoever got mail on so many days usually gets some, and is missed when there is none.
_LOOK_BACK, USUAL = timedelta(days=14), 3
# The job that tells managers (`watching`), and how long a channel may be in trouble before: servers rest for a while.
WATCH, PATIENCE = "watch_channels", timedelta(hours=1)
# Mail that waits longer than this to be read is late.
LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Intake:
    """How mail comes in at the company whose scope holds: what waits to be read, and channels that are not well."""

    waiting: int
    oldest: datetime | None
    troubled: int
    silent: int

    @property
    def is_well(self) -> bool:
        return not (self.troubled or self.silent or (self.oldest and clock.now() - self.oldest > LATE))


def came(channel: Channel | None, *, lag: float | None = None) -> None:
    """A mail of this channel has been dealt with, so many seconds after it came."""
    if channel is None or (_is_recent(channel.health.get("seen_at")) and not channel.health.get("trouble")):
        return
    now = clock.now()
    since = (now - _LOOK_BACK).date().isoformat()
    days = sorted({one for one in channel.health.get("days", []) if one > since} | {now.date().isoformat()})
    _write(channel, seen_at=now.isoformat(), lag=lag, trouble="", since=None, days=days)
    _tell_soon(channel)


def posted(channel: Channel) -> None:
    """Its provider posted something that was signed as it should be."""
    if not _is_recent(channel.health.get("posted_at")):
        _write(channel, posted_at=clock.now().isoformat())


def looked(channel: Channel, *, place: list[int], left: int = 0) -> None:
    """The mailbox was looked into, up to this place, and answered; so many mails are left for the next look."""
    _write(channel, tried_at=clock.now().isoformat(), trouble="", since=None, place=place, left=left)
    _tell_soon(channel)


def failed(channel: Channel, words: str) -> None:
    """It did not work; `words` are for people. Since when stays until it works again."""
    since = channel.health.get("since")
    if not since:
        remind(WATCH, channel.pk.hex, clock.now() + PATIENCE)
    now = clock.now().isoformat()
    _write(channel, tried_at=now, trouble=words[:300], since=since or now)


def told(channel: Channel, is_wrong: bool) -> None:
    """Somebody was told that it is in trouble or silent, or that it is well again."""
    _write(channel, told_at=clock.now().isoformat() if is_wrong else None)


def tested(channel: Channel, name: str) -> None:
    """A test mail to it was sent (`test_at`), or came (`test_seen_at`)."""
    _write(channel, **{name: clock.now().isoformat()})


def moment(channel: Channel, name: str) -> datetime | None:
    """When that was: `seen_at`, `tried_at`, `since`, `told_at`, `posted_at`, `test_at`, `test_seen_at`."""
    text = channel.health.get(name)
    return datetime.fromisoformat(text) if text else None


def hours() -> int:
    """For how long a channel that usually gets mail may be silent; 0 means that nobody wants to know."""
    return int((settings.DEFAULTS["mail"] | settings.read("mail")["mail"])["silent_hours"])


def is_silent(channel: Channel, after: int) -> bool:
    """Whether it usually gets mail, and got none for so many hours."""
    last = moment(channel, "seen_at")
    if not after or last is None or len(channel.health.get("days", [])) < USUAL:
        return False
    return clock.now() - last > timedelta(hours=after)


def states(channels: Iterable[Channel]) -> list[tuple[Channel, dict[str, Any]]]:
    """Each with how it does, in plain words with a tone: when mail last came, what waits, what is wrong, since when."""
    rows, after = list(channels), hours()
    waiting = _waiting([one.pk for one in rows])
    return [(one, _state(one, after, *waiting.get(one.pk, (0, None)))) for one in rows]


def intake() -> Intake:
    """How mail comes in at this company, all channels together."""
    known = Incoming.objects.filter(state=Incoming.State.WAITING).aggregate(n=Count("pk"), oldest=Min("received_at"))
    rows, after = list(Channel.objects.filter(is_active=True)), hours()
    troubled = sum(bool(one.health.get("trouble")) for one in rows)
    return Intake(known["n"], known["oldest"], troubled, sum(is_silent(one, after) for one in rows))


def _state(channel: Channel, after: int, waiting: int, oldest: datetime | None) -> dict[str, Any]:
    seen = moment(channel, "seen_at")
    found = {"tone": "", "seen": seen, "since": None, "waiting": waiting, "oldest": oldest}
    found |= {"left": channel.health.get("left", 0), "lag": channel.health.get("lag")}
    if not channel.is_active:
        return found | {"words": "Ended"}
    if channel.health.get("trouble"):
        return found | {"tone": "red", "words": channel.health["trouble"], "since": moment(channel, "since")}
    if oldest and clock.now() - oldest > LATE:
        return found | {"tone": "amber", "words": "Mail waits to be read", "since": oldest}
    if is_silent(channel, after):
        return found | {"tone": "amber", "words": f"Nothing has come for {after} hours"}
    fresh = clock.now() - channel.created_at < NEW and seen is None
    words = "Works" if seen else "Waits for its first mail" if fresh else "Nothing has come yet"
    return found | {"tone": "green" if seen else "", "words": words}


def _waiting(keys: list[UUID]) -> dict[UUID, tuple[int, datetime | None]]:
    rows = Incoming.objects.filter(state=Incoming.State.WAITING, channel__in=keys).order_by()
    counted = rows.values_list("channel").annotate(n=Count("pk"), oldest=Min("received_at"))
    return {key: (number, oldest) for key, number, oldest in counted}


def _is_recent(text: Any) -> bool:
    return bool(text) and clock.now() - datetime.fromisoformat(text) < _EVERY


def _tell_soon(channel: Channel) -> None:
    """Whoever was told that it is in trouble hears that it is well again."""
    if channel.health.get("told_at"):
        remind(WATCH, channel.pk.hex, clock.now())


def _write(channel: Channel, **values: Any) -> None:
    channel.health = channel.health | values
    Channel.objects.filter(pk=channel.pk).update(health=channel.health)
