"""An archive that came from anywhere: nothing in it is believed before it is checked, and no name in it leads out."""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from django.db.models import Model

from tenants.life import classes, manifest
from tenants.life.classes import Kept
from tenants.life.manifest import NAME, Damaged, Manifest
from tenants.provision import fingerprint

MOST_BYTES = 200 * 2**30
MOST_ENTRIES = 1_000_000
MOST_MANIFEST = 256 * 2**20
# JSON lines shrink to a tenth or so; what grows a thousandfold is a bomb. Small entries are let be.
MOST_GROWTH, SMALL = 200, 16 * 2**20
LONGEST_LINE = 64 * 2**20
_PIECE = 2**20
_OURS = re.compile(r"(?:(?:rows|sealed)/[\w.]+\.jsonl|read/[\w.]+\.html|index\.html)")


class Archive:
    """An archive whose entries and hashes were all checked when `opened` handed it over."""

    def __init__(self, zipped: zipfile.ZipFile, told: Manifest) -> None:
        self._zipped, self.manifest, self.is_ours = zipped, told, told.is_ours

    @property
    def files(self) -> list[str]:
        """The names of the company's own files."""
        return [name.removeprefix("files/") for name in self.manifest.entries if name.startswith("files/")]

    def file(self, name: str) -> IO[bytes]:
        """One of the company's files."""
        return self._zipped.open(f"files/{name}")

    def lines(self, label: str, folder: str = "rows") -> Iterator[bytes]:
        """The rows of a model, or what is sealed in them."""
        with self._zipped.open(f"{folder}/{label}.jsonl") as rows:
            while line := rows.readline(LONGEST_LINE):
                yield line

    def tables(self) -> Iterator[tuple[type[Model], Kept, list[str]]]:
        """The models that are in it, each with its class and the columns it had."""
        for model, what in classes.kept():
            if model._meta.label in self.manifest.columns:
                yield model, what, self.manifest.columns[model._meta.label]

    def sealed(self) -> Iterator[tuple[type[Model], str, list[str]]]:
        """The models with something sealed that this installation can read: the column it is in, and all of them."""
        for model, column, _ in classes.sealed():
            if self.is_ours and model._meta.label in self.manifest.sealed:
                yield model, column, self.manifest.sealed[model._meta.label]

    def unread(self) -> list[str]:
        """In words, what is sealed and cannot be read here. An older archive does not say what there was."""
        if self.is_ours:
            return []
        told = self.manifest.sealed
        return [
            words
            for label, (_, words) in classes.SEALED.items()
            if label not in told or self.manifest.entries[f"sealed/{label}.jsonl"].size
        ]

    def check(self) -> None:
        """Read everything once and compare it with the manifest."""
        for name, entry in self.manifest.entries.items():
            size, digest = 0, hashlib.sha256()
            with self._zipped.open(name) as content:
                while (piece := content.read(_PIECE)) and size <= entry.size:
                    size += len(piece)
                    digest.update(piece)
            if (size, digest.hexdigest()) != (entry.size, entry.sha256):
                raise Damaged(f"{name} is not what the manifest says")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive, checked; Damaged when anything about it is not as an export writes it."""
    with _distrust(path):
        zipped = zipfile.ZipFile(path)
    with zipped:
        with _distrust(path):
            archive = Archive(zipped, _manifest(zipped))
            _require_shape(zipped, archive.manifest)
            archive.check()
        yield archive


@contextmanager
def _distrust(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Damaged(f"there is no file {path}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, IsADirectoryError) as error:
        raise Damaged("it is not a whole zip file") from error


def _manifest(zipped: zipfile.ZipFile) -> Manifest:
    try:
        info = zipped.getinfo(NAME)
    except KeyError:
        raise Damaged("it has no manifest") from None
    if info.file_size > MOST_MANIFEST:
        raise Damaged("its manifest is too large")
    with zipped.open(info) as content:
        text = content.read(MOST_MANIFEST + 1)
    return manifest.parse(text)


def _require_shape(zipped: zipfile.ZipFile, told: Manifest) -> None:
    infos = zipped.infolist()
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise Damaged("it holds more than can be restored")
    names = [info.filename for info in infos]
    if len(names) != len(set(names)) or set(names) != {NAME, *told.entries}:
        raise Damaged("its entries are not those of the manifest")
    for info in infos:
        _require_decent(info, told)
    if {name for name in names if name.startswith("rows/")} != {f"rows/{label}.jsonl" for label in told.columns}:
        raise Damaged("its rows are not those of its tables")
    if {name for name in names if name.startswith("sealed/")} != {f"sealed/{label}.jsonl" for label in told.sealed}:
        raise Damaged("what is sealed in it is not what its manifest says")
    if set(told.rows) != set(told.columns):
        raise Damaged("its counts are not those of its tables")
    _require_tables(told)


def _require_tables(told: Manifest) -> None:
    """Of this release all tables with all columns; an earlier one may have had fewer, but none that stays at home."""
    ours = {model._meta.label: (what, classes.columns(model, what)) for model, what in classes.kept()}
    if told.fingerprint == fingerprint() and told.columns != {label: names for label, (_, names) in ours.items()}:
        raise Damaged("its tables are not those of this release")
    for label, names in told.columns.items():
        if label not in ours or not names or ours[label][0].without & set(names):
            raise Damaged(f"{label} cannot be restored from it")


def _require_decent(info: zipfile.ZipInfo, told: Manifest) -> None:
    name, kind = info.filename, stat.S_IFMT(info.external_attr >> 16)
    if name != NAME and not _OURS.fullmatch(name) and not _is_file_of_company(name):
        raise Damaged(f"the name {name!r} leads somewhere else")
    if info.flag_bits & 0x1 or kind not in (0, stat.S_IFREG):
        raise Damaged(f"{name} is encrypted or no ordinary file")
    if info.file_size > SMALL and info.file_size > MOST_GROWTH * max(1, info.compress_size):
        raise Damaged(f"{name} grows out of all proportion")
    if name in told.entries and told.entries[name].size != info.file_size:
        raise Damaged(f"{name} is not as large as the manifest says")


def _is_file_of_company(name: str) -> bool:
    if not name.startswith("files/") or "\\" in name or "\0" in name or name.endswith("/"):
        return False
    parts = name.split("/")
    return not {"", ".", ".."} & set(parts) and PurePosixPath(name).as_posix() == name and name.isprintable()
