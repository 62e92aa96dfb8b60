"""What the commands about a company's life have in common: which company, who asks, and how a refusal is told."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from portico import asks
from portico.actor import Actor
from portico.database import platform_scope
from portico.errors import Invalid, Refusal
from tenants.models import Company


def add_who(parser: argparse.ArgumentParser) -> None:
    """The option that says on whose behalf the command works."""
    parser.add_argument("--as", dest="who", metavar="EMAIL", help="act as this staff member")


def add_company(parser: argparse.ArgumentParser) -> None:
    """The company's subdomain, and who asks."""
    parser.add_argument("slug", help="the company's subdomain")
    add_who(parser)


def add_confirm(parser: argparse.ArgumentParser) -> None:
    """The option that says beforehand what `typed` would ask for."""
    parser.add_argument("--confirm", metavar="SLUG", help="the subdomain once more, for scripts")


def typed(options: dict[str, Any], words: str) -> str:
    """The subdomain, which somebody types who knows what it means; empty when nobody is there to type."""
    if options["confirm"] is not None:
        return str(options["confirm"])
    try:
        return input(f"This cannot be undone. {words}: ").strip()
    except EOFError:
        return ""


def company_of(options: dict[str, Any]) -> Company:
    """The company that was named; CommandError when there is none."""
    with platform_scope(), transaction.atomic():
        company = Company.objects.filter(slug=options["slug"]).first()
    if company is None:
        raise CommandError(f"There is no company with the subdomain {options['slug']!r}.")
    return company


def actor_of(options: dict[str, Any]) -> Actor:
    """Who asks; CommandError when no staff member has that address."""
    if not options.get("who"):
        return Actor(kind="system", role="system", label="Command line")
    with platform_scope(), transaction.atomic():
        actor = asks.staff_member(options["who"])
    if actor is None:
        raise CommandError(f"No staff member has the address {options['who']!r}.")
    return actor


@contextmanager
def told() -> Iterator[None]:
    """A refusal becomes one clear line and an exit that is not zero."""
    try:
        yield
    except Invalid as refusal:
        raise CommandError(" ".join(word for words in refusal.fields.values() for word in words)) from refusal
    except Refusal as refusal:
        raise CommandError(refusal.message) from refusal


def steps(out: Any) -> Any:
    """Progress: one line for each step, a repeated one once."""
    last = ""

    def tell(step: str) -> None:
        nonlocal last
        if step != last:
            out.write(f"  {step}")
        last = step

    return tell
