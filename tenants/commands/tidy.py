"""Remove what an interrupted restore or erasure left, and tell which schemas nobody knows."""

import argparse
from typing import Any

from tenants.life import asking, orphans


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to drop besides."""
    parser.add_argument("--drop", metavar="SCHEMA", help="drop this schema, which nobody knows")


def run(options: dict[str, Any], out: Any) -> None:
    """Tidy and tell."""
    with asking.told():
        out.write(f"{orphans.tidy(tell=asking.steps(out))} leftovers removed.")
        if options["drop"]:
            orphans.drop(options["drop"], tell=asking.steps(out))
    found = orphans.orphans()
    for schema in found:
        out.write(f"Nobody knows the schema {schema}: look into it, then `tenants tidy --drop {schema}`.")
    if not found:
        out.write("Every schema belongs to somebody.")
