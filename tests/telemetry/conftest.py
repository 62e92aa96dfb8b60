"""An app of Mia's, and what it tells."""

from datetime import UTC, datetime

import pytest

from portico import tasks
from tenant_apps.tickets import catalogue
from tenants.models import Due

APP = {"version": "4.2.1", "os": "Windows 11"}


def event(kind="app_launch", **more):
    return {"type": kind, "at": datetime.now(UTC).isoformat(), **more}


@pytest.fixture
def tell(api_for):
    """`tell("mia", event(), …)` = the answer to a batch that her app sends."""

    def send(name, *events, app=APP):
        body = {"app": app, "events": list(events)}
        return api_for(name).post("/api/v1/telemetry/events", body, content_type="application/json")

    return send


@pytest.fixture
def count(acme, inside):
    """`count()` = the job that makes hours of events, for Acme."""

    def run():
        with inside(acme):
            key = Due.objects.get(job="telemetry").key
        tasks.telemetry(acme.id, acme.generation, key)

    return run


@pytest.fixture
def something_else(outside, sam):
    """`something_else("retired")` = "Something else" is taken off the catalogue; "merged" = it is a part of "email"."""
    from shared_apps.staff.actions import change_subject, merge_subject

    def go(how):
        with outside():
            if how == "merged":
                merge_subject("other", "email", 0, by=sam)
            else:
                change_subject("other", is_active=False, by=sam)

    yield go
    catalogue.forget()
