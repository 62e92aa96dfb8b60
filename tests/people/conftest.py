"""Tickets for stories about people."""

from tests.tickets.conftest import wish

__all__ = ["wish"]
