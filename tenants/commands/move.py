"""Bring a company to another installation's database."""

import argparse
from typing import Any

from tenants.life import asking
from tenants.life.move import move


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which company, who asks, and where the other installation is."""
    asking.add_company(parser)
    parser.add_argument("--to", required=True, metavar="URL", help="DATABASE_URL of the other installation")
    parser.add_argument("--to-owner", required=True, metavar="URL", help="DATABASE_OWNER_URL of the other installation")
    parser.add_argument("--to-storage", required=True, metavar="URL", help="STORAGE_URL of the other installation")


def run(options: dict[str, Any], out: Any) -> None:
    """Move and say what is left to do."""
    company, by = asking.company_of(options), asking.actor_of(options)
    to = {
        "DATABASE_URL": options["to"],
        "DATABASE_OWNER_URL": options["to_owner"],
        "STORAGE_URL": options["to_storage"],
    }
    with asking.told():
        move(company, to, by=by, tell=asking.steps(out))
    out.write(
        f"{company.name} stands over there, and is archived here. Now let {company.slug} and its own domains lead to"
        f" the other installation, look at it there, and then: tenants erase {company.slug}"
    )
