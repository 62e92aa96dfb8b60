"""`manage.py test`: lint, types, migrations, deploy checks and tests, the same on a laptop and in CI."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portico.embedded import borrowed, telling
from portico.embedded.postgres import CARELESS

# Three for two cores: four take as long. A file stays together; files go in the order in which they are
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
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with borrowed.servers(careless=CARELESS) as environment:
        shell = {**os.environ, **environment, **_paths(root)}
        steps = [_pytest(arguments)] if arguments else [*_checks(root), _pytest(_SIDE_BY_SIDE)]
        failed = _failed(steps, root, shell) if arguments else _failed_beside_types(steps, root, shell)
    if failed:
        telling.say(f"\nFailed: {', '.join(failed)}.")
    elif not arguments:
        telling.say("\nAll passed.")
    return 1 if failed else 0


def _failed(steps: Sequence[Step], root: Path, shell: Mapping[str, str]) -> list[str]:
    return [step.name for step in steps if not _passes(step, root, shell)]


def _failed_beside_types(steps: Sequence[Step], root: Path, shell: Mapping[str, str]) -> list[str]:
    """The same; types take a core for long, so they are checked next to all the others."""
    types = Aside(_types(), root, shell)
    try:
        failed = _failed(steps, root, shell)
        return failed if types.passes() else [types.step.name, *failed]
    finally:
        types.end()


class Aside:
    """A step that runs next to the others and says what it has to say in one piece, as soon as it knows."""

    def __init__(self, step: Step, root: Path, shell: Mapping[str, str]) -> None:
        self.step = step
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            step.command,
            cwd=root,
            env={**shell, **step.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        self._teller = threading.Thread(target=self._tell)
        self._teller.start()

    def _tell(self) -> None:
        words, _ = self._process.communicate()
        telling.say(f"\n{words}{_outcome(self.step, self._process.returncode, self._began)}")

    def passes(self) -> bool:
        """Wait for its end."""
        self._teller.join()
        return self._process.returncode == 0

    def end(self) -> None:
        """Whatever it still does is not needed."""
        self._process.terminate()
        self._teller.join()


def _paths(root: Path) -> dict[str, str]:
    """Where Python finds the product, and tests the programs of its environment.

    Hundreds of processes start in a run: what Python compiled is kept, whatever the shell says about that.
    """
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    modules = os.pathsep.join([str(root / "platform"), str(root)])
    return {"PATH": programs, "PYTHONPATH": modules, "PYTHONDONTWRITEBYTECODE": ""}


def _checks(root: Path) -> list[Step]:
    python, manage = [sys.executable, "-m"], [sys.executable, str(root / "manage.py")]
    production = {"SECRET_KEY": secrets.token_urlsafe(64), "BASE_HOST": "portico.example", "HTTPS": "1", "DEBUG": "0"}
    production["EMAIL_URL"] = "smtp://mail.portico.example"
    return [
        Step("ruff check", [*python, "ruff", "check", "."]),
        Step("ruff format", [*python, "ruff", "format", "--check", "."]),
        Step("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("setup", [*manage, "setup", "--ready", "0"]),
        Step("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def _types() -> Step:
    return Step("mypy", [sys.executable, "-m", "mypy"])


def _pytest(arguments: Sequence[str]) -> Step:
    # The cast signs in as in the demo: staff without a second step, where a test does not say otherwise.
    return Step("pytest", [sys.executable, "-m", "pytest", *arguments], {"DEMO": "1"})


def _passes(step: Step, root: Path, shell: Mapping[str, str]) -> bool:
    began = time.monotonic()
    telling.say(f"--- {step.name}")
    code = subprocess.run(step.command, cwd=root, env={**shell, **step.environment}, check=False).returncode
    telling.say(_outcome(step, code, began))
    return code == 0


def _outcome(step: Step, code: int, began: float) -> str:
    words = "passed" if code == 0 else f"FAILED (exit code {code})"
    return f"--- {step.name}: {words} after {time.monotonic() - began:.1f} s"
