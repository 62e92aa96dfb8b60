"""One archive with everything of a company. The same state gives the same bytes."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import transaction

from portico.actor import Actor
from portico.database import platform_scope
from portico.errors import Refused
from portico.events import record
from tenants.life import access, classes, files, readable, reading
from tenants.life.manifest import NAME, Entry, Manifest, identity
from tenants.models import Company
from tenants.provision import fingerprint

Tell = Callable[[str], None]
_LEVEL = 6
_FIXED = ("schema_name", "generation", "fingerprint")
_IN_MEMORY = 8 * 2**20


def silent(step: str) -> None:
    """For callers who do not watch."""


def export(company: Company, path: Path, *, by: Actor, tell: Tell = silent) -> Manifest:
    """Write the company's archive to `path`, which must not exist and lies outside of the product's own data.

    Rows are read under the company's own role from one snapshot. The archive appears at once and whole, or not at all.
    """
    access.require(by, "export")
    _require_place(path)
    _require_whole(company)
    with _appearing(path) as unfinished, zipfile.ZipFile(unfinished, "w") as archive:
        manifest = _Writer(archive, tell).write(company)
        _store(archive, NAME, [manifest.as_json()])
        _record(company, by, manifest)
    return manifest


def _require_place(path: Path) -> None:
    if path.exists():
        raise Refused("file_exists", f"{path} exists already: an export never writes over something.")
    if not path.parent.is_dir():
        raise Refused("no_folder", f"There is no folder {path.parent}.")
    if path.resolve().is_relative_to(Path(settings.DATA_DIR).resolve()):
        raise Refused("inside_data", "Write the archive outside of the product's own data: it would be lost with it.")


def _require_whole(company: Company) -> None:
    if company.state == Company.State.ERASING:
        raise Refused("erasing", "This company is being erased: there is nothing whole to export any more.")
    if company.fingerprint != fingerprint():
        raise Refused("behind", "This company's tables are not those of this release. Run `tenants migrate` first.")


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its name when everything went well; readable by this account alone."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(number)
    try:
        yield Path(name)
        os.link(name, path)  # unlike a rename, this fails when somebody was faster
    except FileExistsError:
        raise Refused("file_exists", f"{path} exists already: an export never writes over something.") from None
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _record(company: Company, by: Actor, manifest: Manifest) -> None:
    with platform_scope(), transaction.atomic():
        now = Company.objects.filter(pk=company.pk).values_list(*_FIXED).first()
        if now != tuple(getattr(company, name) for name in _FIXED):
            raise Refused("changed_meanwhile", "The company was migrated or restored meanwhile. Please try again.")
        sha256 = hashlib.sha256(manifest.as_json()).hexdigest()
        record("company.exported", company, by=by, manifest=sha256, rows=sum(manifest.rows.values()))


class _Writer:
    """Writes the entries and remembers what it wrote."""

    def __init__(self, archive: zipfile.ZipFile, tell: Tell) -> None:
        self.archive, self.tell = archive, tell
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, int] = {}
        self.entries: dict[str, Entry] = {}
        self.sealed: dict[str, list[str]] = {}

    def write(self, company: Company) -> Manifest:
        with reading.snapshot(company.schema_name) as connection:
            names = files.names(company.ref)
            for model, what in classes.kept():
                self._table(connection, model, what)
            for model, column, columns in classes.sealed():
                self._add(f"sealed/{model._meta.label}.jsonl", reading.lines(connection, model, columns, column))
                self.sealed[model._meta.label] = columns
        for name in names:
            self.tell(f"file {name}")
            self._add(f"files/{name}", files.pieces(company.ref, name))
        self._add("index.html", [readable.index(identity(company), self.rows, names).encode()])
        told = (identity(company), company.fingerprint, self.columns, self.rows, self.entries, self.sealed)
        return Manifest(*told).proven()

    def _table(self, connection: psycopg.Connection[Any], model: Any, what: classes.Kept) -> None:
        label, names, count = model._meta.label, classes.columns(model, what), 0
        self.tell(f"rows {label}")
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as page:
            page.write(readable.head(label, what.shown).encode())

            def both() -> Iterator[bytes]:
                nonlocal count
                for line in reading.lines(connection, model, names):
                    count += 1
                    page.write(readable.row(line, what.shown).encode())
                    yield line

            self._add(f"rows/{label}.jsonl", both())
            page.write(readable.FOOT.encode())
            page.seek(0)
            self._add(f"read/{label}.html", iter(lambda: page.read(_IN_MEMORY), b""))
        self.columns[label], self.rows[label] = names, count

    def _add(self, name: str, pieces: Iterable[bytes]) -> None:
        self.entries[name] = _store(self.archive, name, pieces)


def _store(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> Entry:
    """Add an entry, without any time of its own so that the same content gives the same bytes."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]
    size, digest = 0, hashlib.sha256()
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(size, digest.hexdigest())
