#!/usr/bin/env python3
"""The one entry point: `python3 manage.py demo` and `python3 manage.py test` need nothing but Python."""

import sys

if sys.version_info < (3, 11):
    sys.exit("Portico needs Python 3.11 or newer; this is Python %d.%d (%s)." % (*sys.version_info[:2], sys.executable))

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]


def main() -> None:
    """Enter the product's own environment, then run the command."""
    from portico.embedded import bootstrap

    bootstrap.enter(ROOT, sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
