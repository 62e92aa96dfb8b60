"""What a request says to the database, counted on the wire."""

from dataclasses import dataclass

from portico.database.kept import AND_THEN
from tests.benchmarks.rig.load import Asker
from tests.support.wire import Wire

_WARM, _TIMES = 3, 4
_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SET", "SAVEPOINT", "RELEASE", "START")


@dataclass(frozen=True, slots=True)
class Count:
    """Per request: `statements` that ask for rows or change them, and `messages`, each of them a round trip."""

    statements: float
    messages: float


def counted_on(wire: Wire, port: int, raw: bytes, answers: tuple[int, ...] = (200,)) -> Count:
    """What one request costs when it was asked before; RuntimeError when the answer is none of these."""
    asker = Asker(port)
    for _ in range(_WARM):
        _ask(asker, raw, answers)
    before = len(wire.sent), len(wire.kinds)
    for _ in range(_TIMES):
        _ask(asker, raw, answers)
    asker.close()
    sent, kinds = wire.sent[before[0] :], wire.kinds[before[1] :]
    bound = kinds.count("B")  # statements with parameters of their own; Django's come as text
    # What needs nothing of each other leaves as one message: its statements are counted one by one.
    asked = sum(1 + text.count(AND_THEN) for text in sent if not text.lstrip().upper().startswith(_FRAME))
    return Count((asked + bound) / _TIMES, (len(sent) + bound) / _TIMES)


def _ask(asker: Asker, raw: bytes, answers: tuple[int, ...]) -> None:
    status, body = asker.ask(raw)
    if status not in answers:
        raise RuntimeError(f"{raw.splitlines()[:2]} was answered with {status}: {body[:300]!r}")
