"""`manage.py test`: lint, types, migrations, deploy checks and tests, the same on a laptop and in CI."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portico.embedded import borrowed, telling
from portico.embedded.postgres import CARELESS

# Three for two cores: a third of the time is waiting. A file stays together; files go in the order in which they are
# collected, the longest first (tests/conftest.py).
_SIDE_BY_SIDE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True)
class Step:
    """One thing that has to pass."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def run(root: Path, arguments: Sequence[str]) -> int:
    """Run everything, or only pytest with the given arguments; returns the exit code. Raises Unfit."""
    steps = [_pytest(arguments)] if arguments else [*_checks(root), _pytest(_SIDE_BY_SIDE)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with borrowed.servers(careless=CARELESS) as environment:
        shell = {**os.environ, **environment, **_paths(root)}
        failed = [step.name for step in steps if not _passes(step, root, shell)]
    if failed:
        telling.say(f"\nFailed: {', '.join(failed)}.")
    elif len(steps) > 1:
        telling.say("\nAll passed.")
    return 1 if failed else 0


def _paths(root: Path) -> dict[str, str]:
    """Where Python finds the product, and tests the programs of its environment."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {"PATH": programs, "PYTHONPATH": os.pathsep.join([str(root / "platform"), str(root)])}


def _checks(root: Path) -> list[Step]:
    python, manage = [sys.executable, "-m"], [sys.executable, str(root / "manage.py")]
    production = {"SECRET_KEY": secrets.token_urlsafe(64), "BASE_HOST": "portico.example", "HTTPS": "1", "DEBUG": "0"}
    return [
        Step("ruff check", [*python, "ruff", "check", "."]),
        Step("ruff format", [*python, "ruff", "format", "--check", "."]),
        Step("mypy", [*python, "mypy"]),
        Step("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("setup", [*manage, "setup", "--ready", "0"]),
        Step("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def _pytest(arguments: Sequence[str]) -> Step:
    return Step("pytest", [sys.executable, "-m", "pytest", *arguments])


def _passes(step: Step, root: Path, shell: Mapping[str, str]) -> bool:
    began = time.monotonic()
    telling.say(f"--- {step.name}")
    code = subprocess.run(step.command, cwd=root, env={**shell, **step.environment}, check=False).returncode
    words = "passed" if code == 0 else f"FAILED (exit code {code})"
    telling.say(f"--- {step.name}: {words} after {time.monotonic() - began:.1f} s")
    return code == 0
