"""`manage.py hire ADDRESS --name NAME`: an account for one of the platform's staff; the first owner begins here."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from portico.actor import SYSTEM
from portico.database import platform_scope
from portico.events import record
from shared_apps.accounts.models import STAFF_ROLES, User


class Command(BaseCommand):
    help = "Make an account for one of the platform's staff. The password is asked for, or read from standard input."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", choices=sorted(STAFF_ROLES), default="platform_owner")

    def handle(self, *args: Any, **options: Any) -> None:
        email, name = options["email"].strip().lower(), options["name"].strip()
        password = _password()
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=name))
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from None
        with platform_scope(), transaction.atomic():
            if User.objects.filter(email=email).exists():
                raise CommandError(f"{email} has an account already.")
            user = User.objects.create_user(email, password, name=name, role=options["role"])
            record("team.join", user, by=SYSTEM, name=name, role=options["role"])
        self.stdout.write(f"{name} can sign in on the console as {STAFF_ROLES[options['role']].lower()}.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise CommandError("The two passwords differ.")
    return first
