"""What is wrong with this installation, in plain words."""

from typing import Any

from django.core.management.base import BaseCommand

from portico.embedded import checkup


class Command(BaseCommand):
    help = "Say what is wrong with this installation; exit code 1 when something is."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        is_well = True
        for finding in checkup.findings():
            is_well &= finding.is_well
            self.stdout.write(f"{'ok   ' if finding.is_well else 'WRONG'} {finding.about:<11} {finding.words}")
            self.stdout.flush()
        if not is_well:
            raise SystemExit(1)
