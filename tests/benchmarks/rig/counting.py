"""What a request says to the database, counted on the wire."""

from dataclasses import dataclass

from tests.benchmarks.rig.load import Asker
from tests.support.wire import Wire

_WARM, _TIMES = 3, 4
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SET", "SAVEPOINT", "RELEASE", "START")


@dataclass(frozen=True, slots=True)
class Count:
    """Per request: `statements` that ask for rows or change them, and `messages`, each of them a round trip."""

    statements: float
    messages: float


def counted_on(wire: Wire, port: int, raw: bytes) -> Count:
    """What one request costs when it was asked before; RuntimeError when the answer is not 200."""
    asker = Asker(port)
    for _ in range(_WARM):
        _ask(asker, raw)
    before = len(wire.sent), len(wire.kinds)
    for _ in range(_TIMES):
        _ask(asker, raw)
    asker.close()
    sent, kinds = wire.sent[before[0] :], wire.kinds[before[1] :]
    bound = kinds.count("B")  # statements with parameters of their own; Django's come as text
    asked = sum(not text.lstrip().upper().startswith(_FRAME) for text in sent)
    return Count((asked + bound) / _TIMES, (len(sent) + bound) / _TIMES)


def _ask(asker: Asker, raw: bytes) -> None:
    status, body = asker.ask(raw)
    if status != 200:
        raise RuntimeError(f"{raw.splitlines()[:2]} was answered with {status}: {body[:300]!r}")
