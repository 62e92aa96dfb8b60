"""Create a company with its owner, as a signup would."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email, validate_slug
from django.db import connections, transaction

from tenants import provision


def add_arguments(parser: ArgumentParser) -> None:
    """What has to be said."""
    parser.add_argument("slug", help="its address: <slug>.<base>")
    parser.add_argument("name", help="what it is called")
    parser.add_argument("--owner", metavar="EMAIL", required=True, help="who owns it; gets a password")


def run(options: dict[str, Any], out: Any) -> None:
    """All of it happens, or nothing does."""
    slug, name, email = options["slug"].lower(), options["name"].strip(), options["owner"].lower()
    _require_good(slug, name, email)
    if not provision.waiting():
        out.write("No schema is ready: building one.")
        provision.refill(1)
    password = secrets.token_urlsafe(12)
    people: Any = get_user_model()
    connection: Any = connections["default"]
    try:
        with transaction.atomic():
            company = provision.claim(name=name, slug=slug)
            connection.set_schema(company.schema, include_public=False)
            people.objects.create_user(email, password, name=email.partition("@")[0], role="owner")
    except provision.SlugTaken as error:
        raise CommandError(f"The address {slug!r} is taken.") from error
    finally:
        connection.set_schema_to_public()
    scheme = "https" if settings.HTTPS else "http"
    out.write(f"{company.id}  {scheme}://{slug}.{settings.BASE_HOST}/  {email}  {password}")


def _require_good(slug: str, name: str, email: str) -> None:
    try:
        validate_slug(slug)
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{'; '.join(error.messages)}") from error
    if not name or len(name) > 80 or len(slug) > 40:
        raise CommandError("A name has 1 to 80 characters, an address at most 40.")
