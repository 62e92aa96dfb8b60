"""A database of the benchmark's own, with this process pointed at it; dropped afterwards, roles included."""

import logging
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from tenants import routing
from tests.support import databases

_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]+$'"


@dataclass(frozen=True, slots=True)
class Own:
    """The database: as its owner and as the login role that pages and tasks use."""

    owner_url: str
    login_url: str

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process that works on it. Its cache is apart from that of a running product."""
        valkey = urlunsplit(urlsplit(settings.VALKEY_URL)._replace(path="/15"))
        name = urlsplit(self.owner_url).path.lstrip("/")
        fixed = {"VALKEY_URL": valkey, "STATIC_ROOT": str(settings.STATIC_ROOT), "SECRET_KEY": settings.SECRET_KEY}
        return databases.environment(self.owner_url, self.login_url, name, **fixed | more)

    def enter(self) -> None:
        """Point this process at it again, after it was at another one."""
        _point_at(self.owner_url, self.login_url)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """One statement as the owner."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            return connection.execute(statement).fetchall()


@contextmanager
def own() -> Iterator[Own]:
    """A database that `setup` alone has made, and this process on it until the end."""
    before = settings.DATABASE_OWNER_URL, settings.DATABASE_URL
    name = f"portico_bench_{secrets.token_hex(4)}"
    databases.clone(before[0], databases.bare(*before), name)
    _collect_static_files()
    logging.disable(logging.INFO)
    mine = Own(*(databases.renamed(url, name) for url in before))
    shared = {row[0] for row in mine.ask(_SCHEMAS)}
    try:
        with _ended_in_order():
            mine.enter()
            yield mine
    finally:
        _point_at(*before)
        made = sorted({row[0] for row in mine.ask(_SCHEMAS)} - shared)
        databases.drop(before[0], name)
        _drop_roles(before[0], made)
        logging.disable(logging.NOTSET)


def _point_at(owner_url: str, login_url: str) -> None:
    connections.close_all()
    settings.DATABASE_OWNER_URL, settings.DATABASE_URL = owner_url, login_url
    connections["default"].settings_dict["NAME"] = urlsplit(login_url).path.lstrip("/")
    routing.forget()


def _drop_roles(server_url: str, roles: list[str]) -> None:
    """Roles belong to the whole server: what was built for this database must not stay behind."""
    with psycopg.connect(databases.renamed(server_url, "postgres"), autocommit=True) as server:
        for start in range(0, len(roles), 100):
            names = map(sql.Identifier, roles[start : start + 100])
            server.execute(sql.SQL("DROP ROLE {}").format(sql.SQL(", ").join(names)))


def _collect_static_files() -> None:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM ends a run like Ctrl-C, so that nothing stays on the server."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
