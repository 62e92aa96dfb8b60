"""An app of Mia's, and what it tells."""

from datetime import UTC, datetime

import pytest

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
