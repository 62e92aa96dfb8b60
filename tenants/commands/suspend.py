"""Close a company's doors for a while; everything is kept."""

import argparse
from typing import Any

from portico.database import platform_scope
from tenants.life import actions, asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which company, and who asks."""
    asking.add_company(parser)
    parser.add_argument("--notice", default="", help="what its people read meanwhile")


def run(options: dict[str, Any], out: Any) -> None:
    """Do it and say what the company is now."""
    company, by = asking.company_of(options), asking.actor_of(options)
    with asking.told(), platform_scope():
        company = actions.suspend(company, by=by, notice=options["notice"])
    out.write(f"{company.name} is {company.state}.")
