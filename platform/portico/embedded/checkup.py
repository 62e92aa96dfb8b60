"""What is wrong with this installation, in plain words: the questions that `manage.py doctor` asks."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings

from portico.embedded import bootstrap, joining, places


class Wrong(Exception):
    """What is wrong and what to do about it, in one line."""


@dataclass(frozen=True)
class Finding:
    """One question and its answer."""

    about: str
    words: str
    is_well: bool


def findings() -> Iterator[Finding]:
    """One finding for each question; a question that cannot be asked says why."""
    for about, question in _QUESTIONS.items():
        try:
            yield Finding(about, question(), True)
        except Wrong as wrong:
            yield Finding(about, str(wrong), False)


def _python() -> str:
    return f"{sys.version.split()[0]} at {sys.executable}"


def _packages() -> str:
    home, lock = bootstrap.environment_home(settings.ROOT), settings.ROOT / "deploy" / "requirements.lock"
    stamp = home / f"{lock.name}.stamp"
    if Path(sys.prefix) != home:
        return f"an environment of your own ({sys.prefix}); nobody compares it with deploy/requirements.lock"
    if not stamp.exists() or stamp.read_text() != bootstrap.stamp_of(lock):
        raise Wrong(f"{home} is not what deploy/requirements.lock names. Remove the folder; the next command makes it.")
    return f"as locked, in {home}"


def _disk() -> str:
    folder = next(one for one in [settings.DATA_DIR, *settings.DATA_DIR.parents] if one.exists())
    free = shutil.disk_usage(folder).free // 2**20
    if free < places.NEEDED_MEGABYTES:
        raise Wrong(f"{free} MB are free for {settings.DATA_DIR}; {places.NEEDED_MEGABYTES} MB are needed.")
    return f"{free} MB free for {settings.DATA_DIR}"


def _port() -> str:
    port = urlsplit(f"//{settings.BASE_HOST}").port or 8000
    if settings.HTTPS:
        return f"a proxy answers for https://{settings.BASE_HOST}/"
    if joining.running(settings.DATA_DIR):
        return f"the demo serves http://{settings.BASE_HOST}/"
    if places.is_busy(port):
        raise Wrong(f"port {port} is taken by another program. Start with --port, or end that program.")
    return f"port {port} is free"


def _database() -> str:
    with connected(settings.DATABASE_URL, "DATABASE_URL") as connection:
        return f"PostgreSQL {connection.info.server_version // 10000}, reached as {connection.info.user}"


def _wall() -> str:
    with connected(settings.DATABASE_URL, "DATABASE_URL") as connection:
        row = connection.execute(
            "SELECT rolsuper, rolinherit, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    if row is None or any(row):
        raise Wrong("off: the login role may do more than it should. Run `manage.py setup` as the owner.")
    return "on: the login role owns nothing and inherits nothing"


def _owner() -> str:
    with connected(settings.DATABASE_OWNER_URL, "DATABASE_OWNER_URL") as connection:
        waiting = _pending(connection)
    if waiting:
        raise Wrong(f"{len(waiting)} migrations are pending ({waiting[0]} first). Run `manage.py setup`.")
    return "no migration is pending"


def _pending(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    from django.db.migrations.loader import MigrationLoader

    wanted = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.keys()
    try:
        done = set(connection.execute("SELECT app, name FROM public.django_migrations").fetchall())
    except psycopg.errors.UndefinedTable:
        done = set()
    return [".".join(key) for key in sorted(wanted - done)]


def connected(url: str, name: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection by this address, which the variable of this name holds. Wrong says what is the matter."""
    _check_named(name)
    try:
        return psycopg.connect(url, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise Wrong(f"cannot be reached: {str(error).strip().splitlines()[0]}. Check {name}.") from error


def _check_named(name: str) -> None:
    if name not in os.environ:
        raise Wrong(f"{name} is not set, and no demo runs here. `manage.py demo` brings its own servers.")


def _queue() -> str:
    _check_named("VALKEY_URL")
    try:
        with redis.Redis.from_url(settings.VALKEY_URL, socket_connect_timeout=5) as client:
            return f"version {client.info('server')['redis_version']}"
    except (redis.RedisError, OSError, ValueError) as error:
        raise Wrong(f"cannot be reached: {str(error).rstrip('.')}. Check VALKEY_URL.") from error


def _scheduler() -> str:
    from portico.health import scheduler_age

    age = scheduler_age()
    if age is None or age > 60:
        return "gives no sign of life; until it runs, ready schemas are not replaced and left work is not sent again"
    return f"alive {age:.0f} s ago"


def _names() -> str:
    host = f"company.{urlsplit(f'//{settings.BASE_HOST}').hostname}"
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return f"{host} is unknown to this system; browsers and curl know *.localhost themselves"
    return f"{host} is known"


def _mail(question: str) -> Callable[[], str]:
    def ask() -> str:
        from portico.embedded import mailcheck  # it says what is wrong by what stands here

        said: str = getattr(mailcheck, question)()
        return said

    return ask


_QUESTIONS: dict[str, Callable[[], str]] = {
    "Python": _python,
    "packages": _packages,
    "disk": _disk,
    "port": _port,
    "host names": _names,
    "database": _database,
    "wall": _wall,
    "migrations": _owner,
    "Valkey": _queue,
    "scheduler": _scheduler,
    "mail out": _mail("way_out"),
    "mail in": _mail("way_in"),
    "mail from": _mail("senders"),
}
