"""PostgreSQL and Valkey together, over one data folder."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from portico.embedded.places import Unfit
from portico.embedded.postgres import Postgres
from portico.embedded.valkey import Valkey

DATABASE = "portico"
LOGIN = "portico_app"
VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL")


@dataclass
class Servers:
    """Both servers and how to reach them. As a context: started on entering, stopped on leaving.

    What `given` names belongs to the caller: it is used as it is, and neither started nor stopped.
    """

    postgres: Postgres
    valkey: Valkey
    secrets: dict[str, str]
    given: Mapping[str, str]

    @classmethod
    def over(
        cls, data: Path, *, careless: dict[str, str] | None = None, given: Mapping[str, str] | None = None
    ) -> "Servers":
        """The servers of a data folder; `careless` settings are for data that nobody will miss."""
        logs, runtime = data / "logs", data / "runtime"
        logs.mkdir(exist_ok=True)
        runtime.mkdir(exist_ok=True)
        words = _secrets(data)
        return cls(
            Postgres(data / "postgres", words["owner"], logs / "postgres.log", runtime, careless or {}),
            Valkey(data / "valkey", words["valkey"], logs / "valkey.log", runtime, keeps=not careless),
            words,
            given or {},
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the product's processes are told about them."""
        return {
            "DATABASE_OWNER_URL": self.postgres.url(DATABASE),
            "DATABASE_URL": self.postgres.url(DATABASE, LOGIN, self.secrets["login"]),
            "VALKEY_URL": self.valkey.url,
            "SECRET_KEY": self.secrets["key"],
            **self.given,
        }

    def start(self) -> None:
        """Start what is not given. Raises Unfit; stop in any case."""
        if "DATABASE_URL" not in self.given:
            self.postgres.start()
            self.postgres.ensure_database(DATABASE)
        if "VALKEY_URL" not in self.given:
            self.valkey.start()

    def __enter__(self) -> "Servers":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop both; what is not running stays so."""
        self.valkey.stop()
        self.postgres.stop()


def given() -> dict[str, str]:
    """The servers that the caller's environment names. Raises Unfit when the names are not whole."""
    found = {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    if ("DATABASE_URL" in found) != ("DATABASE_OWNER_URL" in found):
        raise Unfit("DATABASE_URL (the login role) and DATABASE_OWNER_URL (the owner) go together: give both or none.")
    for name, value in found.items():
        if not urlsplit(value).hostname:
            raise Unfit(f"{name} has to look like postgresql://user:password@host:port/name (redis://… for Valkey).")
    return found


def _secrets(data: Path) -> dict[str, str]:
    """Passwords and the secret key, made once for each data folder."""
    file = data / "secrets.json"
    if not file.exists():
        partly = data / "secrets.partly"
        partly.touch(mode=0o600)
        words = {name: secrets.token_urlsafe(24) for name in ("owner", "login", "valkey")}
        partly.write_text(json.dumps({**words, "key": secrets.token_urlsafe(48)}))
        partly.rename(file)
    return dict(json.loads(file.read_text()))
