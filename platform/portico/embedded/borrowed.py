"""Servers for the time of one run, as far as the environment names none."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from portico.embedded import places
from portico.embedded.places import Unfit
from portico.embedded.servers import Servers

VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL")


@contextlib.contextmanager
def servers(*, careless: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """What to tell processes about database and queue: the caller's, or our own until the end. Raises Unfit."""
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    _check(given)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portico-")))
        if len(given) < len(VARIABLES):
            given = _embedded(stack, folder, careless, wants_database="DATABASE_URL" not in given) | given
        yield {"SECRET_KEY": secrets.token_urlsafe(48), "DATA_DIR": str(folder), **given}


def _check(given: Mapping[str, str]) -> None:
    if ("DATABASE_URL" in given) != ("DATABASE_OWNER_URL" in given):
        raise Unfit("DATABASE_URL (the login role) and DATABASE_OWNER_URL (the owner) go together: give both or none.")
    for name, value in given.items():
        if not urlsplit(value).hostname:
            raise Unfit(f"{name} has to look like postgresql://user:password@host:port/name (redis://… for Valkey).")


def _embedded(
    stack: contextlib.ExitStack, folder: Path, careless: dict[str, str] | None, *, wants_database: bool
) -> dict[str, str]:
    # The servers may run as another account; what is secret in here has rights of its own.
    folder.chmod(0o755)
    places.prepare_data(folder)
    embedded = Servers.over(folder, careless=careless)
    stack.callback(embedded.stop)
    embedded.start(wants_database=wants_database)
    return embedded.environment if wants_database else {"VALKEY_URL": embedded.valkey.url}
