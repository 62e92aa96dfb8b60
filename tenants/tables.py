"""The tables of a schema as PostgreSQL itself keeps them: columns, constraints and indexes, as lines or as one word."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg import sql

from tenants.owner import owner_connection

# One line for each column, constraint and index of the schemas named, without the schema's name and without numbers
# that depend on the order of changes. Tables are found by what depends on their schema: the list of them all is long.
_LINES = """
WITH tables AS MATERIALIZED (
  SELECT c.oid, c.relname, n.nspname FROM pg_namespace n
  JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
  JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
  WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(%(schemas)s)
),
columns AS (
  SELECT t.oid, a.attnum, a.attname, t.nspname, t.relname,
    format('column %%s.%%s %%s%%s%%s%%s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, a.attidentity,
      coalesce(' default ' || replace(pg_get_expr(d.adbin, d.adrelid), t.nspname || '.', ''), '')) AS line
  FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
)
SELECT nspname, line FROM columns
UNION ALL
SELECT t.nspname, format('constraint %%s.%%s %%s', t.relname, k.conname,
    replace(pg_get_constraintdef(k.oid), t.nspname || '.', ''))
  FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n'
UNION ALL
SELECT t.nspname, format('%%s %%s', CASE WHEN i.indisvalid THEN 'index' ELSE 'broken index' END,
    replace(pg_get_indexdef(i.indexrelid), t.nspname || '.', ''))
  FROM tables t JOIN pg_index i ON i.indrelid = t.oid
"""
_DIGESTS = "".join(
    ["SELECT nspname, md5(string_agg(line, E'\\n' ORDER BY line)) FROM (", _LINES, ") a GROUP BY nspname"]
)


def lines(connection: psycopg.Connection[Any], schemas: list[str]) -> list[tuple[str, str]]:
    """The schema and a line for each column, constraint and index in it."""
    return connection.execute(_LINES, {"schemas": schemas}).fetchall()


def digests(connection: psycopg.Connection[Any], schemas: list[str]) -> dict[str, str]:
    """One word for the tables of each schema; equal words mean equal tables."""
    return dict(connection.execute(_DIGESTS, {"schemas": schemas}).fetchall())


def of_schema(connection: psycopg.Connection[Any], schema: str) -> str:
    """The word of one schema; empty when it has no tables."""
    return digests(connection, [schema]).get(schema, "")


def of_statements(statements: Iterable[str]) -> str:
    """The word of a schema that these statements would build. Nothing of it stays."""
    name = sql.Identifier("portico_measure")
    with owner_connection() as connection:
        parts = [sql.SQL("CREATE SCHEMA {}").format(name), sql.SQL("SET LOCAL search_path TO {}").format(name)]
        connection.execute(sql.SQL(";\n").join([*parts, *map(sql.SQL, statements)]))
        try:
            return digests(connection, ["portico_measure"]).get("portico_measure", "")
        finally:
            connection.rollback()
