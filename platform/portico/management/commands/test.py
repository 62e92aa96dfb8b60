"""The whole suite; arguments go to pytest as they are."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portico.embedded import places, suite


class Command(BaseCommand):
    help = "Lint, types, migrations, deploy checks and tests. With arguments: pytest with these, and nothing else."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        """Django's own options would be taken from pytest's; so nothing is parsed here."""
        try:
            code = suite.run(settings.ROOT, argv[2:])
        except places.Unfit as reason:
            self.stderr.write(f"CommandError: {reason}")
            code = 1
        except KeyboardInterrupt:
            code = 130
        raise SystemExit(code)

    def handle(self, *args: object, **options: object) -> None:
        raise CommandError("Call this as `manage.py test`.")
