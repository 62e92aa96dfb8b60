"""`manage.py billing sync`: what is sold, brought to Stripe. `billing check`: what is missing there. `billing look`."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portico.database import platform_scope
from shared_apps.billing import looking, plans, selling
from shared_apps.billing.cashier import Away, Declined
from tenants.models import Company


class Command(BaseCommand):
    help = "Bring plans to Stripe (sync), tell what is missing there (check), or look at one company now (look)."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("sync", help="make products, prices and the portal at Stripe; safe to repeat")
        words.add_parser("check", help="tell what is missing at Stripe")
        one = words.add_parser("look", help="bring one company up to what is true at Stripe")
        one.add_argument("slug", help="the company's subdomain")

    def handle(self, *args: Any, **options: Any) -> None:
        if not plans.takes_payments():
            raise CommandError("STRIPE_KEY is not set: this installation takes no payments.")
        try:
            if options["word"] == "look":
                self.stdout.write(_look(options["slug"]))
            elif options["word"] == "sync":
                self.stdout.write("\n".join(selling.sync()))
            elif missing := selling.missing():
                raise CommandError("Missing at Stripe: " + ", ".join(missing) + ". `billing sync` makes it.")
            else:
                self.stdout.write("Everything that is sold is at Stripe.")
        except (Away, Declined) as trouble:
            raise CommandError(f"Stripe: {trouble}") from trouble


def _look(slug: str) -> str:
    with platform_scope(), transaction.atomic():
        company = Company.objects.filter(slug=slug).first()
        if company is None:
            raise CommandError(f"There is no company with the subdomain {slug!r}.")
        account = looking.look(company.pk)
    if account is None:
        raise CommandError("Stripe does not answer, or nothing is to be paid here. The log says more.")
    return f"{slug}: {account.plan}, {account.state}, {account.facts.get('seats', 0)} who answer"
