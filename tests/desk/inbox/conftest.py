"""Requests of Acme's customers, for the pages of its agents."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def taken(inside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`taken(ticket, ben)` = it is Ben's work now."""

    def take(ticket: Any, who: Any) -> Any:
        from tenant_apps.tickets import actions

        with inside(acme):
            return actions.assign(ticket, actions.Assignee(who.id, who.label), by=who)

    return take


@pytest.fixture
def now(inside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`now(ticket)` = the request as it stands in the database."""

    def read(ticket: Any) -> Any:
        from tenant_apps.tickets.models import Ticket

        with inside(acme):
            return Ticket.objects.get(pk=ticket.pk)

    return read


@pytest.fixture
def said_in(inside: Callable[..., Any], acme: Any) -> Callable[..., Any]:
    """`said_in(ticket)` = its messages in order."""

    def read(ticket: Any) -> Any:
        from tenant_apps.tickets.models import Message

        with inside(acme):
            return list(Message.objects.filter(ticket=ticket.pk).order_by("created_at", "id"))

    return read


@pytest.fixture
def do(client_for: Callable[..., Any]) -> Callable[..., Any]:
    """`do("ben", ticket, "take")` = what Ben's page answers when he does that."""

    def send(who: str, ticket: Any, verb: str, **words: Any) -> Any:
        return client_for(who).post(f"/manager/inbox/{ticket.pk}/do", {"do": verb} | words)

    return send
