"""A company with a life: people, tickets, files and cached values, all of which carry a random mark."""

import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql


@dataclass
class Life:
    """A company that a proof founded. `mark` is in everything it wrote."""

    slug: str
    mark: str
    owner: Any

    def company(self) -> Any:
        """The company as it is now."""
        from django.db import transaction

        from portico.database import platform_scope
        from tenants.models import Company

        with platform_scope(), transaction.atomic():
            return Company.objects.get(slug=self.slug)


def found(slug: str, name: str, *, tickets: int = 3) -> Life:
    """Claim a company and let it live a little."""
    from django.db import transaction

    from portico.database import company_scope, platform_scope
    from shared_apps.accounts.actors import actor_of
    from shared_apps.accounts.models import User
    from tenants import provision, routing

    provision.refill(1)
    mark = f"mark{secrets.token_hex(8)}"
    with platform_scope(), transaction.atomic():
        company = provision.claim(name=name, slug=slug)
    routing.forget()
    with company_scope(company), transaction.atomic():
        email = f"{mark}@{slug}.example"
        user = User.objects.create_user(email, "long enough words", name=f"Cora {mark}", role="owner")
        owner = actor_of(user)
    _write(company, owner, mark, tickets)
    return Life(slug, mark, owner)


def _write(company: Any, owner: Any, mark: str, tickets: int) -> None:
    from django.core.cache import cache
    from django.core.files.base import ContentFile
    from django.db import transaction

    from portico.database import company_scope
    from portico.storage import CompanyStorage
    from shared_apps.accounts import tokens
    from shared_apps.accounts.models import User
    from tenant_apps.tickets import actions

    with company_scope(company):
        for number in range(tickets):
            with transaction.atomic():
                ticket = actions.open_ticket(
                    subject="website", sub_subject=mark, description=f"Line {number}\n\\ <b>“{mark}”</b>", by=owner
                )
                actions.reply(ticket, f"And more: {mark}", by=owner)
        with transaction.atomic():
            tokens.issue(User.objects.get(pk=owner.id), mark)
        CompanyStorage().save("logo.txt", ContentFile(mark.encode()))
        CompanyStorage().save("deep/down/größe.bin", ContentFile(bytes(range(256)) + mark.encode()))
        cache.set("greeting", mark)


def traces(url: str, mark: str) -> list[str]:
    """Every table of the database, in any schema, where some row holds the mark. One transaction for each."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname <> ALL ('{pg_catalog,information_schema,portico_snapshot}')"
        ).fetchall()
        query = sql.SQL("SELECT 1 FROM {} AS r WHERE strpos(r::text, {}) > 0 LIMIT 1")
        return [
            f"{schema}.{table}"
            for schema, table in tables
            if connection.execute(query.format(sql.Identifier(schema, table), sql.Literal(mark))).fetchone()
        ]


def traces_in_cache(mark: str) -> list[str]:
    """Every key of the cache's database, queues included, whose name or value holds the mark."""
    from django.core.cache import caches

    store = caches["default"]._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    wanted = mark.encode()
    return [key.decode() for key in store.scan_iter() if wanted in key or wanted in _dump(store, key)]


def _dump(store: Any, key: bytes) -> bytes:
    readers = {
        b"string": lambda: [store.get(key) or b""],
        b"list": lambda: store.lrange(key, 0, -1),
        b"set": lambda: store.smembers(key),
        b"hash": lambda: [*store.hkeys(key), *store.hvals(key)],
        b"zset": lambda: store.zrange(key, 0, -1),
    }
    return b" ".join(readers.get(store.type(key), list)())


def schemas_and_roles(url: str) -> tuple[set[str], set[str]]:
    """The companies' schemas of this database, and their roles on the server."""
    with psycopg.connect(url) as connection:
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{16}$'").fetchall()
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^t_[0-9a-f]{16}$'").fetchall()
    return {name for (name,) in schemas}, {name for (name,) in roles}
