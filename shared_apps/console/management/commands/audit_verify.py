"""`manage.py audit_verify`: is every row of the audit as it was written, and in its place?"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portico.sealing import Report
from shared_apps.console import chains, verify


class Command(BaseCommand):
    help = "Find any edit, deletion, reorder or truncation in the platform's audit and in companies' journals."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", default="", metavar="SLUG", help="only the journal of this company")
        parser.add_argument(
            "--expect",
            default="",
            metavar="NUMBER:HEAD",
            help="a seal as the log (audit.sealed) or an earlier run told it: the platform's, or that of --company",
        )

    def handle(self, *, company: str, expect: str, **options: Any) -> None:
        number, head = _expected(expect)
        companies = verify.companies(company)
        if company and not companies:
            raise CommandError(f"There is no company {company!r}.")
        whole = [] if company else [self._look("platform", chains.of_platform)]
        whole += [self._look(one.slug, partial(chains.of_company, one)) for one in companies]
        if number and chains.head_of(companies[0] if company else None, number) != head:
            self.stdout.write(f"{company or 'platform'}: BROKEN: seal {number} is not the one that was told of")
            whole.append(False)
        self.stdout.write(f"{len(whole)} looked at, {whole.count(False)} broken.")
        if not all(whole):
            sys.exit(1)

    def _look(self, name: str, look: Callable[[], Report]) -> bool:
        began = time.monotonic()
        found = look()
        took = f"{time.monotonic() - began:.1f} s"
        waits = f", {found.waiting} not sealed yet" if found.waiting else ""
        if found.waits_since:
            waits += f" (the oldest since {(timezone.now() - found.waits_since).total_seconds():.0f} s)"
        state = f"BROKEN: {found.broken.key} {found.broken.words}" if found.broken else "whole"
        if found.told < found.seals:
            waits += f", nobody else was told of what comes after seal {found.told}"
        head = f", head {found.seals}:{found.head}" if found.seals else ""
        self.stdout.write(f"{name}: {state}; {found.rows} rows in {found.seals} seals{waits}; {took}{head}")
        return found.broken is None


def _expected(text: str) -> tuple[int, str]:
    number, _, head = text.partition(":")
    if text and not (number.isdecimal() and len(head) == 64):
        raise CommandError("--expect is NUMBER:HEAD, as this command and the log print it.")
    return (int(number), head) if text else (0, "")
