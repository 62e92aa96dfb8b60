"""`tenants list`, `create` and `status`."""

import json

import pytest
from django.core.management.base import CommandError

from tests.fleet.releases import COLUMNS

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
