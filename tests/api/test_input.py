"""Bad input: one clear problem document, nothing written."""

import json

import pytest

from tenant_apps.tickets.models import Ticket
from tests.api.conftest import NEW

WHERE = "/api/support/tickets"
JSON = "application/json"

BODIES = {
    "a field too long": (NEW | {"sub_subject": "x" * 201}, 422, "sub_subject"),
    "an empty text": (NEW | {"description": "  "}, 422, "description"),
    "a missing field": ({"subject": "website"}, 422, "description"),
    "a number for a text": (NEW | {"description": 7}, 422, "description"),
    "a truth value for a text": (NEW | {"subject": True}, 422, "subject"),
    "a list for a text": (NEW | {"description": ["x"]}, 422, "description"),
    "null for a text": (NEW | {"description": None}, 422, "description"),
    "an unknown field": (NEW | {"colour": "red"}, 422, "colour"),
    "somebody else's field": (NEW | {"status": "closed"}, 422, "status"),
    "a NUL": (NEW | {"description": "a\x00b"}, 422, "description"),
    "half a surrogate pair": (NEW | {"description": "\ud83d"}, 422, "description"),
    "an unknown subject": (NEW | {"subject": "weather"}, 422, "subject"),
    "an unknown type": (NEW | {"type": "wedding"}, 422, "type"),
    "too long a text": (NEW | {"description": "x" * 20_001}, 422, "description"),
    "nothing": ({}, 422, "subject"),
    "a list": ([NEW], 422, "body"),
    "a word": ("hello", 422, "body"),
    "null": (None, 422, "body"),
}
RAW = {
    "half of it": b'{"subject": "web',
    "not UTF-8": b'{"subject": "\xff"}',
    "not a number": b'{"subject": NaN}',
    "an endless number": b'{"subject": ' + b"9" * 5000 + b"}",
    "endless nesting": b"[" * 200_000,
    "two documents": b"{} {}",
}


def _assert_problem(answer, status, code):
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    document = answer.json()
    assert (document["status"], document["code"], document["type"]) == (status, code, "about:blank")
    assert document["title"]
    assert document["detail"]
    return document


def _assert_nothing_written(inside, acme):
    with inside(acme):
        assert not Ticket.objects.exists()


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_cannot_be_taken(api_for, inside, acme, case):
    body, status, field = BODIES[case]
    answer = api_for("ada").post(WHERE, json.dumps(body), content_type=JSON)
    assert field in _assert_problem(answer, status, "invalid")["errors"]
    _assert_nothing_written(inside, acme)


@pytest.mark.parametrize("case", RAW)
def test_a_body_that_is_not_json(api_for, inside, acme, case):
    answer = api_for("ada").post(WHERE, RAW[case], content_type=JSON)
    _assert_problem(answer, 400, "malformed")
    _assert_nothing_written(inside, acme)


def test_right_to_left_and_emoji_come_back_as_they_went(api_for):
    text = "مرحبا \u202eabc 👩🏽‍🔧 e\u0301"
    answer = api_for("ada").post(WHERE, NEW | {"description": text}, content_type=JSON)
    assert answer.json()["messages"][0]["body"] == text


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "json",
        "",
    ],
)
def test_another_content_type(api_for, inside, acme, content_type):
    answer = api_for("ada").post(WHERE, b"subject=website", content_type=content_type)
    _assert_problem(answer, 415, "not_json")
    _assert_nothing_written(inside, acme)


def test_another_character_set(api_for):
    body = json.dumps(NEW).encode("utf-16")
    answer = api_for("ada").generic("POST", WHERE, body, content_type="application/json; charset=utf-16")
    _assert_problem(answer, 415, "not_json")


def test_more_than_a_megabyte(api_for, inside, acme):
    answer = api_for("ada").post(WHERE, NEW | {"description": "x" * 1_100_000}, content_type=JSON)
    _assert_problem(answer, 413, "too_large")
    _assert_nothing_written(inside, acme)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_another_method(api_for, method):
    answer = getattr(api_for("ada"), method)(WHERE)
    _assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize(
    "path", ["/api/support/", "/api/support/tickets/x", "/api/v1/nothing", "/api/support/ticketsx"]
)
def test_an_address_without_anything(api_for, path):
    ada = api_for("ada")
    ada.ask_for_form_tokens()
    for answer in (ada.get(path), ada.post(path, {}, content_type=JSON), ada.patch(path, {}, content_type=JSON)):
        _assert_problem(answer, 404, "not_found")


def test_the_document_is_only_read(api_for):
    for path in ("/api/schema", "/api/docs"):
        _assert_problem(api_for("ada").post(path, {}, content_type=JSON), 405, "method_not_allowed")


def test_what_a_program_accepts_makes_no_difference(api_for, opened):
    answer = api_for("ada").get(WHERE, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_too_many_requests_are_told_when_to_come_back(api_for, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    ada = api_for("ada")
    answers = [ada.get(WHERE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    _assert_problem(answers[-1], 429, "too_many")
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert api_for("bo").get(WHERE).status_code == 200
