"""What tests of notices share."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def told(mails: Callable[[], list[Any]]) -> Callable[[], list[tuple[str, str]]]:
    """`told()` = who was written to since the last time, with the template's first words: (address, subject)."""
    seen: set[str] = set()

    def new() -> list[tuple[str, str]]:
        found = [one for one in mails() if one["Message-ID"] not in seen]
        seen.update(one["Message-ID"] for one in found)
        return sorted((one["To"].addresses[0].addr_spec, one["Subject"]) for one in found)

    return new


@pytest.fixture
def contact_wish(inside: Callable[..., Any], acme: Any, ben: Any) -> Callable[..., Any]:
    """`contact_wish()` = a request by mail of Zoe, whom Acme knows by address alone."""

    def ask(**more: Any) -> Any:
        from tenant_apps.people import contacts
        from tenant_apps.tickets import actions

        with inside(acme):
            zoe = contacts.contact_for("zoe@client.example", "Zoe", by=ben)
            asked_by = actions.Requester(zoe.pk, zoe.name, zoe.email, is_contact=True)
            said = {"subject": "No light", "description": "Dark.", "desk": "company", "by": ben, "channel": "email"}
            return actions.open_ticket(**said | {"requester": asked_by} | more)

    return ask
