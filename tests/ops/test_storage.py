"""Files: each company's in its own folder."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile

from portico.database import CompanyRef, NoScope, company_scope, platform_scope
from portico.storage import CompanyStorage

pytestmark = pytest.mark.no_database

ACME = CompanyRef(1, "t_aaaa", 1, "acme", "Acme")
BOREALIS = CompanyRef(2, "t_bbbb", 1, "borealis", "Borealis")


@pytest.fixture
def storage(settings, tmp_path: Path) -> CompanyStorage:
    settings.STORAGE_URL = f"file://{tmp_path}"
    return CompanyStorage()


def test_the_same_name_is_another_file_in_another_company(storage, tmp_path):
    with company_scope(ACME):
        assert storage.save("logo.txt", ContentFile(b"acme")) == "logo.txt"
    with company_scope(BOREALIS):
        assert not storage.exists("logo.txt")
        assert storage.save("logo.txt", ContentFile(b"borealis")) == "logo.txt"
    with company_scope(ACME):
        assert storage.open("logo.txt").read() == b"acme"
        assert storage.size("logo.txt") == 4
        assert storage.listdir("") == ([], ["logo.txt"])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.txt")) == [
        "1/1/logo.txt",
        "2/1/logo.txt",
    ]


def test_another_generation_sees_nothing_of_the_last(storage):
    with company_scope(ACME):
        storage.save("logo.txt", ContentFile(b"acme"))
    with company_scope(CompanyRef(1, "t_cccc", 2, "acme", "Acme")):
        assert not storage.exists("logo.txt")


def test_without_a_company_there_are_no_files(storage):
    with pytest.raises(NoScope):
        storage.exists("logo.txt")
    with platform_scope(), pytest.raises(NoScope):
        storage.save("logo.txt", ContentFile(b""))


@pytest.mark.parametrize("name", ["../2/1/logo.txt", "/etc/passwd", "a/../../x", "..\\..\\x", "\\x", "a\0b"])
def test_a_name_never_leads_out_of_the_folder(storage, name):
    with company_scope(ACME):
        for attempt in (storage.exists, storage.open, storage.delete, storage.size):
            with pytest.raises(SuspiciousFileOperation):
                attempt(name)
        with pytest.raises(SuspiciousFileOperation):
            storage.save(name, ContentFile(b"x"))


def test_files_are_for_this_process_alone_and_have_no_address(storage, tmp_path):
    with company_scope(ACME):
        storage.save("deep/logo.txt", ContentFile(b"acme"))
        with pytest.raises(SuspiciousFileOperation):
            storage.url("deep/logo.txt")
        storage.delete("deep/logo.txt")
        assert not storage.exists("deep/logo.txt")
        storage.save("logo.txt", ContentFile(b"acme"))
    assert (tmp_path / "1/1/logo.txt").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "1/1").stat().st_mode & 0o777 == 0o700


def test_an_address_of_another_kind_is_refused(settings):
    settings.STORAGE_URL = "ftp://somewhere/files"
    with company_scope(ACME), pytest.raises(ImproperlyConfigured, match="file:///"):
        CompanyStorage().exists("x")
