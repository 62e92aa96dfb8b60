"""While a release goes out: who is served by which code, and who is asked to wait, alone."""

import pytest
from django.conf import settings
from django.test import Client

from portico.settings.parts import MIGRATION_MODULES
from tenants import routing
from tenants.fleet import serving
from tests.fleet.releases import COLUMNS

pytestmark = pytest.mark.no_database


def status_of(slug):
    routing.forget()
    serving.forget()
    client = Client(headers={"Host": f"{slug}.{settings.BASE_HOST}"}, raise_request_exception=False)
    return client.get("/login").status_code


@pytest.fixture
def old(settings, release):
    """`old()` = from now on this process is the release before again."""
    from tenants.provision.recording import fingerprint

    def become():
        settings.MIGRATION_MODULES = MIGRATION_MODULES
        fingerprint.cache_clear()

    return become


def test_a_company_behind_waits_alone(fleet, tenants, release, static_files):
    release(COLUMNS)
    tenants("migrate", "--only", "acme")

    assert status_of("acme") == 200
    assert status_of("borealis") == 503


def test_the_release_before_goes_on_where_the_way_only_added(fleet, tenants, release, old, static_files):
    release(COLUMNS)
    tenants("migrate", "--only", "acme")
    old()

    assert status_of("acme") == 200
    assert status_of("borealis") == 200


def test_the_release_before_waits_where_something_went_away(fleet, tenants, release, old, static_files):
    release(
        'migrations.RemoveField("event", "acting_for")]\n'
        '    fleet_accepts = {"contract": "Nothing reads it since the last release."}\n    _ = ['
    )
    tenants("migrate", "--only", "acme")
    old()

    assert status_of("acme") == 503
    assert status_of("borealis") == 200
