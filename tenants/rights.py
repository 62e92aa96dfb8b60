"""Roles and rights: the second wall (DESIGN section 4.2)."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.conf import settings
from psycopg import sql

from portico.database.scope import COMPANY_GROUP, PLATFORM_ROLE
from tenants.owner import owner_connection
from tenants.provision.pool import login_role

# Shared tables with rows of many companies: a company's role, named like its schema, reaches its own rows.
_ROWS_OF_COMPANIES = (
    "console_ticketindex",
    "audit_platformauditlog",
    "tenants_due",
    "usage_hour",
    "incidents_affected",
    "billing_account",
    "billing_errand",
    "tenants_domain",
    "signup_known",
)
_ROLES = 7_310_002  # advisory lock: roles belong to the whole server, and two set-ups at once would collide


def ensure_roles() -> None:
    """Make the login role and the group roles when they are missing, and set the login role's limits."""
    login, password = login_role(), unquote(urlsplit(settings.DATABASE_URL).password or "")
    with owner_connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLES])
        for role in (PLATFORM_ROLE, COMPANY_GROUP):
            if not _exists(connection, role):
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        if not _exists(connection, login):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(login)))
            connection.execute(sql.SQL("GRANT {} TO {}").format(*map(sql.Identifier, (PLATFORM_ROLE, login))))
        _set_up_login(connection, login, password)


def _exists(connection: psycopg.Connection[Any], role: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None


def _set_up_login(connection: psycopg.Connection[Any], login: str, password: str) -> None:
    name = sql.Identifier(login)
    if password:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))
    for setting, value in {
        "timezone": "UTC",
        "statement_timeout": f"{settings.STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
        "search_path": "portico_nowhere",
    }.items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} TO {}").format(name, sql.Identifier(setting), sql.Literal(value))
        )


def apply_rights() -> None:
    """Grant and revoke everything, and put row security on the shared tables. Safe to run again."""
    text = (Path(__file__).parent / "rights.sql").read_text(encoding="utf-8")
    with owner_connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLES])
        connection.execute(text)
        for table in _ROWS_OF_COMPANIES:
            connection.execute(_row_security(table))


def _row_security(table: str) -> sql.Composed:
    return sql.SQL(
        """
        ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS own_rows ON public.{table};
        DROP POLICY IF EXISTS all_rows ON public.{table};
        CREATE POLICY own_rows ON public.{table} TO {group}
            USING (schema = current_user) WITH CHECK (schema = current_user);
        CREATE POLICY all_rows ON public.{table} TO {platform} USING (true) WITH CHECK (true);
        """
    ).format(table=sql.Identifier(table), group=sql.Identifier(COMPANY_GROUP), platform=sql.Identifier(PLATFORM_ROLE))


def wall_is_on() -> bool:
    """Whether the login role is kept from companies' tables: no ownership, no inherited rights, no superuser."""
    with owner_connection() as connection:
        row = connection.execute(
            "SELECT NOT rolsuper AND NOT rolinherit AND NOT rolbypassrls FROM pg_roles WHERE rolname = %s",
            [login_role()],
        ).fetchone()
    return bool(row and row[0])
