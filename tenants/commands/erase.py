"""Erase a company in 30 days, or now; `--due` finishes what has had its time or was interrupted."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from portico.database import platform_scope
from tenants.life import actions, asking
from tenants.life import erase as erasure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which company, who asks, and when."""
    parser.add_argument("slug", nargs="?", default="", help="the company's subdomain")
    parser.add_argument("--now", action="store_true", help="do not wait; the subdomain has to be typed")
    asking.add_confirm(parser)
    parser.add_argument("--due", action="store_true", help="erase every company that has had its 30 days")
    asking.add_who(parser)


def run(options: dict[str, Any], out: Any) -> None:
    """Plan, erase, or keep the promises that are due."""
    by = asking.actor_of(options)
    if options["due"]:
        with asking.told():
            out.write(f"{erasure.keep_promises(by=by, tell=asking.steps(out))} erased.")
        return
    if not options["slug"]:
        raise CommandError("Name the company's subdomain, or say --due.")
    company = asking.company_of(options)
    with asking.told():
        if options["now"]:
            typed = asking.typed(options, f"Type {company.slug} to erase everything of this company")
            stone = erasure.erase(company, by=by, typed=typed, tell=asking.steps(out))
            out.write(f"Erased. The subdomain rests until {stone.rests_until:%Y-%m-%d}.")
            return
        with platform_scope():
            company = actions.plan_erasure(company, by=by)
    out.write(
        f"{company.name} is archived and goes on {company.erase_after:%Y-%m-%d}; until then `resume` brings it back."
    )
