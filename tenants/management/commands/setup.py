"""Make the database ready for this release."""

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from tenants import house, provision, rights
from tenants.models import Company


class Command(BaseCommand):
    help = (
        "Make the database ready for this release: roles, tables, rights, a recording, ready schemas. Safe to repeat."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ready", type=int, help="how many schemas shall wait for companies")
        parser.add_argument("--companies", action="store_true", help="bring companies to this release as well")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = [
            ("roles", rights.ensure_roles),
            ("tables", lambda: call_command("migrate_schemas", shared=True, verbosity=0)),
            ("rights", rights.apply_rights),
            ("recording", provision.record),
            ("ready schemas", lambda: provision.refill(options["ready"])),
            ("house company", house.ensure),
        ]
        for words, step in steps:
            began = time.monotonic()
            step()
            self.stdout.write(f"{words:<14} {time.monotonic() - began:5.1f} s")
        late = Company.objects.exclude(fingerprint=provision.fingerprint()).count()
        if late and options["companies"]:
            call_command("tenants", "migrate", "--resume")
        elif late:
            self.stdout.write(f"{late} companies are not at this release yet: run `manage.py tenants migrate`.")
