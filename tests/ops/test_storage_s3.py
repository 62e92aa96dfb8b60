"""Files in a bucket: the same storage over the S3 protocol, against a server that speaks it."""

import boto3
import pytest
from django.core.files.base import ContentFile

from portico.database import CompanyRef, company_scope
from portico.storage import CompanyStorage
from tenants.life import files
from tests.support.s3 import server

__all__ = ["server"]

pytestmark = pytest.mark.no_database

ACME = CompanyRef(1, "t_aaaa", 1, "acme", "Acme")
BOREALIS = CompanyRef(2, "t_bbbb", 1, "borealis", "Borealis")


@pytest.fixture
def storage(server, settings):
    keys = {"aws_access_key_id": "portico", "aws_secret_access_key": "s3/cret+", "region_name": "eu-north-1"}
    boto3.client("s3", endpoint_url=server, **keys).create_bucket(
        Bucket="desk", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    settings.STORAGE_URL = f"s3://portico:s3%2Fcret%2B@desk/kept?endpoint_url={server}&region_name=eu-north-1"
    yield CompanyStorage()
    boto3.resource("s3", endpoint_url=server, **keys).Bucket("desk").objects.all().delete()
    boto3.client("s3", endpoint_url=server, **keys).delete_bucket(Bucket="desk")


def test_a_file_is_kept_read_listed_and_removed(storage):
    with company_scope(ACME):
        assert storage.save("attachments/a", ContentFile(b"acme")) == "attachments/a"
        assert storage.open("attachments/a").read() == b"acme"
        assert storage.size("attachments/a") == 4
        assert storage.listdir("attachments/") == ([], ["a"])
    with company_scope(BOREALIS):
        assert not storage.exists("attachments/a")
    with company_scope(ACME):
        storage.delete("attachments/a")
        assert not storage.exists("attachments/a")


def test_nothing_is_overwritten(storage):
    with company_scope(ACME):
        storage.save("logo", ContentFile(b"one"))
        other = storage.save("logo", ContentFile(b"two"))
        assert other != "logo"
        assert storage.open("logo").read() == b"one"


def test_all_of_a_company_is_listed_and_wiped_as_an_erasure_does_it(storage):
    with company_scope(ACME):
        storage.save("attachments/deep/a", ContentFile(b"a"))
        storage.save("logo", ContentFile(b"b"))
    with company_scope(BOREALIS):
        storage.save("logo", ContentFile(b"c"))
    assert files.names(ACME) == ["attachments/deep/a", "logo"]
    assert b"".join(files.pieces(ACME, "logo")) == b"b"
    assert files.wipe(ACME) == 2
    assert files.names(ACME) == []
    assert files.names(BOREALIS) == ["logo"]
