"""`python -m portico.serve`: granian, with the product loaded once, before its workers are forked.

Takes granian's own options. What no worker writes to is in memory once for all of them, and a worker that died is
replaced without loading the product again.
"""

import gc
import importlib
import sys

from granian.cli import entrypoint


def main() -> None:
    """Load the application that is named last, then serve it. Without one (`--help`) granian says what it takes."""
    module, is_named, name = sys.argv[-1].partition(":")
    if is_named:
        application = getattr(importlib.import_module(module), name)
        if "wsgi" in sys.argv:
            from portico.warming import answer_once  # nobody else needs Django here

            answer_once(application)
    gc.collect()
    gc.freeze()  # a collection in a worker would write to everything it looks at
    entrypoint()


if __name__ == "__main__":
    main()
