"""Journeys go through the really running product with a real browser."""

from tests.screens.conftest import browser, idle, open_page

__all__ = ["browser", "idle", "open_page"]
