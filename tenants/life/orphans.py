"""Schemas that nobody knows: no company, no signup that is about to come, nothing that is written down to go.

None can come from here. After a database was put together from parts one may, and it may be somebody's: it is told,
and dropped only by name.
"""

from portico.errors import Refused
from tenants.life import leftovers
from tenants.life.export import Tell, silent
from tenants.owner import owner_connection

# One statement sees one moment: a schema and the row that knows it appear together.
_ORPHANS = """
    SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{16}$' AND nspname NOT IN (
        SELECT schema_name FROM public.tenants_company UNION ALL SELECT schema FROM public.tenants_readyschema
        UNION ALL SELECT place FROM public.tenants_leftover WHERE kind = 'schema')
    ORDER BY nspname
"""


def orphans() -> list[str]:
    """The schemas that nobody knows."""
    with owner_connection(autocommit=True) as connection:
        return [name for (name,) in connection.execute(_ORPHANS)]


def tidy(*, tell: Tell = silent) -> int:
    """Remove what is written down to go; how much it was."""
    with leftovers.alone() as connection:
        return leftovers.clear(connection, tell)


def drop(schema: str, *, tell: Tell = silent) -> None:
    """Drop a schema that nobody knows, with its role."""
    with leftovers.alone() as connection:
        if (schema,) not in connection.execute(_ORPHANS).fetchall():
            raise Refused("not_an_orphan", f"{schema} is not a schema that nobody knows.")
        leftovers.note(connection, "schema", schema)
        leftovers.clear(connection, tell)
