"""Two companies that ask about the same trouble, and staff who see that it is one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.incidents import forget, open_one


@pytest.fixture
def ask(inside: Callable[..., Any], acme: Any, borealis: Any, ada: Any, bo: Any) -> Callable[..., Any]:
    """`ask("acme")` = a ticket of Ada's about the website; "borealis" of Bo's."""

    def opened(slug: str = "acme", **said: str) -> Any:
        from tenant_apps.tickets import actions

        company, by = {"acme": (acme, ada), "borealis": (borealis, bo)}[slug]
        usual = {"subject": "website", "sub_subject": "mail", "description": f"Mail of {slug} is late."}
        with inside(company):
            return actions.open_ticket(**(usual | said), by=by)

    return opened


@pytest.fixture
def do(outside: Callable[..., Any], sam: Any) -> Callable[..., Any]:
    """`do(actions.say, incident, "identified", "Words")` as Sam, or as `by`, on the platform."""

    def run(action: Any, *words: Any, by: Any = None, **more: Any) -> Any:
        with outside():
            found = action(*words, by=by or sam, **more)
        forget()
        return found

    return run


@pytest.fixture
def incident(outside: Callable[..., Any], sam: Any) -> Any:
    """Sam's incident about the website, of which nothing was said yet."""
    with outside():
        return open_one(sam)


@pytest.fixture
def linked(do: Any, incident: Any, ask: Any) -> Callable[..., Any]:
    """`linked("acme")` = a ticket of Acme's that is part of the incident."""

    def made(slug: str = "acme", **said: str) -> Any:
        from shared_apps.console.incidents import linking

        ticket = ask(slug, **said)
        do(linking.link, incident, ticket.index_id)
        return ticket

    return made


@pytest.fixture
def seen(inside: Callable[..., Any], acme: Any, borealis: Any) -> Callable[..., Any]:
    """`seen(ticket)` = the ticket as it is now, and what was said in it, oldest first."""

    def look(ticket: Any, slug: str = "acme") -> Any:
        from tenant_apps.tickets.models import Ticket

        with inside({"acme": acme, "borealis": borealis}[slug]):
            now = Ticket.objects.get(pk=ticket.pk)
            said = list(now.messages.order_by("created_at", "id").values_list("body", flat=True))
        return now, said

    return look
