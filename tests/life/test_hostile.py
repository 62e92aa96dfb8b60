"""Archives from anywhere: what an export would not have written is refused, and nothing of it stays."""

import hashlib
import json
import stat
import struct
import zipfile

import pytest
from django.conf import settings as django_settings

from portico.actor import SYSTEM
from portico.errors import Refused
from tenants.life import archive as archives
from tenants.life.manifest import Damaged
from tenants.life.restore import restore
from tenants.models import Company, Leftover
from tests.support.lives import schemas_and_roles

_true: list[bytes] = []


@pytest.fixture
def true_archive(request, storage, tmp_path):
    """An archive of Cobble as an export writes it; exported once, for it is only read here."""
    if not _true:
        _true.append(request.getfixturevalue("exported")("true.zip").read_bytes())
    path = tmp_path / "copy.zip"
    path.write_bytes(_true[0])
    return path


@pytest.fixture
def forged(true_archive, tmp_path):
    """`forged(change)` = an archive that `change(entries, manifest)` altered, with hashes made to fit."""

    def make(change, *, fitting=True):
        with zipfile.ZipFile(true_archive) as true:
            entries = {name: true.read(name) for name in true.namelist() if name != "manifest.json"}
            manifest = json.loads(true.read("manifest.json"))
        change(entries, manifest)
        if fitting:
            manifest["entries"] = {
                name: {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()} for name, text in entries.items()
            }
        path = tmp_path / "forged.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name, text in entries.items():
                out.writestr(name, text)
            out.writestr("manifest.json", json.dumps(manifest))
        return path

    return make


@pytest.fixture
def refused(outside, storage):
    """`refused(path, words)`: the archive is refused in these words, and nothing of it stays anywhere."""

    def check(path, words, error=Damaged):
        url = django_settings.DATABASE_OWNER_URL
        before = schemas_and_roles(url)[0], sorted(storage.rglob("*.*"))
        with pytest.raises(error, match=words):
            restore(path, by=SYSTEM, slug="cobble-copy")
        assert (schemas_and_roles(url)[0], sorted(storage.rglob("*.*"))) == before
        with outside():
            assert not Company.objects.filter(slug="cobble-copy").exists()
            assert not Leftover.objects.exists()

    return check


def _rows(change, label="accounts.User"):
    def alter(entries, manifest):
        name = f"rows/{label}.jsonl"
        rows = [json.loads(line) for line in entries[name].splitlines()]
        rows = change(rows) or rows
        manifest["rows"][label] = len(rows)
        entries[name] = b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)

    return alter


def _first(**values):
    return _rows(lambda rows: rows[0].update(values))


@pytest.mark.parametrize(
    "name",
    [
        "files/../../x",
        "files//x",
        "files/./x",
        "/etc/x",
        "files/a\\..\\x",
        "../x",
        "rows/../x",
        "files/x\n",
        "index.html/x",
    ],
)
def test_no_name_leads_out(forged, refused, name):
    refused(forged(lambda entries, manifest: entries.update({name: b"x"})), "leads somewhere else")


def test_a_changed_entry_is_noticed(forged, refused):
    def change(entries, manifest):
        entries["files/logo.txt"] = entries["files/logo.txt"][::-1]

    refused(forged(change, fitting=False), "not what the manifest says")


def test_an_entry_beside_the_manifest_is_noticed(forged, refused):
    refused(
        forged(lambda entries, manifest: entries.update({"files/x": b"x"}), fitting=False), "not those of the manifest"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_first(role="platform_owner"), "cannot be in a company"),
        (_first(role=None), "do not fit"),
        (_first(id="not an id"), "do not fit"),
        (_first(name="a\x00b"), "do not fit"),
        (_first(is_superuser=True), "not what an export writes"),
        (_rows(lambda rows: [*rows, *rows]), "do not fit"),
        (_rows(lambda rows: rows[0].update(ticket_id=rows[0]["id"]), "tickets.Message"), "do not fit"),
        (_rows(lambda rows: rows[0].update(index_id=1), "tickets.Ticket"), "not what an export writes"),
        (_rows(lambda rows: rows[0].update(rating="best"), "tickets.Ticket"), "cannot be in a company"),
        (_rows(lambda rows: rows[0].update(escalation=7), "tickets.Ticket"), "cannot be in a company"),
        (_rows(lambda rows: rows[0].update(status="free"), "tickets.Ticket"), "do not fit"),
        (lambda entries, manifest: entries.update({"rows/accounts.User.jsonl": b"{"}), "do not fit"),
        (lambda entries, manifest: entries.update({"rows/accounts.User.jsonl": b"\xff\n"}), "do not fit"),
        (lambda entries, manifest: manifest["rows"].update({"accounts.User": 7}), "not what an export writes"),
        (lambda entries, manifest: entries.update({"rows/accounts.Token.jsonl": b""}), "not those of its tables"),
        (lambda entries, manifest: entries.pop("rows/tickets.Ticket.jsonl"), "not those of its tables"),
        (lambda entries, manifest: manifest["columns"]["accounts.User"].pop(), "not those of this release"),
        (lambda entries, manifest: manifest.update(columns=3), "not readable"),
        (lambda entries, manifest: manifest.update(fingerprint=7), "not readable"),
        (lambda entries, manifest: manifest["rows"].pop("tickets.Ticket"), "counts are not those"),
        (lambda entries, manifest: manifest.update(format=2), "another format"),
        (lambda entries, manifest: manifest["company"].update(tint=-1), "not readable"),
        (lambda entries, manifest: manifest["company"].update(created_at="2026-11-24T00:00:00"), "not readable"),
        (lambda entries, manifest: manifest["company"].update(slug="../x"), "not readable"),
        (lambda entries, manifest: manifest["company"].update(created_at="yesterday"), "not readable"),
        (lambda entries, manifest: manifest["company"].update(name=["x"]), "not readable"),
    ],
)
def test_what_no_export_wrote_is_refused(forged, refused, change, words):
    refused(forged(change), words)


def test_an_archive_of_another_release_says_so(forged, refused):
    refused(forged(lambda entries, manifest: manifest.update(fingerprint="f" * 64)), "never ran", Refused)


@pytest.mark.parametrize("columns", [[], ["id", "index_id"]])
def test_an_earlier_release_never_had_what_stays_at_home(forged, refused, columns):
    def change(entries, manifest):
        manifest.update(fingerprint="f" * 64)
        manifest["columns"]["tickets.Ticket"] = columns

    refused(forged(change), "cannot be restored")


def test_a_bomb_is_not_unpacked(forged, refused, monkeypatch):
    monkeypatch.setattr(archives, "SMALL", 1_000_000)
    refused(forged(lambda entries, manifest: entries.update({"files/bomb": bytes(5_000_000)})), "out of all proportion")


def test_too_much_is_too_much(forged, refused, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    refused(forged(lambda entries, manifest: None), "more than can be restored")


def test_links_and_twins_are_refused(forged, refused):
    path = forged(lambda entries, manifest: None)
    link = zipfile.ZipInfo("files/logo.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(link, "/etc/passwd")
    refused(path, "entries are not those")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused(refused, tmp_path, content):
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    refused(path, "cannot be used")


def test_a_torn_archive_is_refused(true_archive, refused, tmp_path):
    whole = true_archive.read_bytes()
    path = tmp_path / "torn.zip"
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "not a whole zip")
    damaged = bytearray(whole)
    with zipfile.ZipFile(true_archive) as true:
        entry = true.getinfo("rows/tickets.Message.jsonl")
    name, extra = struct.unpack_from("<HH", whole, entry.header_offset + 26)
    damaged[entry.header_offset + 30 + name + extra + entry.compress_size // 2] ^= 0xFF
    path.write_bytes(bytes(damaged))
    refused(path, "cannot be used")


def test_a_manifest_has_a_limit_and_a_file_must_be_there(true_archive, refused, monkeypatch, tmp_path):
    refused(tmp_path / "nowhere.zip", "no file")
    monkeypatch.setattr(archives, "MOST_MANIFEST", 100)
    refused(true_archive, "manifest is too large")


def test_an_entry_that_lies_about_its_size_is_refused(forged, refused):
    def change(entries, manifest):
        manifest["entries"]["files/logo.txt"]["size"] += 1

    refused(forged(change, fitting=False), "not as large")


def test_an_encrypted_entry_is_refused(true_archive, refused):
    content = bytearray(true_archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of the first entry in the central directory
    true_archive.write_bytes(bytes(content))
    refused(true_archive, "encrypted")


def test_a_link_in_place_of_a_file_is_refused(true_archive, refused, tmp_path):
    path = tmp_path / "linked.zip"
    with zipfile.ZipFile(true_archive) as true, zipfile.ZipFile(path, "w") as out:
        for info in true.infolist():
            if info.filename == "files/logo.txt":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            out.writestr(info, true.read(info.filename))
    refused(path, "no ordinary file")
