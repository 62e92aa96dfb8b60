"""The worker and its reader are killed while mail comes in by several ways, and some of it twice or three times.

`python3 -m tests.trust.mailkill --mails N --kills K` brings mails as a mail server, a provider and a mailbox do, lets a
worker of its own deal with them, and kills it K times with SIGKILL (or the reader, every third time). Then it counts:
each mail is one message or one held mail, every delivery has its bytes, and none waits. One JSON object.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_WORKER = ("celery", "-A", "portico.celery", "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "error")
_MAIL = "From: {who}\nTo: {to}\nSubject: Mail {n}\nMessage-ID: <{n}.{seed}@elsewhere.example>\n\nThe words of {mark}.\n"
_PATIENCE = 300


@dataclass
class Sent:
    """What was brought: so many different mails, and the digest of each delivery's bytes."""

    marks: list[str] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    deliveries: int = 0


@contextmanager
def _worker(environment: dict[str, str], log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A list whose last entry is the worker of now; who kills it starts another one with `_start`."""
    running = [_start(environment, log)]
    try:
        yield running
    finally:
        running[-1].kill()
        running[-1].wait()


def _start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    from tests.support.databases import ROOT

    with log.open("ab") as words:
        return subprocess.Popen([sys.executable, "-m", *_WORKER], env=environment, cwd=ROOT, stdout=words, stderr=words)


def _bring(company: Any, channel: Any, count: int, chance: random.Random, sent: Sent) -> None:
    """Each mail by one way or several, and now and then the very same delivery again."""
    from django.db import close_old_connections

    for number in range(count):
        mark = f"{number}.{chance.getrandbits(64):016x}"
        fields = {"who": f"zoe{number}@elsewhere.example", "to": channel.address, "seed": chance.getrandbits(32)}
        raw = _MAIL.format(n=number, mark=mark, **fields).encode()
        sent.marks.append(mark)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            way = chance.choice(["mail server", "provider", "mailbox"])
            content = f"Received: by {way}\n".encode() + raw
            for _ in range(chance.choice([1, 1, 2])):
                _take(company, channel, way, content, number)
                sent.digests.add(hashlib.sha256(content).hexdigest())
                sent.deliveries += 1
        time.sleep(chance.uniform(0, 0.1))
    close_old_connections()


def _take(company: Any, channel: Any, way: str, content: bytes, number: int) -> None:
    from django.db import transaction

    from portico.database import company_scope
    from tenant_apps.mailroom import intake
    from tenant_apps.mailroom.actions import take

    if way == "mail server":
        intake.deliver(content, channel.address, via=way)
        return
    place = f"INBOX:1:{number}" if way == "mailbox" else ""
    with company_scope(company), transaction.atomic():
        take(content, channel.address, via=way, channel=channel, provider_id=place)


def _strike(
    running: list[Any], environment: dict[str, str], log: Path, kills: int, chance: random.Random
) -> Counter[str]:
    """Kill it, once it works, at some moment or other."""
    struck = Counter[str]()
    for turn in range(kills):
        readers = _wait_for_reader(running[-1])
        time.sleep(chance.uniform(0, 0.5))
        if turn % 3 == 2 and readers:
            with suppress(ProcessLookupError):
                os.kill(readers[0], signal.SIGKILL)
                struck["reader"] += 1
            time.sleep(0.5)
            continue
        running[-1].kill()
        running[-1].wait()
        running.append(_start(environment, log))
        struck["worker"] += 1
    return struck


def _wait_for_reader(worker: subprocess.Popen[bytes]) -> list[int]:
    """A worker has a reader as soon as it has begun to deal with mail."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := [one for one in _children(worker.pid) if _is_reader(one)]:
            return found
        time.sleep(0.05)
    return []


def _children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(one) for one in path.read_text().split()]
    return found


def _is_reader(pid: int) -> bool:
    try:
        return b"mailroom.reading.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _settled(company: Any) -> int:
    """Mails that wait, once nothing changes any more; meanwhile what is overdue is sent again, as by the scheduler."""
    from django.db import transaction

    from portico.database import company_scope
    from portico.tasks import sweep
    from tenant_apps.mailroom.models import Incoming

    until, left = time.monotonic() + _PATIENCE, -1
    while left and time.monotonic() < until:
        sweep()
        time.sleep(1)
        with company_scope(company), transaction.atomic():
            left = Incoming.objects.filter(state=Incoming.State.WAITING).count()
    return left


def _counted(company: Any, sent: Sent) -> dict[str, int]:
    from django.db import transaction

    from portico.database import company_scope
    from tenant_apps.mailroom.filing import raw_of
    from tenant_apps.mailroom.models import Incoming
    from tenant_apps.tickets.models import Message

    with company_scope(company), transaction.atomic():
        rows = list(Incoming.objects.all())
        kept = Counter(hashlib.sha256(raw_of(one)).hexdigest() for one in rows)
        ended = Counter(one.state for one in rows)
        said = Counter(map(_mark_in, Message.objects.values_list("body", flat=True)))
    aside = [one.why for one in rows if one.state == "held"]
    held = Counter(_mark_in(why.get("start", "")) for why in aside)
    ends = [said[mark] + held[mark] for mark in sent.marks]
    return {
        "lost": sum(not one for one in ends),
        "doubled": sum(one > 1 for one in ends),
        "bytes_lost": len(sent.digests - kept.keys()),
        "bytes_twice": sum(one > 1 for one in kept.values()),
        "stumbled": sum(why["why"] == "trouble" for why in aside),  # put aside for a mistake of ours
        **{f"ended {state}": number for state, number in sorted(ended.items())},
    }


def _mark_in(words: str) -> str:
    return words.strip().rpartition(" ")[2].strip(".")


def run(mails: int, kills: int, seed: int = 1) -> dict[str, Any]:
    """So many mails and so many kills; the figures."""
    from django.conf import settings
    from django.db import transaction

    from portico.database import company_scope
    from tenant_apps.mailroom.addresses import own_address
    from tenant_apps.mailroom.models import Channel
    from tests.benchmarks.rig import databases, fleet

    began, chance, sent = time.monotonic(), random.Random(seed), Sent()
    with databases.own() as own, TemporaryDirectory() as folder:
        fleet.build(1)
        fleet.settle()
        (company,) = fleet.companies()[:1]
        with company_scope(company), transaction.atomic():
            channel = Channel.objects.create(name="Mail", address=own_address(company), way=Channel.Way.WEBHOOK)
        place = {"VALKEY_URL": settings.VALKEY_URL, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
        environment, log = own.environment(**place), Path(folder) / "worker.log"
        bringing = threading.Thread(target=_bring, args=(company, channel, mails, random.Random(seed), sent))
        with _worker(environment, log) as running:
            bringing.start()
            struck = _strike(running, environment, log, kills, chance)
            bringing.join()
            left = _settled(company)
        figures = _counted(company, sent)
    kept = {"mails": len(sent.marks), "deliveries": sent.deliveries, "waiting": left}
    kinds = {f"kills {name}": number for name, number in struck.items()}
    return {"proof": "mailkill", **kept, **figures, **kinds, "seconds": round(time.monotonic() - began, 1)}


def is_whole(figures: dict[str, Any]) -> bool:
    """Whether nothing is lost, nothing is there twice, and nothing waits."""
    return not any(figures[name] for name in ("lost", "doubled", "bytes_lost", "bytes_twice", "stumbled", "waiting"))


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mails", type=int, default=1_000)
    asked.add_argument("--kills", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    figures = run(options.mails, options.kills, options.seed)
    print(json.dumps(figures))  # noqa: T201 (a command's answer)
    return 0 if is_whole(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
