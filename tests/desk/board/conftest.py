"""Requests on Acme's board are those of its inbox."""

from tests.desk.inbox.conftest import now, taken, wish

__all__ = ["now", "taken", "wish"]
