"""A headless Chromium, started once for each worker."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# The shell is the same browser without the windows that nobody sees: half the processor time.
_FOUND = [Path("/usr/bin") / name for name in ("chromium-headless-shell", "chromium")]
CHROMIUM = next((path for path in _FOUND if path.exists()), _FOUND[-1])
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Any, asyncio.AbstractEventLoop]]:
    """Chromium, and the event loop that drives it. Without it nothing can be said about screens.

    While that loop counts as the running one, Django lets nobody at the database. It is told apart here, because a
    driver and a browser for each module cost more than many a module: who uses the browser names the loop again.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed: screens are not checked.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield started, loop
        asyncio._set_running_loop(loop)
        started.close()
