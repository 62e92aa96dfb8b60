"""Addresses by name: those that Django finds, behind each door its own."""

from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse, set_urlconf

from portico import links

KEY = UUID(int=3)


@pytest.fixture(autouse=True)
def _company_door():
    set_urlconf("portico.urls_company")
    yield
    set_urlconf(None)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("desk:inbox", []),
        ("desk:inbox:conversation", [KEY]),
        ("desk:inbox:conversation", [str(KEY)]),
        ("setup:recipes", ["macros"]),
    ],
)
def test_an_address_is_the_one_that_django_finds(name, args):
    assert [links.to(name, *args) for _ in range(2)] == [reverse(name, args=args)] * 2


def test_a_name_leads_nowhere_behind_another_door():
    assert links.to("desk:inbox")
    set_urlconf("portico.urls_public")
    with pytest.raises(NoReverseMatch):
        links.to("desk:inbox")


def test_within_a_request_addresses_are_those_of_its_door_and_afterwards_not():
    set_urlconf("portico.urls_public")
    with links.behind("portico.urls_company"):
        assert links.to("desk:inbox") == "/manager/inbox"
    with pytest.raises(NoReverseMatch):
        links.to("desk:inbox")
