"""Servers for the time of one run, as far as the environment names none."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portico.embedded import places
from portico.embedded.servers import Servers, given


@contextlib.contextmanager
def servers(*, careless: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """What to tell processes about database and queue: the caller's, or our own until the end. Raises Unfit."""
    theirs = given()
    with tempfile.TemporaryDirectory(prefix="portico-") as name:
        folder = Path(name)
        # The servers may run as another account; what is secret in here has rights of its own.
        folder.chmod(0o755)
        places.prepare_data(folder)
        with Servers.over(folder, careless=careless, given=theirs) as ours:
            yield {**ours.environment, "DATA_DIR": str(folder), "STATIC_ROOT": str(folder / "static")}
