"""A headless browser in front of the really running product."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

WIDTHS = {"wide": 1440, "middle": 1024, "phone": 390}
SCHEMES = ("light", "dark")
PATIENCE = 60_000  # milliseconds; a machine may stall, and no screen is tested for speed
PICTURES = os.environ.get("PORTICO_SCREENSHOTS", "")


@pytest.fixture(scope="module")
def browser(chromium: tuple[Any, asyncio.AbstractEventLoop]) -> Iterator[Any]:
    """The worker's Chromium, for one module: while its event loop counts as running, Django's rows are out of reach."""
    started, loop = chromium
    asyncio._set_running_loop(loop)
    yield started
    asyncio._set_running_loop(None)


# Says so when the page's socket is open.
_LISTENS = """window.WebSocket = class extends WebSocket {
  constructor(...words) {
    super(...words)
    this.addEventListener("open", () => { window.listens = true })
  }
}"""


def wait_for_socket(page: Any) -> None:
    """Return when the page's socket is open: it misses nothing from then on."""
    wait_for(page, "window.listens")


def wait_for(page: Any, expression: str, argument: Any = None) -> None:
    """Return when the expression is true. (What Playwright has for this is evaluated by the page, which forbids it.)"""
    for _ in range(1_200):
        if page.evaluate(expression, argument):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{expression} did not become true.")


@pytest.fixture(scope="module")
def idle(browser: Any) -> Iterator[dict[bool, list[Any]]]:
    """Contexts that nobody has now, by whether scripts run in them. They know nobody, but the product's static files:
    a new one asks for half a hundred with its first page."""
    contexts: dict[bool, list[Any]] = {True: [], False: []}
    yield contexts
    for context in contexts[True] + contexts[False]:
        context.close()


@pytest.fixture
def open_page(browser: Any, idle: dict[bool, list[Any]], live_product: Any) -> Iterator[Callable[..., Any]]:
    """`open_page("lin@portico.example")` = an empty page of somebody signed in; without an address, of nobody.

    `alone` is for those who set its clock, which no other page may have after them.
    """
    lent, closed = [], []

    def make(email: str = "", *, scripts: bool = True, alone: bool = False) -> Any:
        context = idle[scripts].pop() if idle[scripts] and not alone else _new_context(browser, scripts)
        (closed if alone else lent).append((scripts, context))
        if email:
            _sign_in(context, live_product, email)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda line: line.type == "error" and page.complaints.append(_told(line)))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield make
    for _, context in closed:
        context.close()
    for scripts, context in lent:
        for page in context.pages:
            _leave(page)
        context.clear_cookies()
        idle[scripts].append(context)


def _leave(page: Any) -> None:
    """Close it, and forget what it kept in the browser; a page that is being left right now keeps nothing."""
    from playwright.sync_api import Error  # where there is no browser, there is nothing to leave

    with suppress(Error):
        page.evaluate("localStorage.clear()")
    page.close()


def _new_context(browser: Any, scripts: bool) -> Any:
    size = {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size, java_script_enabled=scripts, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    context.add_init_script(_LISTENS)
    return context


_cookies: dict[str, list[Any]] = {}


def _sign_in(context: Any, product: Any, email: str) -> None:
    """Through the sign-in page, once for each person."""
    if email not in _cookies:
        page = context.new_page()
        page.goto(product.url(host_of(email), "/login"))
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(product.person(email)["password"])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: not url.endswith("/login"))
        page.close()
        _cookies[email] = context.cookies()
    context.add_cookies(_cookies[email])


def host_of(email: str) -> str:
    """Where somebody works."""
    company = email.partition("@")[2].removesuffix(".example")
    return "console" if company == "portico" else company


def take_picture(page: Any, name: str) -> None:
    """Only when somebody wants to look: PORTICO_SCREENSHOTS names a folder."""
    if PICTURES:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(folder / f"{name}.png"))


def _told(line: Any) -> str:
    """What the browser says, and of which address."""
    return (
        f"{line.text} {line.location.get('url', '')}".strip() if line.text.startswith("Failed to load") else line.text
    )
