"""What holds for the request or task that runs here, for logs and the journal."""

from contextvars import ContextVar
from typing import Any

request_id: ContextVar[str] = ContextVar("portico_request_id", default="")
actor: ContextVar[Any] = ContextVar("portico_actor", default=None)
