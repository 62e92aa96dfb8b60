"""Other commands beside a running demo use the demo's servers. Standard library only."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from portico.embedded import places, processes

FILE = "environment.json"
# These bring their own servers.
_ALONE = {"demo", "test", "bench"}


def join_running_demo(root: Path, argv: Sequence[str]) -> None:
    """Take the environment of the demo that runs on the default data, unless the caller names servers."""
    if "DATABASE_URL" in os.environ or not argv[1:] or argv[1] in _ALONE:
        return
    for name, value in running(places.default_data(root)).items():
        os.environ.setdefault(name, value)


def announce(data: Path, environment: Mapping[str, str]) -> None:
    """Write down what the running demo's processes were given."""
    content = {"pid": os.getpid(), "began": processes.began(os.getpid()), "environment": dict(environment)}
    file = data / FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))


def running(data: Path) -> dict[str, str]:
    """The environment of the demo that runs on this data; empty when none does."""
    try:
        content = json.loads((data / FILE).read_text())
    except (OSError, ValueError):
        return {}
    alive = content["began"] is not None and processes.began(content["pid"]) == content["began"]
    return content["environment"] if alive else {}
