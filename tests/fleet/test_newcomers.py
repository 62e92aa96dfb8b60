"""A company that the release before opens while the others are migrated."""

import io
import threading

import pytest
from django.conf import settings
from django.core.management import call_command

from tenants import provision
from tenants.provision.recording import fingerprint
from tests.fleet.releases import COLUMNS
from tests.fleet.test_migrate import behind, columns, schema_of

pytestmark = pytest.mark.no_database


def test_it_is_brought_along_by_the_same_run(fleet, release):
    import psycopg

    old = fingerprint()
    provision.refill(2)
    release(COLUMNS)
    out = io.StringIO()
    with psycopg.connect(settings.DATABASE_OWNER_URL) as visitor:
        visitor.execute(f"LOCK TABLE {schema_of(fleet, 'borealis')}.journal_event IN ACCESS SHARE MODE")
        run = threading.Thread(target=lambda: call_command("tenants", "migrate", stdout=out))
        run.start()
        while not fleet.execute("SELECT 1 FROM public.tenants_migrationrun").fetchone():
            run.join(0.02)
        fleet.execute("SELECT public.portico_claim(%s, 'Late', 'late')", [old])
    run.join(60)

    assert "late was opened meanwhile" in out.getvalue()
    assert behind(fleet) == []
    assert "source" in columns(fleet, "late")
