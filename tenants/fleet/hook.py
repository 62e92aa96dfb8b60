"""Django's and django-tenants' own commands keep working, and write the same ledger."""

from typing import Any

from django_tenants.signals import schema_migrated

from tenants.fleet import ledger, replay
from tenants.owner import owner_connection


def listen() -> None:
    """Hear of every schema that `migrate_schemas` has been through."""
    schema_migrated.connect(follow, dispatch_uid="portico.fleet")


def follow(schema_name: str, **_: Any) -> None:
    """Ledger, mark and rights of a company whose schema django-tenants has migrated."""
    if schema_name == "public":
        return
    with owner_connection() as connection:
        for statement in replay.rights_in(schema_name):
            connection.execute(statement)
        ledger.follow(connection, schema_name)
