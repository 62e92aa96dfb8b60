"""Django's and django-tenants' own commands keep working, and write the same ledger."""

from typing import Any

from django_tenants.signals import schema_migrated


def listen() -> None:
    """Hear of every schema that `migrate_schemas` has been through."""
    schema_migrated.connect(follow, dispatch_uid="portico.fleet")


def follow(schema_name: str, **_: Any) -> None:
    """Ledger, mark and rights of a company whose schema django-tenants has migrated."""
    from tenants.fleet import ledger
    from tenants.owner import owner_connection
    from tenants.provision.pool import company_rights

    if schema_name == "public":
        return
    with owner_connection() as connection:
        seen = connection.execute(
            "SELECT to_regclass(quote_ident(%s) || '.django_migrations') IS NOT NULL,"
            " to_regrole(quote_ident(%s)) IS NOT NULL",
            [schema_name, schema_name],
        ).fetchone()
        is_there, has_role = seen or (False, False)
        if has_role:
            for statement in company_rights(schema_name):
                connection.execute(statement)
        if is_there:  # else it is made in a transaction that still runs
            ledger.follow(connection, schema_name)
