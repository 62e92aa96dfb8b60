"""The gate: a PostgreSQL backend whose every transaction is bound to a scope.

The first statement of a transaction leaves as one message, `BEGIN; SET LOCAL ROLE …; SET LOCAL search_path …`, so that
the binding costs no round trip and ends with the transaction: it is right behind a transaction pooler, in threads, in
async code, and after a rollback.
"""

import select
import time
from collections.abc import Generator
from datetime import UTC
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel
from psycopg import errors, generators
from psycopg.pq import ExecStatus, Format, TransactionStatus

from portico.database import guarded
from portico.database.prepared import Prepared
from portico.database.scope import MixedScopes, NoScope, NoTransaction, Scope, current_scope

LOOK_EVERY = 1.0
# Reads moments in C, where psycopg has it. Django's own takes each apart in Python, to give it the zone that it has.
_MOMENT = psycopg.adapters.types["timestamptz"].oid
_QUICK = psycopg.adapters.get_loader(_MOMENT, Format.TEXT)


def _binding(scope: Scope) -> list[bytes]:
    role = scope.role.replace('"', '""')
    return [f'SET LOCAL ROLE "{role}"'.encode(), f"SET LOCAL search_path TO {scope.path}".encode()]


def _may_follow(first: Scope, then: Scope) -> bool:
    """Whether a transaction opened as `first` may go on as `then`: only the platform moves, and only by `visit`."""
    return all(scope.company is None or scope.visiting for scope in (first, then))


def _has_hung_up(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server said goodbye while nobody asked: an idle connection has nothing to read. No statement."""
    try:
        watch = select.poll()
        watch.register(connection.fileno(), select.POLLIN)
        return bool(watch.poll(0))
    except (psycopg.Error, OSError, ValueError):
        return True


class GateConnection(psycopg.Connection[Any]):
    """A connection that knows what its running transaction is bound to.

    `_start_query` is psycopg's own hook before every statement (psycopg 3.3, `_connection_base.py`); it is private, so
    the version is pinned below 3.4 and tests/portico/test_gate.py watches the wire.
    """

    opened_as: Scope | None = None
    bound_to: Scope | None = None
    has_moved = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schemas_seen: set[str] = set()
        self.prepared = Prepared()

    def _start_query(self) -> Generator[Any, Any, None]:
        status = self.pgconn.transaction_status
        if status == TransactionStatus.INERROR:
            return
        scope = current_scope()
        if scope is None:
            raise NoScope("This statement has no scope: enter company_scope() or platform_scope() first.")
        if self._autocommit:
            raise NoTransaction("This statement is outside a transaction: its scope could not be bound to it.")
        if status == TransactionStatus.IDLE:
            yield from self._begin(scope)
            self.opened_as, self.has_moved = scope, False
        elif scope != self.bound_to:
            yield from self._move_to(scope)
        else:
            return
        self.bound_to = scope
        self.schemas_seen.add(scope.role)

    def _begin(self, scope: Scope) -> Generator[Any, Any, None]:
        binding = [self._get_tx_start_command(), *_binding(scope)]
        if not self.prepared.asks_who_answers:
            yield from self._bind(binding)
            return
        results = yield from self._bind([*binding, b"SELECT pg_backend_pid()"])
        # A pooler has a number of its own for us, for it gives each transaction to whichever process is free.
        process = results[-1].get_value(0, 0) if results else None
        self.prepared.is_possible = process is not None and int(process) == self.pgconn.backend_pid

    def _move_to(self, scope: Scope) -> Generator[Any, Any, None]:
        if self.opened_as is None or (scope != self.opened_as and not _may_follow(self.opened_as, scope)):
            raise MixedScopes("The running transaction belongs to another scope.")
        yield from self._bind(_binding(scope))
        self.has_moved = True

    def _bind(self, statements: list[bytes]) -> Generator[Any, Any, list[Any]]:
        if self._pipeline:
            for statement in statements:
                yield from self._exec_command(statement)
            return []
        self._check_connection_ok()
        self.pgconn.send_query(b"; ".join(statements))
        results: list[Any] = yield from generators.execute(self.pgconn)
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                raise errors.error_from_result(result, encoding=self.pgconn._encoding)
        return results


class GateCursor(base.Cursor):
    """A cursor whose statements are looked at before they leave: some tables only their own code writes (`guarded`).

    Both hooks are psycopg's own (3.3, `_cursor_base.py`), and private, as the connection's is.
    """

    def _start_query(self, query: Any = None) -> Generator[Any, Any, None]:
        if query is not None:
            guarded.look(query, self)
        return super()._start_query(query)  # type: ignore[misc, no-any-return]  # the stubs know no private name

    def _start_copy_gen(self, statement: Any, params: Any = None) -> Generator[Any, Any, None]:
        guarded.look(statement, self)
        return super()._start_copy_gen(statement, params)  # type: ignore[misc, no-any-return]


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL wrapper on gate connections. What django-tenants asks a wrapper for answers `public`."""

    schema_name = "public"
    tenant = None
    include_public_schema = True

    def get_new_connection(self, conn_params: dict[str, Any]) -> GateConnection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return GateConnection.connect(**conn_params | {"cursor_factory": GateCursor})

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = super().create_cursor(name)
        if _QUICK and self.timezone == UTC:  # the zone of the connection, then: see `ensure_timezone`
            cursor.adapters.register_loader(_MOMENT, _QUICK)
        return cursor

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            # What was set after the savepoint is undone by the server: say it again before the next statement.
            if self.connection is not None and self.connection.has_moved:
                self.connection.bound_to = None

    looked_at = 0.0

    def close_if_unusable_or_obsolete(self) -> None:
        super().close_if_unusable_or_obsolete()
        # A backend remembers every table it has touched and never forgets: at the budget it is let go.
        if self.connection is not None and (
            len(self.connection.schemas_seen) > settings.COMPANIES_PER_CONNECTION or self._is_gone()
        ):
            self.close()

    def _is_gone(self) -> bool:
        # Looking lets other threads run first, so a busy connection is looked at only once a second.
        now = time.monotonic()
        if now < self.looked_at + LOOK_EVERY:
            return False
        self.looked_at = now
        return _has_hung_up(self.connection)

    def set_tenant(self, tenant: object, include_public: bool = True) -> None:
        """Refuse: a schema is never chosen on a connection, only by a scope."""
        raise NoScope("Use portico.database.company_scope(); a connection has no schema of its own.")

    def set_schema(self, schema_name: str, include_public: bool = True, tenant_type: str | None = None) -> None:
        """Refuse any schema but `public`, which needs no setting."""
        if schema_name != "public":
            raise NoScope("Use portico.database.company_scope(); a connection has no schema of its own.")

    def set_schema_to_public(self) -> None:
        """Nothing to do: outside a scope there is no schema."""
