"""An installation that is not walled off is told so."""

from django.conf import settings

from tenants import checks
from tenants.owner import owner_connection


def test_a_cache_without_companies_in_its_keys_is_an_error(settings):
    assert checks.check_keys_of_cache() == []
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    assert [one.id for one in checks.check_keys_of_cache()] == ["tenants.E001"]


def test_going_around_the_gate_is_an_error(monkeypatch):
    assert checks.check_gate() == []
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.postgresql")

    assert [one.id for one in checks.check_gate()] == ["tenants.E002"]


def test_the_wall_stands_in_this_database(database):
    assert checks.check_wall() == []
    assert checks.check_wall(databases=["default"]) == []


def test_a_login_role_that_inherits_is_reported(database):
    superuser = settings.DATABASE_OWNER_URL.split("://")[1].split(":")[0]
    known = settings.DATABASE_URL
    settings.DATABASE_URL = known.replace("portico_app", superuser)
    try:
        assert [one.id for one in checks.check_wall(databases=["default"])] == ["tenants.W003"]
    finally:
        settings.DATABASE_URL = known


def test_the_database_forgets_nothing_it_acknowledged(database):
    with owner_connection() as owner:
        assert owner.execute("SHOW synchronous_commit").fetchone() == ("on",)
