"""Databases for tests: one template is built, every worker gets a copy and puts back the rows after each test."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
_SNAPSHOT = "portico_snapshot"


def renamed(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def environment(owner_url: str, login_url: str, name: str, **more: str) -> dict[str, str]:
    """The environment of a process that works on the database `name`."""
    return os.environ | {
        "DATABASE_OWNER_URL": renamed(owner_url, name),
        "DATABASE_URL": renamed(login_url, name),
        "PORTICO_PYTHON_READY": "1",
        "FETCH_LOOPBACK": "1",  # identity providers of tests are on this machine
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        **more,
    }


def _mark_of_sources() -> str:
    """Changes when anything that shapes the template changes."""
    digest = hashlib.sha256()
    folders = ("tenants", "shared_apps", "tenant_apps", "tests/support", "platform/portico/database")
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / "portico-test-template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(script: list[str], env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, *script], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(script)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")


def bare(owner_url: str, login_url: str) -> str:
    """The name of the database that `setup` alone made for these sources: no company but the house."""
    name = f"portico_bare_{_mark_of_sources()}"
    env = environment(owner_url, login_url, f"{name}_building")
    _build(owner_url, name, "template1", lambda: _run(["-m", "django", "setup", "--ready", "4"], env))
    return name


def template(owner_url: str, login_url: str) -> str:
    """The name of the database with the cast in it, built when it is missing."""
    source = bare(owner_url, login_url)
    name = f"portico_cast_{_mark_of_sources()}"
    env = environment(owner_url, login_url, f"{name}_building")
    _build(owner_url, name, source, lambda: _run(["-m", "tests.support.cast"], env))
    return name


def demo(owner_url: str, login_url: str) -> str:
    """The name of the database with the demo's companies, people and stories in it, built when it is missing."""
    source = bare(owner_url, login_url)
    name = f"portico_demo_{_mark_of_sources()}"
    env = environment(owner_url, login_url, f"{name}_building")
    _build(owner_url, name, source, lambda: _run(["-m", "django", "seed_demo"], env))
    return name


def _build(owner_url: str, name: str, source: str, fill: Callable[[], None]) -> None:
    with _alone(), psycopg.connect(renamed(owner_url, "postgres"), autocommit=True) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        building, origin = sql.Identifier(f"{name}_building"), sql.Identifier(source)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(building))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(building, origin))
        fill()
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(building, sql.Identifier(name)))


def clone(owner_url: str, source: str, name: str) -> None:
    """A copy of the template. Two copies of one template at once have to queue."""
    with _alone(), psycopg.connect(renamed(owner_url, "postgres"), autocommit=True) as server:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")  # thousands of small files: half the time
        server.execute(words.format(sql.Identifier(name), sql.Identifier(source)))


def drop(owner_url: str, name: str) -> None:
    """Drop a copy, whoever is still connected."""
    with psycopg.connect(renamed(owner_url, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


# Most tests leave most of them as they are, and to compare is cheaper than to write: permissions alone are hundreds.
_PUT_BACK = """IF (SELECT count(*) FROM {here}) <> {count} OR EXISTS (TABLE {here} EXCEPT ALL TABLE {copy}) THEN
  DELETE FROM {here};
  INSERT INTO {here} OVERRIDING SYSTEM VALUE SELECT * FROM {copy};
END IF;"""


class Rows:
    """Puts every row of the copy back to what the template held, after a test that committed for real."""

    def __init__(self, owner_url: str) -> None:
        self.connection = psycopg.connect(owner_url, autocommit=True)
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SNAPSHOT}")
        tables = self._tables()
        self._ready = self._waiting()
        self._write("put_back_all", tables)
        # A schema that waits is empty for as long as nobody claims it.
        self._write("put_back", [one for one in tables if one[0] not in self._ready], kept="u")

    def _tables(self) -> list[tuple[str, str]]:
        return self.connection.execute(
            """
            SELECT schemaname, tablename FROM pg_tables
            WHERE (schemaname = 'public' AND tablename NOT IN ('django_migrations', 'tenants_recording'))
               OR schemaname IN (SELECT schema_name FROM public.tenants_company)
               OR schemaname IN (SELECT schema FROM public.tenants_readyschema)
            """
        ).fetchall()

    def _waiting(self) -> set[str]:
        return {schema for (schema,) in self.connection.execute("SELECT schema FROM public.tenants_readyschema")}

    def _write(self, name: str, tables: list[tuple[str, str]], kept: str = "t") -> None:
        """A procedure with this name: the server plans its hundreds of statements once, not after each test."""
        statements = []
        for number, (schema, table) in enumerate(tables):
            here, copy = sql.Identifier(schema, table), sql.Identifier(_SNAPSHOT, f"{kept}{number}")
            count = self.connection.execute(sql.SQL("SELECT count(*) FROM {}").format(here)).fetchone()
            words = "DELETE FROM {here};"
            if count and count[0]:
                self.connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(copy, here))
                words = _PUT_BACK
            statements.append(sql.SQL(words).format(here=here, copy=copy, count=count and count[0]))
        body = sql.SQL("BEGIN\n{}\nEND").format(sql.SQL("\n").join(statements)).as_string(self.connection)
        procedure = sql.SQL("CREATE PROCEDURE {}() LANGUAGE plpgsql AS {}")
        self.connection.execute(procedure.format(sql.Identifier(_SNAPSHOT, name), sql.Literal(body)))

    def put_back(self) -> None:
        """As at the start of the run; schemas that a test claimed wait again, empty."""
        with self.connection.transaction():
            self.connection.execute("SET LOCAL lock_timeout = '20s'")
            self.connection.execute("SET LOCAL session_replication_role = replica")
            name = "put_back" if self._waiting() == self._ready else "put_back_all"
            self.connection.execute(f"CALL {_SNAPSHOT}.{name}()")

    def close(self) -> None:
        self.connection.close()
