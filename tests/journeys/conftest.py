"""Journeys go through the really running product with a real browser."""

from tests.screens.conftest import browser, open_page

__all__ = ["browser", "open_page"]
