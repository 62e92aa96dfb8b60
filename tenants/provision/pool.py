"""Ready schemas. One is built in one transaction: killed at any point, nothing is left."""

import secrets
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from portico.database.scope import COMPANY_GROUP
from tenants.owner import owner_connection
from tenants.provision.recording import fingerprint

_BUILDING = 7_310_001  # advisory lock: one builder at a time, so that the pool is never overfilled

_EVERYTHING = """
DO $rights$
DECLARE
  place text;
  name text;
  kind "char";
BEGIN
  FOR place, name, kind IN
    SELECT format('%I.%I', n.nspname, c.relname), c.relname, c.relkind FROM pg_catalog.pg_namespace n
    JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid
      AND d.classid = 'pg_catalog.pg_class'::regclass
    JOIN pg_catalog.pg_class c ON c.oid = d.objid
    WHERE n.nspname = {name} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  LOOP
    IF kind = 'S' THEN
      EXECUTE 'GRANT USAGE ON SEQUENCE ' || place || ' TO ' || quote_ident({name});
    ELSIF name = 'journal_seal' THEN
      EXECUTE 'GRANT SELECT, INSERT ON ' || place || ' TO ' || quote_ident({name});
    ELSE
      EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ' || place || ' TO ' || quote_ident({name});
    END IF;
  END LOOP;
END
$rights$"""


def new_schema_name() -> str:
    """`t_` and 16 random hex digits; never the company's name."""
    return f"t_{secrets.token_hex(8)}"


def waiting() -> int:
    """How many schemas of this release wait for a company."""
    with owner_connection() as connection:
        return _waiting(connection)


def _waiting(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM public.tenants_readyschema WHERE fingerprint = %s", [fingerprint()]
    ).fetchone()
    return row[0] if row else 0


def refill(target: int | None = None) -> int:
    """Build schemas until `target` wait (settings.READY_SCHEMAS by default); returns how many were built."""
    target = settings.READY_SCHEMAS if target is None else target
    built = 0
    with owner_connection(autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_BUILDING])
        while _waiting(connection) < target:
            with connection.transaction():
                build(connection)
            built += 1
    return built


def build(connection: psycopg.Connection[Any], mark: str = "") -> str:
    """Build one schema with its role in the caller's transaction and put it into the pool; returns its name.

    It is one of this release, or of the release `mark`, whose recording is kept.
    """
    mark = mark or fingerprint()
    row = connection.execute(
        "SELECT statements FROM public.tenants_recording WHERE fingerprint = %s", [mark]
    ).fetchone()
    if row is None:
        raise RuntimeError("This release has no recording yet: run `manage.py setup` first.")
    schema = new_schema_name()
    name, group = sql.Identifier(schema), sql.Identifier(COMPANY_GROUP)
    login = sql.Identifier(login_role())
    statements = [
        sql.SQL("CREATE ROLE {} NOLOGIN IN ROLE {}").format(name, group),
        sql.SQL("GRANT {} TO {}").format(name, login),
        sql.SQL("CREATE SCHEMA {}").format(name),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, name),
        sql.SQL("SET LOCAL search_path TO {}").format(name),
        *(sql.SQL(one) for one in row[0]),
        sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"),
        *company_rights(schema),
        sql.SQL("SET LOCAL search_path TO public"),
    ]
    connection.execute(sql.SQL(";\n").join(statements))
    connection.execute(
        "INSERT INTO public.tenants_readyschema (schema, fingerprint, built_at) VALUES (%s, %s, now())",
        [schema, mark],
    )
    return schema


def company_rights(schema: str) -> list[sql.Composed]:
    """What a company's role may do in its own schema: everything, but the journal is written, never rewritten.

    The tables are found by what depends on the schema. `ON ALL TABLES IN SCHEMA` reads the catalogue of all companies
    from end to end, so that each would cost more than the one before.
    """
    statements = (
        _EVERYTHING,
        "REVOKE INSERT, UPDATE, DELETE ON {0}.django_migrations FROM {0}",
        "REVOKE UPDATE, DELETE ON {0}.journal_event FROM {0}",
    )
    return [sql.SQL(one).format(sql.Identifier(schema), name=sql.Literal(schema)) for one in statements]


def login_role() -> str:
    """The role that web and worker processes log in as."""
    from urllib.parse import unquote, urlsplit

    return unquote(urlsplit(settings.DATABASE_URL).username or "portico_app")
