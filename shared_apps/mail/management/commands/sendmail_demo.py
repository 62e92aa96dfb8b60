"""`manage.py sendmail_demo`: a customer's mail comes in, as it would from a mail server; the second time an answer."""

from argparse import ArgumentParser
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portico import asks, mailing
from portico.database import CompanyRef, company_scope, platform_scope
from portico.errors import Refused
from portico.mailing import address
from shared_apps.mail import transport
from tenants.models import Company

ZOE = "Zoe Marsh <zoe@customer.example>"
FIRST = (
    "The kettle in the kitchen does not switch off",
    "Hello,\n\nsince this morning the kettle on the second floor boils and boils. Could somebody look at it?\n\nZoe\n",
)
NEXT = "Thank you! I have tried that, and it still does not stop.\n\nZoe\n"


class Command(BaseCommand):
    help = "Let a mail of an example customer come in. When she was answered already, she answers in turn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", default="acme", help="the company's address (acme)")
        parser.add_argument("--from", dest="sender", default=ZOE, help=f"who writes ({ZOE})")
        parser.add_argument("--subject", default=FIRST[0])
        parser.add_argument("--body", default="", help="what is said; without it, something that fits")

    def handle(self, *args: Any, **options: Any) -> None:
        if transport.sink() is None:
            raise CommandError("This is for a demo. Here mail really leaves, and an example customer has no mailbox.")
        company = _company(options["company"])
        with company_scope(company), transaction.atomic():
            answered = _letter_to(options["sender"])
            inbox = address("/manager/inbox")
        mail = _mail(company, answered, options)
        try:
            asks.take_mail(mail.as_bytes())
        except Refused as no:
            raise CommandError(no.message) from None
        self._say(mail, answered, inbox)

    def _say(self, mail: EmailMessage, answered: mailing.Posted | None, inbox: str) -> None:
        self.stdout.write(f"{mail['From']} wrote to {mail['To']}: {mail['Subject']}")
        if answered:
            self.stdout.write(f"Her answer stands in the same request: {inbox}")
            return
        scheme = "https" if settings.HTTPS else "http"
        self.stdout.write(f"It is a new request now: {inbox}")
        self.stdout.write(
            f"Answer it there, and see your mail at {scheme}://{settings.BASE_HOST}/mail/ after 10 seconds."
        )
        self.stdout.write("Then run this command again: she answers, and it stands below your words.")


def _company(slug: str) -> CompanyRef:
    with platform_scope(), transaction.atomic():
        found = Company.objects.filter(slug=slug, state=Company.State.ACTIVE).first()
    if found is None:
        raise CommandError(f"There is no company {slug!r} here.")
    return found.ref


def _letter_to(sender: str) -> mailing.Posted | None:
    """The last answer that this customer got by mail."""
    told = sender.rpartition("<")[2].rstrip(">").strip()
    sent = mailing.letters().filter(to__iexact=told, template="support_ticket_update", sent_at__isnull=False)
    found: mailing.Posted | None = sent.order_by("sent_at").last()
    return found


def _mail(company: CompanyRef, answered: Any, options: dict[str, Any]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Date"], mail["Message-ID"] = (
        options["sender"],
        formatdate(),
        make_msgid(domain="customer.example"),
    )
    if answered:
        mail["To"] = answered.headers["reply_to"]
        mail["Subject"] = f"Re: {options['subject']}"
        mail["In-Reply-To"] = mail["References"] = answered.message_id
        mail.set_content(options["body"] or NEXT)
    else:
        mail["To"], mail["Subject"] = f"{company.slug}@{settings.MAIL_HOST}", options["subject"]
        mail.set_content(options["body"] or FIRST[1])
    return mail
