"""`tenants list`, `create` and `status`."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tenants.owner import django_as_owner
from tests.fleet.releases import COLUMNS
from tests.fleet.test_migrate import columns

pytestmark = pytest.mark.no_database


def test_list_says_who_there_is(still, tenants, release):
    assert "acme" in tenants("list")
    assert tenants("list", "--behind") == ""
    release(COLUMNS)
    assert len(tenants("list", "--behind").splitlines()) == 3


def test_create_makes_a_company_with_an_owner(fleet, tenants):
    said = tenants("create", "cobble", "Cobble & Co", "--owner", "Cora@cobble.example")

    assert "//cobble.localhost:8000/" in said
    (schema,) = fleet.execute("SELECT schema_name FROM public.tenants_company WHERE slug = 'cobble'").fetchone()
    people = fleet.execute(f"SELECT email, role FROM {schema}.accounts_user").fetchall()
    assert people == [("cora@cobble.example", "owner")]


@pytest.mark.parametrize(
    ("words", "why"),
    [(("acme", "Again", "--owner", "a@b.example"), "taken"), (("new", "New", "--owner", "nobody"), "valid email")],
)
def test_create_refuses_what_it_cannot_do(still, tenants, words, why):
    with pytest.raises(CommandError, match=why):
        tenants("create", *words)


def test_status_for_programs(still, tenants, release):
    release(COLUMNS)
    found = json.loads(tenants("status", "--json", "--drift"))

    assert found["companies"] == 3
    assert {one["slug"] for one in found["behind"]} == {"acme", "borealis", "help"}
    assert found["drift"] == {}


def test_shared_tables_come_first(fleet, tenants):
    fleet.execute("DELETE FROM public.django_migrations WHERE app = 'tenants' AND name LIKE '0002%'")
    with pytest.raises(CommandError, match="run `manage.py setup` first"):
        tenants("migrate")


def test_set_up_says_that_companies_are_behind_and_touches_none(fleet, tenants, release):
    release(COLUMNS)
    out = io.StringIO()
    with django_as_owner():
        call_command("setup", ready=1, stdout=out)

    assert "3 companies are not at this release yet: run `manage.py tenants migrate`." in out.getvalue()
    assert "source" not in columns(fleet, "acme")
    tenants("migrate")
    assert "source" in columns(fleet, "acme")


def test_numbers_that_make_no_sense_are_refused(still, tenants):
    with pytest.raises(CommandError, match="must be positive"):
        tenants("migrate", "--workers", "0")
