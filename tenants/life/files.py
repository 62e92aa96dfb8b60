"""A company's files, of any generation: listed, read, written and removed through the product's own storage."""

from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File

from portico.database import CompanyRef, company_scope
from portico.errors import Refused
from portico.storage import CompanyStorage

_PIECE = 256 * 1024


def place_of(company_id: int, generation: int) -> str:
    """How a leftover names the files of one generation."""
    return f"{company_id}/{generation}"


def at(place: str) -> CompanyRef:
    """A company as far as its files are concerned."""
    company_id, generation = place.split("/")
    return CompanyRef(int(company_id), "", int(generation), "", "")


def names(company: CompanyRef) -> list[str]:
    """Every file, sorted."""
    with company_scope(company):
        return sorted(_below(CompanyStorage(), ""))


def _below(storage: CompanyStorage, folder: str) -> Iterator[str]:
    try:
        folders, found = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}{name}" for name in found)
    for name in folders:
        yield from _below(storage, f"{folder}{name}/")


def pieces(company: CompanyRef, name: str) -> Iterator[bytes]:
    """A file's bytes."""
    with company_scope(company), CompanyStorage().open(name) as file:
        while piece := file.read(_PIECE):
            yield piece


def put(company: CompanyRef, name: str, content: IO[bytes]) -> None:
    """Write a file under exactly this name, or refuse."""
    given: File[Any] = File(content, name=name)
    try:
        with company_scope(company):
            kept = CompanyStorage().save(name, given)
    except (OSError, SuspiciousFileOperation) as error:
        raise Refused("file_not_kept", f"The storage cannot keep a file named {name[:80]!r}.") from error
    if kept != name:
        raise Refused("file_not_kept", f"The storage keeps another file where {name[:80]!r} should go.")


def wipe(company: CompanyRef) -> int:
    """Remove every file of this generation, and the folders; how many files there were."""
    found = names(company)
    with company_scope(company):
        storage = CompanyStorage()
        for name in found:
            storage.delete(name)
        _drop_folders(storage, "")
    return len(found)


def _drop_folders(storage: CompanyStorage, folder: str) -> None:
    with suppress(FileNotFoundError):
        for name in storage.listdir(folder)[0]:
            _drop_folders(storage, f"{folder}{name}/")
    with suppress(OSError):
        storage.delete(folder)
