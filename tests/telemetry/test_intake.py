"""What apps send: kept once, cleaned, by everybody who wants that, and by nobody else."""

import json
import uuid

import pytest

from tenant_apps.telemetry.models import Event
from tests.telemetry.conftest import APP, event


def kept(inside, company):
    with inside(company):
        return list(Event.objects.order_by("kind", "id"))


def test_a_batch_is_kept_with_who_sent_it(tell, inside, acme, mia):
    answer = tell("mia", event(), event("sync_success", duration_ms=120, records=7))

    assert (answer.status_code, answer.json()) == (202, {"accepted": 2, "sharing": True})
    launch, sync = kept(inside, acme)
    assert (launch.kind, launch.person_id, launch.version, launch.system) == (
        "app_launch",
        mia.id,
        "4.2.1",
        "Windows 11",
    )
    assert sync.payload == {"duration_ms": 120, "records": 7}


def test_an_event_that_is_sent_again_is_kept_once(tell, inside, acme):
    same = event(id=str(uuid.uuid4()))
    assert [tell("mia", same).status_code for _ in range(2)] == [202, 202]
    assert len(kept(inside, acme)) == 1


def test_a_stack_is_kept_without_people_in_it(tell, inside, acme):
    stack = "ValueError: bad row of ada@acme.example\n  at C:\\Users\\ada\\app\\sync.py:12\n  token=abc123"
    tell("mia", event("crash", error_type="ValueError", stack=stack, context={"user_name": "Ada", "page": "/sync"}))

    (crash,) = kept(inside, acme)
    assert "ada" not in json.dumps(crash.payload).lower()
    assert "abc123" not in json.dumps(crash.payload)
    assert "sync.py:12" in crash.payload["stack"]
    assert crash.mark == "ValueError at C:\\Users\\…\\app\\sync.py:#"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (event("app_launch", feature="export"), "feature"),
        (event("crash"), "error_type"),
        (event("report"), "type"),
        (event(colour="red"), "colour"),
        (event() | {"at": "yesterday"}, "at"),
        (event("feature_use", feature="mail ada@acme.example"), "feature"),
        (event("crash", error_type="E", context={str(n): "" for n in range(21)}), "context"),
        (event("sync_success", duration_ms=-1), "duration_ms"),
    ],
)
def test_what_is_not_in_the_shape_is_refused_and_nothing_is_kept(tell, inside, acme, wrong, place):
    answer = tell("mia", event(), wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert place in json.dumps(answer.json()["errors"])
    assert kept(inside, acme) == []


def test_a_batch_has_an_end_and_so_has_its_size(tell, api_for):
    assert tell("mia", *[event()] * 501).status_code == 422
    assert tell("mia").status_code == 422
    huge = {"app": APP, "events": [event("crash", error_type="E", stack="x" * 7_000)] * 200}
    answer = api_for("mia").post("/api/v1/telemetry/events", huge, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_company_has_so_many_batches_a_minute(tell, settings):
    settings.TELEMETRY_BATCHES_PER_MINUTE = 2
    answers = [tell(name, event()) for name in ("mia", "ben", "ada")]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[-1]["Retry-After"]


def test_nobody_tells_without_a_key_and_staff_not_at_all(visitor, api_for):
    body = {"app": APP, "events": [event()]}
    assert visitor("acme").post("/api/v1/telemetry/events", body, content_type="application/json").status_code == 401
    assert api_for("lin").post("/api/v1/telemetry/events", body, content_type="application/json").status_code == 404


def test_a_person_who_wants_quiet_is_forgotten_and_others_are_not(tell, api_for, inside, acme, ben):
    tell("mia", event())
    tell("ben", event())
    api = api_for("mia")

    chosen = api.put("/api/v1/telemetry/sharing", {"share": False}, content_type="application/json")

    assert chosen.json() == {"share": False, "company": True}
    assert tell("mia", event()).json() == {"accepted": 0, "sharing": False}
    assert [one.person_id for one in kept(inside, acme)] == [ben.id]
    api.put("/api/v1/telemetry/sharing", {"share": True}, content_type="application/json")
    assert tell("mia", event()).json()["accepted"] == 1


def test_a_company_that_wants_quiet_is_quiet(tell, client_for, inside, acme):
    ada = client_for("ada")
    ada.post("/manager/settings/telemetry", {"version": "0"})
    assert tell("mia", event()).json() == {"accepted": 0, "sharing": False}
    assert kept(inside, acme) == []
    assert "Apps may tell" in ada.get("/manager/settings/telemetry").content.decode()
