"""The gate: no statement without a scope, and no scope that outlives its transaction."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from django.db.utils import load_backend

from portico.database import MixedScopes, NoScope, NoTransaction, company_scope, platform_scope, visit
from portico.database.scope import CompanyRef
from shared_apps.accounts.models import User
from tenants.models import Company
from tests.support.wire import Wire, listening


def where() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        return cursor.fetchone()


def names() -> set[str]:
    return set(User.objects.values_list("name", flat=True))


@pytest.fixture
def wired() -> Iterator[tuple[Wire, Any]]:
    """A connection of the product's own backend whose traffic is listened to."""
    known = connections["default"].settings_dict
    with listening(known["HOST"], int(known["PORT"])) as wire:
        changed = known | {"HOST": "127.0.0.1", "PORT": str(wire.port)}
        wrapper = load_backend("portico.database.backend").DatabaseWrapper(changed, alias="default")
        yield wire, wrapper
        wrapper.close()


def test_a_statement_without_a_scope_is_refused(database):
    with pytest.raises(NoScope), transaction.atomic():
        names()


def test_a_statement_outside_a_transaction_is_refused(acme):
    with company_scope(acme), pytest.raises(NoTransaction):
        names()


def test_role_and_path_ride_on_begin(wired, acme):
    wire, wrapper = wired
    wrapper.ensure_connection()
    wire.sent.clear()

    with company_scope(acme):
        wrapper.set_autocommit(False)
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.execute("SELECT 2")
        wrapper.commit()

    assert wire.sent == [
        f'BEGIN; SET LOCAL ROLE "{acme.schema}"; SET LOCAL search_path TO "{acme.schema}",public',
        "SELECT 1",
        "SELECT 2",
        "COMMIT",
    ]


def test_connecting_sends_nothing_of_its_own(wired):
    wire, wrapper = wired
    wrapper.ensure_connection()

    assert wire.sent == []


def test_a_transaction_without_a_statement_sends_nothing(wired, acme):
    wire, wrapper = wired
    wrapper.ensure_connection()

    with company_scope(acme):
        wrapper.set_autocommit(False)
        wrapper.commit()

    assert wire.sent == []


def test_each_company_reads_its_own_people(acme, borealis, inside):
    with inside(acme):
        assert "Ada Lind" in names()
    with inside(borealis):
        assert names() == {"Odd Berg", "Bo Nyman", "Bea Falk"}


def test_after_commit_nothing_of_the_scope_is_left(acme, inside):
    with inside(acme):
        names()

    with psycopg.connect(settings.DATABASE_URL) as plain:
        assert plain.execute("SELECT current_user").fetchone() == ("portico_app",)
    with platform_scope(), transaction.atomic():
        assert where()[0] == "portico_platform"


def test_a_savepoint_rollback_keeps_the_scope(acme, inside):
    with inside(acme):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert where() == (acme.schema, acme.schema)


def test_a_savepoint_rollback_inside_a_visit_keeps_the_visit(acme, outside):
    with outside():
        Company.objects.count()
        with visit(acme):
            with transaction.atomic():
                names()
                transaction.set_rollback(True)
            assert where() == (acme.schema, acme.schema)
        assert where()[0] == "portico_platform"


def test_a_rolled_back_visit_leaves_the_platform_where_it_was(acme, outside):
    with outside():
        Company.objects.count()
        with transaction.atomic(), visit(acme):
            names()
            transaction.set_rollback(True)
        assert where()[0] == "portico_platform"


def test_two_companies_never_share_a_transaction(acme, borealis, inside):
    with inside(acme):
        names()
        with company_scope(borealis), pytest.raises(MixedScopes):
            names()


def test_only_the_platform_visits(acme, borealis, inside):
    with inside(acme), pytest.raises(MixedScopes), visit(borealis):
        names()


def test_a_visitor_does_not_open_a_third_door(acme, borealis, outside):
    with outside(), visit(acme), pytest.raises(MixedScopes), visit(borealis):
        names()


def test_a_failing_set_refuses_everything_after_it(acme):
    gone = CompanyRef(99, "t_gone", 1, "gone", "Gone")
    with pytest.raises(DatabaseError), company_scope(gone), transaction.atomic():
        names()
    with company_scope(acme), transaction.atomic():
        assert "Ada Lind" in names()


@pytest.mark.parametrize("statement", ["SELECT * FROM {other}.accounts_user", "SELECT * FROM public.accounts_user"])
def test_raw_sql_that_names_another_schema_is_refused_by_the_database(acme, borealis, inside, statement):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement.format(other=borealis.schema))


@pytest.mark.parametrize("table", ["accounts_token", "django_session", "staff_ticketcoverage", "tenants_company"])
def test_a_company_reads_nothing_of_the_platform(acme, inside, table):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"SELECT * FROM public.{table}")


def test_the_platform_reads_nothing_of_a_company(acme, outside):
    with outside(), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"SELECT * FROM {acme.schema}.accounts_user")


def test_the_login_role_reads_nothing_at_all(acme):
    with psycopg.connect(settings.DATABASE_URL) as plain:
        for table in (f"{acme.schema}.accounts_user", "public.accounts_user", "public.tenants_company"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), plain.transaction():
                plain.execute(f"SELECT * FROM {table}")


def test_the_path_cannot_be_changed_from_within_a_select(acme, inside):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("SELECT set_config('search_path', 'public', true)")


def test_a_missing_table_never_falls_through_to_public(acme, database, inside):
    database.connection.execute(f"ALTER TABLE {acme.schema}.accounts_user RENAME TO was_here")
    try:
        with pytest.raises(ProgrammingError, match="permission denied"), inside(acme):
            names()
    finally:
        database.connection.execute(f"ALTER TABLE {acme.schema}.was_here RENAME TO accounts_user")


def test_threads_keep_their_own_scope(acme, borealis, inside):
    expected = {acme: "Ada Lind", borealis: "Bo Nyman"}
    barrier = threading.Barrier(4)

    def read(company: CompanyRef) -> bool:
        barrier.wait()
        seen = []
        for _ in range(25):
            with inside(company):
                seen.append(expected[company] in names() and where()[0] == company.schema)
        connection.close()
        return all(seen)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, [acme, borealis, acme, borealis]))


def test_async_code_keeps_its_own_scope(acme, borealis, inside):
    async def read(company: CompanyRef) -> set[str]:
        def within() -> set[str]:
            with inside(company):
                return names()

        return await sync_to_async(within)()

    async def both() -> list[set[str]]:
        return await asyncio.gather(*[read(company) for company in (acme, borealis) * 10])

    answers = asyncio.run(both())
    assert all(("Ada Lind" in found) == (number % 2 == 0) for number, found in enumerate(answers))


def test_a_connection_is_replaced_at_its_budget(acme, borealis, inside, settings):
    settings.COMPANIES_PER_CONNECTION = 1
    with inside(acme):
        names()
    with inside(borealis):
        names()
    first = connection.connection

    connection.close_if_unusable_or_obsolete()

    assert connection.connection is None
    assert first.closed


def test_a_schema_is_never_chosen_on_a_connection(acme):
    with pytest.raises(NoScope):
        connection.set_schema(acme.schema)
    with pytest.raises(NoScope):
        connection.set_tenant(object())
    connection.set_schema("public")
    connection.set_schema_to_public()


def test_many_rows_at_once_stay_in_scope(acme, borealis, inside):
    with inside(acme), connection.cursor() as cursor:
        cursor.executemany("UPDATE accounts_user SET name = %s WHERE name = %s", [("Ada L.", "Ada Lind"), ("X", "Y")])
    with inside(acme):
        assert "Ada L." in names()


@pytest.mark.parametrize("statement", ["UPDATE journal_event SET verb = 'ticket.lost'", "DELETE FROM journal_event"])
def test_a_company_never_rewrites_its_journal(acme, inside, statement):
    with inside(acme), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


def test_moments_come_with_the_zone_that_django_gives_them(acme, inside):
    said = "'2026-03-29 01:30:00.000007+02'::timestamptz, '0044-01-01 00:00+00'::timestamptz, NULL::timestamptz"
    with inside(acme), connection.cursor() as cursor:
        cursor.execute(f"SELECT {said}")
        found = cursor.fetchone()

    assert found == (datetime(2026, 3, 28, 23, 30, 0, 7, UTC), datetime(44, 1, 1, tzinfo=UTC), None)
    assert [one.tzinfo for one in found if one] == [connection.timezone] * 2
