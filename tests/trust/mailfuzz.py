"""Mails that are broken at random go through the reader; none may take long, or memory, or be lost.

`python3 -m tests.trust.mailfuzz -n 100000 [FOLDER]` changes the mails in FOLDER (.eml), Python's own samples where they
are installed, and those below. One JSON object: how many were read, and refused for what; seconds (of the clock and of
the processor) and the most memory; how much this process grew. Each mail ends as one or the other: none is lost.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tenant_apps.mailroom.reading import Reader, Unreadable

LONGEST, LARGEST = 1.0, 256 * 2**20
_PART = b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n"
SEEDS = [
    b"From: Ada <ada@b.example>\nTo: x@y.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
    b"Date: Mon, 5 Jan 2026 10:00:00 +0100\nMessage-ID: <1@b.example>\nReferences: <a@b> <c@d>\n\n"
    b"Hello\n\nBest regards\nAda\n\nOn Monday Bo wrote:\n> hi\n",
    b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    + _PART
    + b"--b\nContent-Type: text/html\n\n"
    b"<table><tr><td style='color:red'>Hi<img src=cid:x></td></tr></table>\n--b\nContent-Type: text/calendar\n\n"
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\nDTSTART:20260102T150000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\n"
    b"END:VCALENDAR\n--b--\n",
    b"From: a@b.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    b"\nFailed\n--b\n"
    b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\n"
    b"Subject: inner\nMessage-ID: <o@x>\n\nwords\n--b--\n",
    b"From: a@b.example\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    b"eJ8+IgEQAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEIgAcAGAAAAElQTS5NaWNyb3NvZnQgTWFpbC5Ob3RlADEIAQ==\n",
    b"From: a@b.example\nContent-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\n\n"
    b"\x1b$BF|K\\\x1b(B soft \nend\n",
]


def samples(folder: Path | None) -> list[bytes]:
    """What is changed."""
    own = Path(sys.base_prefix) / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/test/test_email/data"
    files = [*sorted(own.glob("*.txt")), *(sorted(folder.rglob("*.eml")) if folder else [])]
    return SEEDS + [path.read_bytes()[:2_000_000] for path in files]


def changed(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The mail with a few things wrong with it."""
    found = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        chance.choice(_CHANGES)(found, others, chance)
    return bytes(found[:3_000_000])


Change = Callable[[bytearray, list[bytes], random.Random], None]


def _place(found: bytearray, chance: random.Random) -> int:
    return chance.randrange(len(found) + 1)


def _flip(found: bytearray, others: list[bytes], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        if found:
            found[chance.randrange(len(found))] = chance.randrange(256)


def _cut(found: bytearray, others: list[bytes], chance: random.Random) -> None:
    start = _place(found, chance)
    del found[start : start + chance.randint(1, 200)]


def _repeat(found: bytearray, others: list[bytes], chance: random.Random) -> None:
    start = _place(found, chance)
    piece = found[start : start + chance.randint(1, 80)]
    found[start:start] = piece * chance.choice([2, 10, 500, 4_000])


def _mix(found: bytearray, others: list[bytes], chance: random.Random) -> None:
    other = chance.choice(others)
    start = chance.randrange(len(other) + 1)
    place = _place(found, chance)
    found[place:place] = other[start : start + chance.randint(1, 2_000)]


def _say(found: bytearray, others: list[bytes], chance: random.Random) -> None:
    place = _place(found, chance)
    found[place:place] = chance.choice(_WORDS) * chance.choice([1, 3, 300])


_CHANGES: list[Change] = [_flip, _cut, _repeat, _mix, _say]
_WORDS = (
    *(b"\n", b"\r\n\r\n", b"\x00", b"--b\n", b"--b--\n", b"=?utf-8?b?", b"?=", b"(", b'"', b"<", b"<div>", b"&#x0;"),
    *(b"\nContent-Type: multipart/mixed; boundary=b\n\n--b\n", b"\nContent-Transfer-Encoding: base64\n", b"=\n", b"> "),
    *(
        b"\nContent-Type: message/rfc822\n\n",
        b"; charset=zip",
        b"; charset=utf-7",
        b"*0*=",
        b"\xff\xfe",
        b"begin 644 x\n",
    ),
)


@dataclass
class Seen:
    """What came of some of the mails."""

    outcomes: Counter[str] = field(default_factory=Counter)
    clock: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    peak: int = 0


def run(count: int, folder: Path | None, seed: int, readers: int = 2) -> dict[str, object]:
    """Send so many through, by several readers at once, and what came of it. A mail is the same whoever reads it."""
    known, grown, seen = samples(folder), _rss(), [Seen() for _ in range(readers)]
    turns = [range(number, count, readers) for number in range(readers)]
    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(lambda turn, one: _read(turn, one, known, seed), turns, seen))
    outcomes = sum((one.outcomes for one in seen), Counter[str]())
    clock = sorted(seconds for one in seen for seconds in one.clock)
    return {
        "proof": "mailfuzz",
        "mails": count,
        "lost": count - sum(outcomes.values()),
        **outcomes,
        "p99_ms": round(1000 * clock[int(0.99 * len(clock))], 1),
        "longest_s": round(clock[-1], 3),
        "longest_cpu_s": round(max((spent for one in seen for spent in one.used), default=0), 3),
        "peak_mb": round(max(one.peak for one in seen) / 2**20),
        "grown_mb": round((_rss() - grown) / 2**20, 1),
    }


def _read(turn: range, seen: Seen, known: list[bytes], seed: int) -> None:
    reader = Reader()
    for place in turn:
        chance = random.Random(f"{seed}.{place}")
        raw = changed(chance.choice(known), known, chance)
        begun = time.perf_counter()
        try:
            found = reader.read(raw)
            seen.outcomes["read"] += 1
            seen.used.append(found.spent)
            seen.peak = max(seen.peak, found.peak)
        except Unreadable as no:
            seen.outcomes[no.problem] += 1
            if no.problem in ("trouble", "time", "memory"):
                print(place, no.problem, no.words, file=sys.stderr)  # noqa: T201 (a proof talks)
        seen.clock.append(time.perf_counter() - begun)
        if len(seen.clock) % 5_000 == 0:
            print(f"{turn.start}: {len(seen.clock):,}", dict(seen.outcomes), file=sys.stderr)  # noqa: T201
    reader.close()


def _rss() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("-n", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--readers", type=int, default=2)
    asked.add_argument("folder", nargs="?", type=Path)
    options = asked.parse_args()
    found = run(options.n, options.folder, options.seed, options.readers)
    print(json.dumps(found))  # noqa: T201
    bounds = {"lost": 0.5, "longest_cpu_s": LONGEST, "peak_mb": LARGEST / 2**20}
    return 0 if all(float(str(found[name])) < most for name, most in bounds.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
