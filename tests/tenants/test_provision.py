"""Ready schemas: built whole or not at all, claimed once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from portico.database import visit
from shared_apps.accounts.models import User
from tenants import provision
from tenants.models import Company, ReadySchema
from tenants.owner import owner_connection
from tenants.provision.pool import build


def test_a_claim_gives_a_company_its_own_empty_schema(outside):
    with outside():
        cobble = provision.claim(name="Cobble & Co", slug="cobble")
        with visit(cobble):
            assert not User.objects.exists()
            User.objects.create_user("cora@cobble.example", "long enough words", name="Cora", role="owner")

    with outside(), visit(cobble):
        assert User.objects.get().name == "Cora"


def test_a_failure_after_the_claim_leaves_no_company_and_no_lost_schema(outside):
    with outside():
        before = ReadySchema.objects.count()

    with outside():
        provision.claim(name="Cobble & Co", slug="cobble")
        transaction.set_rollback(True)

    with outside():
        assert not Company.objects.filter(slug="cobble").exists()
        assert ReadySchema.objects.count() == before


def test_a_taken_subdomain_is_refused_and_the_transaction_goes_on(outside):
    with outside():
        with pytest.raises(provision.SlugTaken):
            provision.claim(name="Another Acme", slug="acme")
        assert Company.objects.filter(slug="acme").count() == 1


def test_a_claim_is_one_message_to_the_server_whatever_its_answer(outside, database):
    """Every further one would be waited for, with others who sign up at the same time."""
    heard: list[str] = []

    def listen(execute: Any, text: str, *rest: Any) -> Any:
        heard.append(text)
        return execute(text, *rest)

    with outside(), connection.execute_wrapper(listen):
        company = provision.claim(name="Cobble & Co", slug="cobble")
        with pytest.raises(provision.SlugTaken):
            provision.claim(name="Another Acme", slug="acme")
    database.connection.execute("DELETE FROM public.tenants_readyschema")
    with outside(), connection.execute_wrapper(listen), pytest.raises(provision.NoReadySchema):
        provision.claim(name="Dune", slug="dune")
    assert len(heard) == 3
    with outside():
        assert company == Company.objects.get(slug="cobble").ref


def test_a_refused_subdomain_costs_no_ready_schema(outside):
    with outside():
        before = ReadySchema.objects.count()
        with pytest.raises(provision.SlugTaken):
            provision.claim(name="Another Acme", slug="acme")
        assert ReadySchema.objects.count() == before


def test_an_empty_pool_says_so(outside, database):
    database.connection.execute("DELETE FROM public.tenants_readyschema")
    with outside(), pytest.raises(provision.NoReadySchema):
        provision.claim(name="Cobble & Co", slug="cobble")


def test_eight_signups_at_once_get_eight_schemas(outside):
    provision.refill(8)

    def sign_up(number: int) -> Any:
        try:
            with outside():
                return provision.claim(name=f"Company {number}", slug=f"company-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(sign_up, range(8)))

    assert len({company.schema for company in claimed}) == 8


def test_the_platform_makes_no_company_but_by_a_claim(outside):
    with outside(), pytest.raises(Exception, match="permission denied"):
        Company.objects.create(name="Sneaky", slug="sneaky", schema_name="t_sneaky")


def test_a_killed_build_leaves_no_schema_and_no_role():
    with owner_connection() as doomed:
        schema = build(doomed)
        (pid,) = doomed.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        with owner_connection() as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [pid])
        with pytest.raises(psycopg.OperationalError):
            doomed.execute("SELECT 1")
        with owner_connection() as after:
            found = after.execute(
                "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = %s),"
                " (SELECT count(*) FROM pg_roles WHERE rolname = %s)",
                [schema, schema],
            ).fetchone()
        assert found == (0, 0)
        doomed.close()


def test_a_ready_schema_is_what_the_migrations_make(acme):
    """Columns, constraints and indexes of a replayed schema equal those of one that Django migrated itself."""
    with owner_connection() as owner:
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [acme.schema]).fetchall()
        applied = owner.execute(f"SELECT count(*) FROM {acme.schema}.django_migrations").fetchone()
    names = {name for (name,) in tables}
    assert {"accounts_user", "django_session", "journal_event", "tickets_ticket", "tickets_message"} <= names
    assert not any(name.startswith(("tenants_", "staff_", "console_", "audit_")) for name in names)
    assert applied is not None
    assert applied[0] > 0
    assert len(names) <= 45


def test_the_house_company_stands_from_the_start(outside):
    with outside():
        assert Company.objects.get(pk=0).slug == "help"


def test_no_key_leads_from_a_company_to_public(acme):
    with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
        crossing = owner.execute(
            """
            SELECT c.conname FROM pg_constraint c
            JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
            WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace
            """
        ).fetchall()
    assert crossing == []
