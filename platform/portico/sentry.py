"""Trouble reports, when `SENTRY_DSN` is set: where and what kind, never whose words."""

from typing import Any

from portico.context import request_id
from portico.database import current_scope
from portico.logs import scrub, without_quotes

_NEVER = ("user", "breadcrumbs", "extra", "server_name", "modules")
_OF_REQUEST = frozenset({"method"})


def start(dsn: str, release: str) -> None:
    """Report errors of this process; nothing happens without a DSN."""
    if not dsn:
        return
    import sentry_sdk  # four megabytes that only those pay who want reports

    sentry_sdk.init(
        dsn=dsn,
        release=release,
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=True,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        traces_sample_rate=0.0,
        before_send=without_words,  # type: ignore[arg-type]
    )


def without_words(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """The report with a company and a request number, and without everything that people wrote."""
    for name in _NEVER:
        event.pop(name, None)
    event["request"] = {name: value for name, value in event.get("request", {}).items() if name in _OF_REQUEST}
    event.pop("logentry", None)
    event["message"] = _title(hint)
    for one in event.get("exception", {}).get("values", []):
        one["value"] = scrub(without_quotes(str(one.get("value") or "")))
        for frame in one.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    event["tags"] = _tags()
    return event


def _title(hint: dict[str, Any]) -> str:
    """What a log line is called, without what was put into it."""
    record = hint.get("log_record")
    words = getattr(record, "msg", "")
    return scrub(str(words.get("event", "") if isinstance(words, dict) else words))


def _tags() -> dict[str, str]:
    scope = current_scope()
    tags = {"request_id": request_id.get() or "none"}
    if scope and scope.company:
        tags["company"] = str(scope.company.id)
    return tags
