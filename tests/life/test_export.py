"""An export is one archive that holds everything of one company, and nothing of anybody else."""

import hashlib
import json
import stat
import zipfile

import pytest

from portico.actor import SYSTEM
from portico.errors import Forbidden, Refused
from tenants.life.export import export


def test_an_archive_holds_rows_files_and_pages(cobble, exported):
    with zipfile.ZipFile(exported()) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        tickets = [json.loads(line) for line in archive.read("rows/tickets.Ticket.jsonl").splitlines()]
        page, logo = archive.read("index.html").decode(), archive.read("files/logo.txt")
        assert set(archive.namelist()) == {"manifest.json", *manifest["entries"]}
        for name, entry in manifest["entries"].items():
            content = archive.read(name)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["size"], entry["sha256"])
    assert manifest["rows"]["tickets.Message"] == 6
    assert [one["sub_subject"] for one in tickets] == [cobble.mark] * 3
    assert "Cobble &amp; Co" in page
    assert logo == cobble.mark.encode()


def test_what_people_wrote_stays_text_on_the_readable_pages(exported):
    with zipfile.ZipFile(exported()) as archive:
        page = archive.read("read/tickets.Message.html").decode()
    assert page.startswith("<!doctype html>")
    assert "<th>sender name" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_two_exports_of_the_same_state_are_the_same_bytes(exported):
    assert exported("one.zip").read_bytes() == exported("two.zip").read_bytes()


def test_no_secret_of_a_session_or_token_leaves(cobble, exported):
    with zipfile.ZipFile(exported()) as archive:
        assert not {name for name in archive.namelist() if "Token" in name or "Session" in name or "Answer" in name}


def test_nothing_of_another_company_comes_along(cobble, storage, tmp_path):
    from tests.support.lives import found

    other = found("dunlin", "Dunlin")
    export(cobble.company(), tmp_path / "one.zip", by=SYSTEM)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert other.mark.encode() not in everything
    assert cobble.mark.encode() in everything


def test_an_archive_is_for_this_account_alone_and_never_overwrites(cobble, exported):
    path = exported()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Refused, match="exists already"):
        export(cobble.company(), path, by=SYSTEM)


def test_an_archive_does_not_lie_in_the_products_own_data(cobble, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for path in (tmp_path / "one.zip", tmp_path / "missing" / "one.zip"):
        with pytest.raises(Refused):
            export(cobble.company(), path, by=SYSTEM)


def test_a_company_behind_this_release_is_migrated_first(cobble, database, tmp_path):
    database.connection.execute("UPDATE tenants_company SET fingerprint = 'older' WHERE slug = 'cobble'")
    with pytest.raises(Refused, match="migrate"):
        export(cobble.company(), tmp_path / "one.zip", by=SYSTEM)


def test_the_wrong_person_gets_no_archive(cobble, lin, sam, ada, tmp_path):
    for person in (lin, sam, ada, cobble.owner):
        with pytest.raises(Forbidden):
            export(cobble.company(), tmp_path / "one.zip", by=person)
    assert list(tmp_path.glob("*.zip*")) == []
