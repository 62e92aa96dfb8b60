"""Make a company of an archive: the one it was, a copy, or back in the place of the one that is there."""

import argparse
from pathlib import Path
from typing import Any

from tenants.life import asking
from tenants.life.restore import restore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which archive, and where it goes."""
    parser.add_argument("path", type=Path, help="an archive that `tenants export` wrote")
    parser.add_argument("--slug", default="", help="the subdomain of a copy (default: the one it had)")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take the place of the company it came from, whose rows and files go; its subdomain has to be typed",
    )
    asking.add_confirm(parser)
    asking.add_who(parser)


def run(options: dict[str, Any], out: Any) -> None:
    """Restore and say where the company is."""
    by = asking.actor_of(options)
    replace = options["replace"]
    typed = asking.typed(options, "Type the subdomain of the company whose rows and files go") if replace else ""
    with asking.told():
        company = restore(
            options["path"], by=by, slug=options["slug"], replace=replace, typed=typed, tell=asking.steps(out)
        )
    out.write(f"{company.name} stands as {company.slug} (company {company.id}, generation {company.generation}).")
