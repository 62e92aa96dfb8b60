"""List the companies: number, address, name, state, and whether they are up to date."""

from argparse import ArgumentParser
from typing import Any

from tenants.models import Company
from tenants.provision import fingerprint


def add_arguments(parser: ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--state", choices=Company.State.values, help="only companies in this state")
    parser.add_argument("--behind", action="store_true", help="only companies that are not at this release")


def run(options: dict[str, Any], out: Any) -> None:
    """One line for each company."""
    companies = Company.objects.all()
    if options["state"]:
        companies = companies.filter(state=options["state"])
    if options["behind"]:
        companies = companies.exclude(fingerprint=fingerprint())
    for one in companies.iterator():
        late = "" if one.fingerprint == fingerprint() else "behind"
        out.write(f"{one.pk:>6}  {one.slug:<32}  {one.name:<32.32}  {one.state:<10} {late}".rstrip())
