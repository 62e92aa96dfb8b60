"""Fill in the example companies, and say who is in them."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shared_apps.console import seed_demo


class Command(BaseCommand):
    help = "Make the example companies unless they are there; writes their people, logins and new tokens as JSON."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FILE", help="write to this file instead of the screen")

    def handle(self, *args: Any, **options: Any) -> None:
        people = json.dumps(seed_demo.seed(), ensure_ascii=False)
        if options["to"] is None:
            self.stdout.write(people)
            return
        options["to"].touch(mode=0o600)
        options["to"].write_text(people, encoding="utf-8")
