"""Whether schemas that should be alike are: columns, constraints and indexes as PostgreSQL itself keeps them."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from tenants import tables
from tenants.owner import owner_connection

_AT_ONCE, _CONNECTIONS = 250, 4

# What `tables.digests` says, as bare numbers of the catalogue, in whatever order they are found: a tenth of the cost.
# Equal words mean equal tables here too, but tables may be equal although these words differ, for example where a
# column was dropped.
_GLANCE = """
WITH tables AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relnamespace AS place FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY(%%(schemas)s)
),
words AS (SELECT place, concat(bit_xor(line), ' ', count(*)) AS word FROM (%s) every_line GROUP BY place)
SELECT n.nspname, w.word FROM words w JOIN pg_namespace n ON n.oid = w.place
"""
# Two passes of about the same length, one for each of two connections.
_COLUMNS = """
  SELECT t.place, hash_record_extended(ROW('column'::text, t.relname, a.attnum, a.attname, a.atttypid, a.atttypmod,
      a.attnotnull, a.attidentity, a.attgenerated), 0) AS line
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT t.place, hash_record_extended(ROW('default'::text, t.relname, d.adnum, d.adbin::text), 0)
    FROM tables t JOIN pg_attrdef d ON d.adrelid = t.oid
"""
_CONSTRAINTS = """
  SELECT t.place, hash_record_extended(ROW('constraint'::text, t.relname, k.conname, k.contype, k.condeferrable,
      k.condeferred, k.convalidated, k.conkey, k.confkey, f.relname, k.confupdtype, k.confdeltype, k.confmatchtype,
      k.conbin::text), 0) AS line
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid LEFT JOIN tables f ON f.oid = k.confrelid
    WHERE k.contype <> 'n'
  UNION ALL
  SELECT t.place, hash_record_extended(ROW('index'::text, t.relname, x.relname, i.indisunique, i.indisprimary,
      i.indisvalid, i.indimmediate, i.indnullsnotdistinct, i.indkey::text, i.indclass, i.indoption::text,
      i.indcollation, x.relam, x.reloptions, i.indpred::text, i.indexprs::text), 0)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
"""
_GLANCES = (_GLANCE % _COLUMNS, _GLANCE % _CONSTRAINTS)


def digests_of_many(schemas: list[str]) -> dict[str, str]:
    """`tables.digests` for a whole fleet, on several connections that forget it all afterwards."""
    parts = [schemas[start : start + _AT_ONCE] for start in range(0, len(schemas), _AT_ONCE)]

    def look(part: list[str]) -> dict[str, str]:
        with owner_connection(autocommit=True) as connection:
            return tables.digests(connection, part)

    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        return {schema: word for found in threads.map(look, parts) for schema, word in found.items()}


def glances(schemas: list[str]) -> dict[str, str]:
    """A quick word for the tables of each schema, all of them in two passes over the catalogue, side by side."""

    def look(statement: str) -> dict[str, str]:
        with owner_connection(autocommit=True) as connection:
            return dict(connection.execute(statement, {"schemas": schemas}).fetchall())

    if not schemas:
        return {}
    with ThreadPoolExecutor(len(_GLANCES)) as threads:
        columns, constraints = threads.map(look, _GLANCES)
    return {schema: f"{word} {constraints.get(schema, '')}" for schema, word in columns.items()}


def differing(glance: Mapping[str, str], model: str) -> list[str]:
    """Of the schemas that were glanced at, those whose tables are not the model's. Of those alike at a glance one is
    looked at."""
    first = {word: schema for schema, word in glance.items()}
    found = digests_of_many(list(first.values()))
    return [schema for schema, word in glance.items() if found.get(first[word], "") != model]


def difference(connection: psycopg.Connection[Any], schema: str, model: str) -> str:
    """In plain words, the first thing in which a schema differs from its model; empty when they are alike."""
    rows = tables.lines(connection, [schema, model])
    mine = {line for where, line in rows if where == schema}
    theirs = {line for where, line in rows if where == model}
    missing, extra = sorted(theirs - mine), sorted(mine - theirs)
    words = [f"{text} is missing" for text in missing[:1]] + [
        f"{text} is there and should not be" for text in extra[:1]
    ]
    more = len(missing) + len(extra) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more else "")


def odd_ones(digests_by_schema: dict[str, str]) -> list[str]:
    """The schemas that differ from what most of them have."""
    if not digests_by_schema:
        return []
    (usual, _), *_ = Counter(digests_by_schema.values()).most_common(1)
    return [schema for schema, digest in digests_by_schema.items() if digest != usual]
