"""Everything on one machine: servers, pages, sockets, worker, scheduler, two example companies."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portico.embedded import demo, places


class Command(BaseCommand):
    help = "Run the whole product with example companies on this machine. Ctrl-C stops it; the data stays."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="for pages; sockets take the one after it (8000)")
        parser.add_argument("--data", type=Path, help="folder for the data (.data in the checkout)")
        parser.add_argument("--fresh", action="store_true", help="begin with empty data")
        parser.add_argument("--info", type=Path, metavar="FILE", help="write addresses and logins as JSON when ready")

    def handle(self, *args: Any, **options: Any) -> None:
        port, data, info = options["port"], options["data"], options["info"]
        if not 1 <= port <= 65534:
            raise CommandError("--port must be between 1 and 65534.")
        if info and not info.resolve().parent.is_dir():
            raise CommandError(f"--info: the folder {info.resolve().parent} does not exist.")
        folder = data.resolve() if data else places.default_data(settings.ROOT)
        info = info.resolve() if info else None
        try:
            demo.run(demo.Wishes(settings.ROOT, folder, port, options["fresh"], info))
        except places.Unfit as reason:
            raise CommandError(str(reason)) from reason
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}.") from error
