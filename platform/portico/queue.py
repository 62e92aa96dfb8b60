"""How messages travel: Kombu's transport for Valkey, with one thing mended."""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as Lost


class Channel(redis.Channel):
    """A channel that says so when its connection was given up.

    What was not confirmed is put back when a channel is closed, and a task that ended meanwhile is confirmed: both ask
    the connection where the server is. One that was lost does not know any more, and a worker died of that. Every
    caller is ready for a lost connection. The server kept what was not confirmed and sends it again when its time is
    over (`VISIBILITY_SECONDS`); what is due is sent sooner.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise Lost("The connection of this channel was given up.")
        found: dict[str, Any] = super()._connparams(asynchronous)
        return found


class Transport(redis.Transport):
    """Kombu's transport with such channels."""

    Channel = Channel


def install() -> None:
    """Have `redis://` and `rediss://` mean this transport, for whatever connects from now on."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}"))
