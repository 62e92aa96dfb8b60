"""Write everything of a company into one archive."""

import argparse
import hashlib
from pathlib import Path
from typing import Any

from tenants.life import asking
from tenants.life.export import export


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which company, who asks, and where to."""
    asking.add_company(parser)
    parser.add_argument("path", type=Path, help="a file that does not exist yet, outside of the product's own data")


def run(options: dict[str, Any], out: Any) -> None:
    """Export and say what was written."""
    company, by = asking.company_of(options), asking.actor_of(options)
    with asking.told():
        manifest = export(company, options["path"], by=by, tell=asking.steps(out))
    digest = hashlib.sha256(manifest.as_json()).hexdigest()
    out.write(f"{options['path']}: {sum(manifest.rows.values())} rows of {company.name}, manifest {digest}")
