"""What the demo says on the screen, and the same for scripts."""

import contextlib
import io
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any


def say(words: str) -> None:
    """One line, at once."""
    _write(f"{words}\n")


def _write(words: str) -> None:
    """Whoever listened may be gone (a closed terminal, `| head`): the work goes on and is ended in order."""
    try:
        sys.stdout.write(words)
        sys.stdout.flush()
    except OSError:
        sys.stdout = io.StringIO()


@contextlib.contextmanager
def step(words: str) -> Iterator[Callable[[], None]]:
    """A line for one step: its name, a dot for every second or so while it works, its seconds in the end."""
    began = time.monotonic()
    _write(f"  {words:<34} ")
    dots = 0

    def going_on() -> None:
        nonlocal dots
        if time.monotonic() - began > dots + 1:
            dots += 1
            _write(".")

    try:
        yield going_on
    except BaseException:
        say(" stopped")
        raise
    say(f"{' ' if dots else ''}{time.monotonic() - began:.1f} s")


def addresses(report: Mapping[str, Any], data: Path) -> None:
    """Where to go, who to be, and what to send."""
    say(f"\nReady. Signup: {report['base_url']}/")
    _people("Console", report["console"])
    for company in report["companies"]:
        _people(company["name"], company)
    say(f"\nMail that is sent: {report['base_url']}/mail/ (none leaves this machine)")
    say(f"API documents: {report['base_url']}/api/docs/   Logs: {data / 'logs'}   Ctrl-C stops everything.")


def _people(name: str, place: Mapping[str, Any]) -> None:
    say(f"\n{name}: {place['url']}")
    for person in place["people"]:
        say(f"  {person['name']:<14} {person['role']:<24} {person['email']:<24} {person['password']}")
        say(f"  {'':<14} token {person['token']}")


def take_people(file: Path) -> dict[str, Any]:
    """What the filling command wrote: the console and the companies with their people. Tokens stay in no file."""
    people = dict(json.loads(file.read_text(encoding="utf-8")))
    file.unlink()
    return people


def write_info(file: Path, report: Mapping[str, Any]) -> None:
    """The report as JSON: written aside and renamed, so that who waits for the file never reads half of it."""
    partly = file.with_name(f".{file.name}.partly")
    partly.touch(mode=0o600)
    partly.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partly, file)


def last_line(log: Path) -> str:
    """What a process said last; of a traceback the reason, not the place."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    reasons = [line for line in lines if re.match(r"[A-Za-z_][\w.]*: ", line)]
    return (reasons or [line for line in lines if line[:1].strip()] or ["it said nothing"])[-1]
