"""Measured figures, one JSON object a line."""

import importlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portico.embedded import borrowed, places


class Command(BaseCommand):
    help = "Measure with tests/benchmarks/NAME.py: `bench NAME [option=value ...]`, a JSON object for each case."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help=f"one of: {', '.join(_names())}")
        parser.add_argument("options", nargs="*", metavar="option=value")

    def handle(self, *args: Any, **options: Any) -> None:
        name, wishes = options["name"], dict(_parsed(one) for one in options["options"])
        if name not in _names():
            raise CommandError(f"There is no benchmark {name!r}. There are: {', '.join(_names())}.")
        if "DATABASE_URL" not in os.environ:
            raise SystemExit(_with_own_servers(sys.argv[2:]))
        for figures in importlib.import_module(f"tests.benchmarks.{name}").run(wishes):
            self.stdout.write(json.dumps({"bench": name, **figures}))
            self.stdout.flush()


def _names() -> list[str]:
    files = (settings.ROOT / "tests" / "benchmarks").glob("[a-z]*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("test_"))


def _parsed(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise CommandError(f"Write options as name=value, not {text!r}.")
    return name, value


def _with_own_servers(arguments: list[str]) -> int:
    """The settings of this process are read already, so another one measures."""
    try:
        with borrowed.servers() as environment:
            return _run(["setup", "--ready", "0"], environment, quiet=True) or _run(["bench", *arguments], environment)
    except places.Unfit as reason:
        raise CommandError(str(reason)) from reason


def _run(arguments: list[str], environment: Mapping[str, str], *, quiet: bool = False) -> int:
    command = [sys.executable, str(settings.ROOT / "manage.py"), *arguments]
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env={**os.environ, **environment}, stdout=out, check=False).returncode
