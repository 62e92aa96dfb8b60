"""The log: one JSON object per line, with company, request and actor, and without anything people wrote.

`settings.LOGGING_CONFIG` names `configure`, so that Django, Celery and our own lines look alike.
"""

import json
import logging.config
import re
import sys
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from portico.context import request_id
from portico.database import current_scope

_LONGEST = 500
_REMOVED = "[removed]"

# Names that hold words of people, or proof of who they are.
_PRIVATE = re.compile(
    r"password|passwd|secret|token|authorization|cookie|session|csrf|credential|api_?key|dsn"
    r"|^(body|text|content|html|message|messages|description|subject|sub_subject|note|comment|name|label|email|e_mail"
    r"|phone|address|data|payload|params|query|query_string|form|files|next|url)$",
    re.IGNORECASE,
)
_PATTERNS = (
    (re.compile(r"\bpt_[A-Za-z0-9]+_\d+_[A-Za-z0-9_\-]+"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=\-]{8,}"), r"\1 [token]"),
    (re.compile(r"(?i)\b(password|passwd|secret|token|sessionid|csrf\w*)(\s*[=:]\s*)[^\s&,;]+"), r"\1\2[removed]"),
    (re.compile(r"(?<=://)[^/@\s]+@"), "[login]@"),
    (re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+"), "[email]"),
)

_QUOTED = re.compile(r"""(?s)"[^"]*"|'[^']*'""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,62}")

_encode = json.JSONEncoder(default=str).encode

Event = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """The text without tokens, passwords and addresses, and not longer than a line."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def without_quotes(text: str) -> str:
    """An error's first line. What it quotes stays only when it is a name: databases repeat what they refuse."""
    first = text.partition("\n")[0]
    return _QUOTED.sub(lambda found: found[0] if _NAME.fullmatch(found[0][1:-1]) else '"…"', first)


def without_words(_: Any, __: str, event: Event) -> Event:
    """Structlog's step that removes what nobody may read in a log."""
    for key, value in event.items():
        event[key] = _cleaned(key, value)
    return event


def _cleaned(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _PRIVATE.search(key):
        return _REMOVED
    if isinstance(value, dict):
        return {str(name): _cleaned(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(key, inner) for inner in value]
    return scrub(str(value))


def with_context(_: Any, __: str, event: Event) -> Event:
    """Structlog's step that says for whom the line was written."""
    scope = current_scope()
    if scope and scope.company:
        event.setdefault("company", scope.company.id)
    if request_id.get():
        event.setdefault("request_id", request_id.get())
    return {key: value for key, value in event.items() if value is not None}


def with_trouble(_: Any, __: str, event: Event) -> Event:
    """Structlog's step for exceptions: the kind, the places and a cleaned message instead of a raw traceback."""
    trouble = event.pop("exc_info", None)
    if trouble is True:
        trouble = sys.exc_info()
    if isinstance(trouble, tuple):
        trouble = trouble[1]
    if isinstance(trouble, BaseException):
        event["error"] = type(trouble).__name__
        event["reason"] = without_quotes(str(trouble))
        event["places"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(trouble.__traceback__)[-12:]
        ]
    return event


def write(level: int, event: str, **ours: Any) -> None:
    """A line whose every value is ours and none of people's words: it skips the sieve, for what is written often."""
    logger = logging.getLogger("portico.requests")
    if not logger.isEnabledFor(level):
        return
    record = logging.LogRecord(logger.name, level, "", 0, event, None, None)
    record.ready = {
        "event": event,
        "level": record.levelname.lower(),
        "logger": logger.name,
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "request_id": request_id.get(),
        **ours,
    }
    logger.handle(record)


class _Line(structlog.stdlib.ProcessorFormatter):
    """Lets a line pass that is ready; all others go through the steps."""

    def format(self, record: logging.LogRecord) -> str:
        ready = getattr(record, "ready", None)
        return super().format(record) if ready is None else _encode(ready)


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: `LOGGING = {"level": "INFO", "plain": False}`; plain lines are for a terminal."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_context,
        with_trouble,
        without_words,
    ]
    last = structlog.dev.ConsoleRenderer() if options.get("plain") else structlog.processors.JSONRenderer(default=str)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard(options.get("level", "INFO"), shared, last))


def _standard(level: str, shared: list[Any], last: Any) -> dict[str, Any]:
    """The standard library's side: lines of Django, Celery and others go through the same steps."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": _Line,
                "foreign_pre_chain": [*_FOREIGN, *shared],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Our own request line says it already; a 404 is not a warning.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "django.channels": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }


_FOREIGN: list[Any] = [structlog.stdlib.ExtraAdder(allow=())]
