"""Keys of the cache and origins, told exactly: what is kept for a company, and what comes from where."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from portico import storage
from portico.cache import forget_company, make_key, platform_key
from portico.database import CompanyRef, company_scope, platform_scope

SEVEN = CompanyRef(7, "t_seven", 3, "seven", "Seven")


@pytest.mark.no_database
def test_a_key_begins_with_whose_it_is():
    with company_scope(SEVEN):
        assert make_key("colour", "", 1).endswith(":7.3:1:colour")
    with platform_scope():
        assert make_key("colour", "", 1).endswith(":platform:1:colour")
    assert make_key(platform_key("colour"), "", 1).endswith(":all:1:colour")


def test_forgetting_a_company_takes_all_its_generations_and_nobody_elses(acme):
    later, other = CompanyRef(7, "t_seven", 4, "seven", "Seven"), CompanyRef(70, "t_70", 3, "seventy", "Seventy")
    for company in (SEVEN, later, other):
        with company_scope(company):
            cache.set("colour", "blue")
    assert forget_company(7) == 2
    assert forget_company(7) == 0
    with company_scope(other):
        assert cache.get("colour") == "blue"


@pytest.mark.no_database
def test_only_a_file_address_names_a_folder():
    assert storage._folder("") is None
    assert str(storage._folder("file:///srv/my%20files")) == "/srv/my files"
    for wrong in ("s3://bucket", "file://host/srv", "s3:///srv", "/srv"):
        with pytest.raises(ImproperlyConfigured):
            storage._folder(wrong)
