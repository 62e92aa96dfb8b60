"""Requests for the settings pages."""

from tests.tickets.conftest import wish

__all__ = ["wish"]
