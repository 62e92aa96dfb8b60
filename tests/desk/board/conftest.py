"""Requests on Acme's board are those of its inbox."""

from tests.desk.inbox.conftest import now, taken

__all__ = ["now", "taken"]
