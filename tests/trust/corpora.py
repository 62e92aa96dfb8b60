"""Mails of folders go all the way: each ends as a request, a message, noted, or held back, with its bytes as they came.

`python3 -m tests.trust.corpora FOLDER…` brings every mail that lies in the folders (files that begin like a mail, and
mailboxes with many in one file), and our own odd ones (`oddmails`), to a company, and lets the worker's task deal with
them. One JSON object: how they ended, why those that are held are, how long the longest took, and which bytes or mails
are missing.
"""

import argparse
import json
import mailbox
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tests.trust import oddmails

LONGEST, _LARGEST = 1.0, 30_000_000
_BEGINS = re.compile(rb"[\r\n]*(?:[\x21-\x39\x3b-\x7e]{2,60}[ \t]*:|From )")


def mails_in(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every mail there."""
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.stat().st_size < _LARGEST):
            raw = path.read_bytes()
            if not _BEGINS.match(raw[:200]) or path.suffix in {".py", ".rst", ".md", ".js", ".yml", ".yaml", ".cfg"}:
                continue
            if raw.startswith(b"From ") and raw.count(b"\nFrom ") > 0:
                box = mailbox.mbox(path, create=False)
                yield from ((f"{path}#{key}", box.get_bytes(key)) for key in box.iterkeys())
            else:
                yield str(path), raw


def run(*mails: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """Bring and deal with all of them, on a database of this run's own; the figures."""
    from tests.benchmarks.rig import databases, fleet

    with databases.own():
        fleet.build(1)
        fleet.settle()
        (company,) = fleet.companies()[:1]
        brought = {name: _brought(company, name, raw) for name, raw in chain(*mails)}
        return _counted(company, brought)


def _brought(company: Any, name: str, raw: bytes) -> tuple[Any, bytes, float]:
    from portico import tasks
    from tenant_apps.mailroom import intake
    from tenant_apps.mailroom.addresses import own_address

    key = intake.deliver(raw, own_address(company), via="corpus")
    begun = time.perf_counter()
    tasks.ingest_inbound_email(company.id, company.generation, key.hex)
    return key, raw, time.perf_counter() - begun


def _counted(company: Any, brought: dict[str, tuple[Any, bytes, float]]) -> dict[str, Any]:
    from django.db import transaction

    from portico.database import company_scope
    from tenant_apps.mailroom.filing import raw_of
    from tenant_apps.mailroom.models import Incoming
    from tenant_apps.tickets.models import Message

    with company_scope(company), transaction.atomic():
        rows = {one.pk: one for one in Incoming.objects.all()}
        said = set(Message.objects.values_list("pk", flat=True))
        ends, whys, wrong = Counter[str](), Counter[str](), []
        for name, (key, raw, _) in brought.items():
            row = rows.get(key)
            ends[row.state if row else "lost"] += 1
            if row is None or raw_of(row) != raw or (row.state == "filed" and row.said_id not in said):
                wrong.append(name)
            elif row.state == "held":
                whys[row.why["why"]] += 1
                if row.why["why"] in ("trouble", "refused"):
                    print(name, row.why, file=sys.stderr)  # noqa: T201 (a proof talks)
    spent = sorted(seconds for _, _, seconds in brought.values())
    return {
        "proof": "corpora",
        "mails": len(brought),
        "different": len(rows),
        "wrong": wrong,
        **{f"ended {state}": number for state, number in sorted(ends.items())},
        **{f"held for {why}": number for why, number in sorted(whys.items())},
        "longest_s": round(spent[-1], 3) if spent else None,
    }


def is_whole(figures: dict[str, Any]) -> bool:
    """Whether every mail ended somewhere, with its bytes, and none made the worker stumble."""
    stumbled = figures.get("held for trouble", 0) + figures.get("ended waiting", 0)
    return bool(figures["mails"]) and not figures["wrong"] and not stumbled


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folders", nargs="+", type=Path)
    options = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    import django

    django.setup()
    figures = run(mails_in(options.folders), oddmails.mails().items())
    print(json.dumps(figures))  # noqa: T201
    return 0 if is_whole(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
