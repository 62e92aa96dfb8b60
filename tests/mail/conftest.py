"""What tests of mail share."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def letter_of(inside: Callable[..., Any], outside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`letter_of(id)` = the row of a letter of Acme; `letter_of(id, None)` of the platform."""
    from shared_apps.mail.models import Outgoing

    def find(id: Any, company: Any = acme) -> Any:
        with inside(company) if company else outside():
            return Outgoing.objects.get(pk=id)

    return find


@pytest.fixture
def posted(inside: Callable[..., Any], outside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`posted(to="…")` = a letter that Acme (or `company`) has posted; its id."""
    from portico.mailing import Letter, post

    def write(company: Any = acme, **more: Any) -> Any:
        said = {"to": "cleo@client.example", "name": "Cleo", "template": "test", "facts": {"words": "Hello."}}
        with inside(company) if company else outside():
            return post(Letter(**said | more))

    return write
