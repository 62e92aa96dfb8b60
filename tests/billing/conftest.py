"""A Stripe of our own, and looks at what a company pays there."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from portico import clock
from shared_apps.billing import actions, looking, selling
from shared_apps.billing.models import Account, Errand
from tenants import routing
from tests.fakes.stripe_server import Server
from tests.fakes.stripe_server.serving import KEY, SECRET


@pytest.fixture
def stripe(fresh_rows: None, settings: Any) -> Iterator[Server]:
    """Stripe, where everything that is sold is set up. At the end nothing that was sent may have been wrong."""
    with Server() as server:
        settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API = KEY, SECRET, server.url
        selling.sync()
        routing.forget()
        yield server
        server.deliver_to = ""
        assert server.wrong == []


@pytest.fixture
def look(stripe: Server, acme: Any, outside: Callable[..., AbstractContextManager[None]]) -> Callable[..., Account]:
    """`look()` = what the worker does for Acme, and its account afterwards; `after` so many days."""

    def once(after: float = 0, company: Any = acme) -> Account:
        with clock.at(timezone.now() + timedelta(days=after)), outside():
            looking.waiting()
            looking.look(company.id)
            routing.forget()
            return Account.objects.get(pk=company.id)

    return once


@pytest.fixture
def wishes(stripe: Server, acme: Any, inside: Any, actor_for: Any, look: Callable[..., Account]) -> Callable[..., Any]:
    """`wishes("checkout", plan="team")` = what Olga is told when it is done."""

    def ask(kind: str, after: float = 0, **more: Any) -> dict[str, Any]:
        olga = actor_for("olga")
        with inside(acme):
            key = actions.wish(kind, once=uuid4(), by=olga, email="olga@acme.example", **more)
        look(after)
        with inside(acme):
            return dict(Errand.objects.get(pk=key).answer)

    return ask


@pytest.fixture
def pays(stripe: Server, wishes: Callable[..., Any], look: Callable[..., Account]) -> Callable[..., Account]:
    """`pays("team")` = Olga goes to Stripe's page and pays; with words of `pages.pay`. The trial is over by then."""
    from tests.fakes.stripe_server import pages

    def go(plan: str = "team", after: float = 15, **more: str) -> Account:
        look()
        stripe.advance(after)
        url = wishes("checkout", after, plan=plan)["url"]
        pages.pay(stripe, url.rpartition("/")[2], **more)
        return look(after)

    return go


@contextmanager
def days_later(days: float) -> Iterator[None]:
    """So many days from now, for us."""
    with clock.at(timezone.now() + timedelta(days=days)):
        yield
