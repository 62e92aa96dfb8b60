"""`manage.py tenants <word>`: everything that is done to companies as a whole (modules of tenants.commands)."""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants import commands
from tenants.owner import django_as_owner


def _words() -> dict[str, ModuleType]:
    names = (found.name for found in pkgutil.iter_modules(commands.__path__))
    return {name: import_module(f"{commands.__name__}.{name}") for name in names if not name.startswith("_")}


class Command(BaseCommand):
    help = "Work on companies: list, create, migrate, status and what else `--help` names."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        for name, module in _words().items():
            line = (module.__doc__ or "").strip().split("\n")[0]
            module.add_arguments(words.add_parser(name, help=line, description=module.__doc__))

    def handle(self, *args: Any, **options: Any) -> None:
        with django_as_owner():
            _words()[options["word"]].run(options, self.stdout)
