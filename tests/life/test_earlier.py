"""An archive of an earlier release: the company comes back with this release's tables, or says what is missing."""

import json
import zipfile

import pytest
from django.core.management import call_command

from portico.actor import SYSTEM
from portico.errors import Refused
from shared_apps.console import verify
from tenants.life import erase, export
from tenants.life.archive import opened
from tenants.life.restore import restore
from tenants.provision import fingerprint
from tests.fleet.conftest import fleet, release  # noqa: F401 (fixtures)
from tests.fleet.releases import COLUMNS
from tests.support.lives import found

pytestmark = pytest.mark.no_database


@pytest.fixture
def archive(fleet, storage, tmp_path):  # noqa: F811
    """Cobble's archive, written by the release before; Cobble itself is erased."""
    life, path = found("cobble", "Cobble & Co"), tmp_path / "cobble.zip"
    export.export(life.company(), path, by=SYSTEM)
    erase.erase(life.company(), by=SYSTEM, typed="cobble")
    return path


def _company(fleet):  # noqa: F811
    return fleet.execute("SELECT schema_name, fingerprint FROM public.tenants_company WHERE slug = 'cobble'").fetchone()


def test_it_is_brought_to_this_release(fleet, release, archive):  # noqa: F811
    release(COLUMNS)
    call_command("tenants", "migrate")

    company = restore(archive, by=SYSTEM)

    schema, mark = _company(fleet)
    assert mark == fingerprint()
    assert fleet.execute(f"SELECT count(source), count(*) FROM {schema}.journal_event").fetchone() == (6, 6)
    assert verify.drift_of(company) == []


def test_without_its_recording_it_is_refused(fleet, release, archive):  # noqa: F811
    release(COLUMNS)
    call_command("tenants", "migrate")
    fleet.execute("DELETE FROM public.tenants_recording WHERE fingerprint <> %s", [fingerprint()])

    with pytest.raises(Refused, match="never ran"):
        restore(archive, by=SYSTEM)
    assert _company(fleet) is None


def test_a_company_that_cannot_be_migrated_stands_and_waits(fleet, release, archive):  # noqa: F811
    release('migrations.RunSQL("SELECT 1 / 0")')

    with pytest.raises(Refused, match="stands again"):
        restore(archive, by=SYSTEM)

    assert _company(fleet)[1] != fingerprint()


def test_a_table_that_release_did_not_have_stays_empty(archive, tmp_path):
    path = tmp_path / "fewer.zip"
    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(path, "w") as fewer:
        manifest = json.loads(whole.read("manifest.json"))
        for part in (manifest["columns"], manifest["rows"]):
            del part["tickets.Counter"]
        del manifest["entries"]["rows/tickets.Counter.jsonl"]
        for name in manifest["entries"]:
            fewer.writestr(name, whole.read(name))
        fewer.writestr("manifest.json", json.dumps(manifest | {"fingerprint": "e" * 64}))
    with opened(path) as found:
        assert "tickets.Counter" not in [model._meta.label for model, _, _ in found.tables()]
