"""`manage.py verify_index`: does the ticket index say what the tickets say?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shared_apps.console import verify


class Command(BaseCommand):
    help = "Compare the ticket index with every company's tickets; --repair puts it right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="write the index anew where it is wrong")
        parser.add_argument("--company", default="", metavar="SLUG", help="only this company")

    def handle(self, *, repair: bool, company: str, **options: Any) -> None:
        companies = verify.companies(company)
        if not companies:
            raise CommandError(f"There is no company {company!r}." if company else "There is no company yet.")
        found = []
        for place, ref in enumerate(companies, 1):
            self._progress(place, len(companies))
            drift = verify.drift_of(ref)
            found += drift
            if repair:
                verify.repair(ref, drift)
        if not company:
            found += verify.orphans()
            if repair:
                verify.drop_orphans()
        self._report(found, len(companies), repair)

    def _progress(self, place: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{place} of {total} companies", ending="\n" if place == total else "")

    def _report(self, found: list[verify.Drift], companies: int, repaired: bool) -> None:
        for drift in found:
            self.stdout.write(f"{drift.company} {drift.number} {drift.ticket_id} {drift.kind}")
        outcome = "put right" if repaired else "wrong"
        self.stdout.write(f"{companies} companies, {len(found)} rows {outcome}.")
        if found and not repaired:
            sys.exit(1)
