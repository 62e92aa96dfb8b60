"""The gate at its edges: hand-made transactions, pipelines, lost servers, and what a visit may and may not."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.utils import load_backend

from portico.database import (
    MixedScopes,
    NoScope,
    NoTransaction,
    Scope,
    company_scope,
    current_company,
    current_scope,
    platform_scope,
    visit,
)
from portico.database.backend import base
from portico.database.scope import COMPANY_GROUP, PLATFORM_ROLE, CompanyRef
from shared_apps.accounts.models import User
from tenants.models import Company

ODD = CompanyRef(7, 't_"odd', 3, "odd", "Odd")
GONE = CompanyRef(8, "t_gone", 1, "gone", "Gone")


def where() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.fixture
def fresh(database) -> Iterator[Any]:
    """A connection of its own, so that it may be broken."""
    known = connections["default"].settings_dict
    wrapper = load_backend("portico.database.backend").DatabaseWrapper(known, alias="default")
    wrapper.ensure_connection()
    yield wrapper
    wrapper.close()


@pytest.mark.no_database
def test_a_company_travels_with_its_generation():
    assert ODD.key == "7.3"
    assert ODD.tint == 0
    with pytest.raises(AttributeError):
        ODD.generation = 4


@pytest.mark.no_database
def test_the_roles_are_the_ones_that_the_runbook_names():
    assert (PLATFORM_ROLE, COMPANY_GROUP) == ("portico_platform", "portico_company")


@pytest.mark.no_database
def test_a_scope_is_its_role_and_path_and_ends_with_its_block():
    assert current_scope() is None
    with pytest.raises(NoScope):
        current_company()
    with platform_scope():
        assert current_scope() == Scope(role="portico_platform", path="public")
        assert current_scope().visiting is False
        with pytest.raises(NoScope):
            current_company()
        with company_scope(ODD):
            assert current_company() == ODD
        assert current_scope().company is None
    with pytest.raises(ZeroDivisionError), company_scope(ODD):
        raise ZeroDivisionError
    assert current_scope() is None


@pytest.mark.no_database
def test_a_visit_without_the_platform_is_refused():
    with pytest.raises(MixedScopes), visit(ODD):
        pass
    with company_scope(ODD), pytest.raises(MixedScopes), visit(ODD):
        pass


@pytest.mark.no_database
def test_no_name_of_a_role_breaks_out_of_its_quotes():
    role, path = base._binding(Scope(role='t"; DROP', path="public"))
    assert role == b'SET LOCAL ROLE "t""; DROP"'
    assert path == b"SET LOCAL search_path TO public"


def test_a_statement_after_an_error_is_answered_by_the_server(acme, inside):
    with pytest.raises(psycopg.errors.InFailedSqlTransaction), inside(acme):
        raw = connection.connection or (connection.ensure_connection(), connection.connection)[1]
        with pytest.raises(psycopg.errors.UndefinedTable):
            raw.execute("SELECT * FROM nowhere")
        raw.execute("SELECT 1")


def test_a_transaction_that_somebody_began_by_hand_is_nobodys(acme, fresh):
    fresh.set_autocommit(False)
    fresh.connection.pgconn.exec_(b"BEGIN")
    with company_scope(acme), pytest.raises(MixedScopes):
        fresh.connection.execute("SELECT 1")
    with platform_scope(), pytest.raises(MixedScopes):
        fresh.connection.execute("SELECT 1")


def test_in_a_pipeline_role_and_path_go_first(acme, borealis, fresh):
    fresh.set_autocommit(False)
    for company in (acme, borealis):
        with company_scope(company), fresh.connection.pipeline():
            row = fresh.connection.execute("SELECT current_user, current_schema()").fetchone()
        assert row == (company.schema, company.schema)
        fresh.connection.commit()


def test_a_pipeline_does_not_get_around_the_gate(acme, fresh):
    with fresh.connection.pipeline(), pytest.raises(NoScope):
        fresh.connection.execute("SELECT 1")
    with company_scope(acme), fresh.connection.pipeline(), pytest.raises(NoTransaction):
        fresh.connection.execute("SELECT 1")


def test_a_company_never_goes_on_as_the_platform(acme, inside):
    with inside(acme):
        User.objects.count()
        with platform_scope(), pytest.raises(MixedScopes):
            Company.objects.count()
        assert where() == acme.schema


def test_a_lone_platform_transaction_does_not_go_on_as_a_company(acme, outside):
    with outside():
        Company.objects.count()
        with company_scope(acme), pytest.raises(MixedScopes):
            User.objects.count()
        assert where() == PLATFORM_ROLE


def test_one_visit_after_the_other_and_home_in_between(acme, borealis, outside):
    with outside():
        seen = []
        for company in (acme, borealis, acme):
            with visit(company):
                seen.append(where() == company.schema)
            seen.append(where() == PLATFORM_ROLE)
    assert seen == [True] * 6


def test_a_transaction_that_begins_with_a_visit_comes_home_too(acme, outside):
    with outside():
        with visit(acme):
            assert where() == acme.schema
            with company_scope(acme), pytest.raises(MixedScopes):
                User.objects.count()
        assert where() == PLATFORM_ROLE


def test_the_next_transaction_begins_anew_after_a_visit(acme, borealis, inside, outside):
    with outside(), visit(acme):
        User.objects.count()
    with inside(borealis):
        assert where() == borealis.schema
        assert connection.connection.has_moved is False
        with transaction.atomic():
            User.objects.count()
            transaction.set_rollback(True)
        assert connection.connection.bound_to.company == borealis


def test_a_failing_binding_is_an_error_at_once_and_no_guess(fresh):
    fresh.set_autocommit(False)
    with company_scope(GONE), pytest.raises(psycopg.errors.InvalidParameterValue):
        fresh.connection.execute("SELECT 1")


def test_a_savepoint_without_a_connection_is_quiet(fresh, monkeypatch):
    monkeypatch.setattr(base.base.DatabaseWrapper, "savepoint_rollback", lambda self, sid: None)
    fresh.close()
    fresh.savepoint_rollback("s1")
    assert fresh.connection is None


def _end(wrapper: Any, database: Any) -> None:
    pid = wrapper.connection.info.backend_pid
    database.connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_server_that_said_goodbye_is_noticed_between_requests(fresh, database):
    assert base._has_hung_up(fresh.connection) is False
    fresh.close_if_unusable_or_obsolete()
    assert fresh.connection is not None

    _end(fresh, database)

    assert base._has_hung_up(fresh.connection) is True
    fresh.close_if_unusable_or_obsolete()
    assert fresh.connection is not None, "a busy connection is looked at once a second"
    fresh.looked_at = 0.0
    fresh.close_if_unusable_or_obsolete()
    assert fresh.connection is None
    fresh.close_if_unusable_or_obsolete()


def test_a_connection_that_is_closed_has_hung_up(fresh):
    raw = fresh.connection
    raw.close()
    assert base._has_hung_up(raw) is True


def test_a_server_that_goes_in_the_middle_is_an_error(acme, database, fresh):
    fresh.set_autocommit(False)
    _end(fresh, database)
    with company_scope(acme), pytest.raises(psycopg.OperationalError):
        fresh.connection.execute("SELECT 1")


def test_a_connection_is_kept_up_to_its_budget(acme, borealis, fresh, settings):
    settings.COMPANIES_PER_CONNECTION = 2
    fresh.set_autocommit(False)
    kept = []
    for scope in (company_scope(acme), company_scope(borealis), company_scope(acme), platform_scope()):
        with scope:
            fresh.connection.execute("SELECT 1")
            fresh.connection.commit()
        fresh.set_autocommit(True)
        fresh.close_if_unusable_or_obsolete()
        kept.append(fresh.connection is not None)
        if fresh.connection:
            fresh.set_autocommit(False)
    assert kept == [True, True, True, False]


def test_the_connection_reads_only_what_is_committed(fresh):
    assert fresh.isolation_level == psycopg.IsolationLevel.READ_COMMITTED
    assert (fresh.schema_name, fresh.tenant, fresh.include_public_schema) == ("public", None, True)


def test_a_refused_statement_leaves_the_connection_usable(acme):
    with pytest.raises(NoScope), transaction.atomic():
        User.objects.count()
    with pytest.raises(DatabaseError), company_scope(ODD), transaction.atomic():
        User.objects.count()
    with company_scope(acme), transaction.atomic():
        assert User.objects.count() == 5


def test_djangos_own_check_of_an_old_connection_still_runs(fresh):
    fresh.close_at = 0
    fresh.close_if_unusable_or_obsolete()
    assert fresh.connection is None
