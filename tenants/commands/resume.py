"""Open a company's doors again, and call off a planned erasure."""

import argparse
from typing import Any

from portico.database import platform_scope
from tenants.life import actions, asking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which company, and who asks."""
    asking.add_company(parser)


def run(options: dict[str, Any], out: Any) -> None:
    """Do it and say what the company is now."""
    company, by = asking.company_of(options), asking.actor_of(options)
    with asking.told(), platform_scope():
        company = actions.resume(company, by=by)
    out.write(f"{company.name} is {company.state}.")
