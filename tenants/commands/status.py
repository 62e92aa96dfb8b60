"""Say how the fleet stands: who is behind and why, the last run, ready schemas, and with --drift who differs."""

import json
from argparse import ArgumentParser
from typing import Any

from tenants.fleet import report


def add_arguments(parser: ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--drift", action="store_true", help="compare the tables of all companies as well")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: dict[str, Any], out: Any) -> None:
    """Words for people, or one JSON object."""
    found = report.stand(compare=options["drift"])
    out.write(json.dumps(found) if options["json"] else "\n".join(_words(found)))


def _words(found: dict[str, Any]) -> list[str]:
    words = [f"{found['current']:,} of {found['companies']:,} companies are at release {found['release'][:12]}."]
    words += [f"  {one['slug']}: {one['words']}" for one in found["behind"]]
    run = found["last_run"]
    if run:
        figures = f"{run['state']}, {run['done']} done, {run['failed']} failed."
        words.append(f"Last run {run['started_at'][:16]} UTC: {figures} {run['words']}".rstrip())
    words.append(f"{found['ready']} schemas wait for new companies ({found['ready_old']} of older releases).")
    words += [f"  {slug} differs from the others: {what}" for slug, what in found.get("drift", {}).items()]
    return words
