"""Files: each company's under its own prefix, taken from the scope."""

from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.functional import cached_property

from portico.database import current_company


class CompanyStorage(Storage):
    """Keeps a file as `<company>/<generation>/<name>`; callers and rows know only the name.

    Without a company's scope every operation raises NoScope. Nothing is derived from the schema's name, so that a
    leaked link tells nothing about the database. Files have no public address: views hand them out.
    """

    @cached_property
    def _files(self) -> Storage:
        if settings.STORAGE_URL.startswith("s3://"):
            return _bucket(settings.STORAGE_URL)
        return FileSystemStorage(
            location=_folder(settings.STORAGE_URL) or settings.MEDIA_ROOT,
            file_permissions_mode=0o600,
            directory_permissions_mode=0o700,
        )

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        return self._files.open(_inside(name), mode)

    def _save(self, name: str, content: "File[Any]") -> str:
        saved: str = self._files._save(_inside(name), content)  # type: ignore[attr-defined]
        return saved.removeprefix(_prefix())

    def delete(self, name: str) -> None:
        self._files.delete(_inside(name))

    def exists(self, name: str) -> bool:
        return self._files.exists(_inside(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self._files.listdir(_inside(path))

    def size(self, name: str) -> int:
        return self._files.size(_inside(name))

    def url(self, name: str | None) -> str:
        raise SuspiciousFileOperation("Files have no address of their own.")


def _prefix() -> str:
    company = current_company()
    return f"{company.id}/{company.generation}/"


def _inside(name: str) -> str:
    if name.startswith(("/", "\\")) or "\0" in name or ".." in PurePosixPath(name.replace("\\", "/")).parts:
        raise SuspiciousFileOperation("A file's name cannot lead out of its company's folder.")
    return _prefix() + name


def _bucket(url: str) -> Storage:
    """`s3://key:secret@bucket/prefix?endpoint_url=…&region_name=…`; without key the machine's own credentials."""
    from storages.backends.s3 import S3Storage  # reads boto3, which a folder does not need

    address = urlsplit(url)
    options = dict(parse_qsl(address.query))
    return S3Storage(
        bucket_name=unquote(address.netloc.rpartition("@")[2]),
        access_key=unquote(address.username or "") or None,
        secret_key=unquote(address.password or "") or None,
        location=unquote(address.path.strip("/")),
        endpoint_url=options.get("endpoint_url"),
        region_name=options.get("region_name"),
        addressing_style=options.get("addressing_style"),
        default_acl=None,
        file_overwrite=False,
        querystring_auth=True,
    )


def _folder(url: str) -> Path | None:
    """The folder of a `file:///…` address; None for an empty one."""
    if not url:
        return None
    address = urlsplit(url)
    if address.scheme != "file" or address.netloc:
        raise ImproperlyConfigured("STORAGE_URL must look like file:///srv/portico/files or s3://bucket.")
    return Path(unquote(address.path))
