"""Fields that are nobody's, texts that cannot be kept and lists without end, sent to the company's own desk."""

import uuid

import pytest

from tests.api.conftest import Program


@pytest.fixture
def program(api_for):
    """`program("cleo")` = Cleo's program at the desk of Acme."""
    return lambda name: Program(api_for(name))


MASS = [
    "id", "number", "ticket_number", "desk", "status", "category_", "requester_id", "requester_name_", "assigned_to",
    "watchers", "unread_by_agent", "unread_by_customer", "created_at", "closed_at", "sla_due_at", "version", "counted",
    "merged_into", "parent", "is_incident", "is_pinned", "ai_summary", "index_id", "company_id", "team",
]  # fmt: skip


@pytest.mark.parametrize("field", MASS)
def test_nothing_is_assigned_by_the_way(program, field):
    refused = program("cleo").asks(422, **{field: "closed"})
    assert list(refused["errors"]) == [field]


def test_what_only_the_product_sets_is_no_field(program):
    ada = program("ada")
    ticket = f"tickets/{ada.asks()['id']}"
    for field in ("number", "unread_by_agent", "created_at", "closed_at", "merged_into", "user", "contact", "desk"):
        assert list(ada.patch(ticket, {field: None}, 422)["errors"]) == [field]
    for field in ("is_staff_reply", "author_user", "direction", "created_at", "sender_type"):
        assert list(ada.post(f"{ticket}/messages", {"body": "x", field: True}, 422)["errors"]) == [field]


TEXTS = ["a\x00b", "\ud83d", "x" * 300_000]


@pytest.mark.parametrize("text", TEXTS, ids=["NUL", "half a pair", "long"])
def test_texts_that_cannot_be_kept(program, text):
    ada = program("ada")
    ticket = f"tickets/{ada.asks()['id']}"
    for field in ("subject", "description", "type", "department", "order", "requester_email", "requester_name"):
        more = {"requester_email": "a@b.example"} if field == "requester_name" else {}
        ada.asks(422, **more | {field: text})
    for change in (
        {"ai_summary": text}, {"subject": text}, {"tags": [text]}, {"custom_fields": {text: text}}, {"status": text},
        {"cc": [{"email": text}]}, {"cc": [{"email": "a@b.example", "name": text}]}, {"checklist": [{"text": text}]},
    ):  # fmt: skip
        ada.patch(ticket, change, 422)
    for body in ({"body": text}, {"html": text}, {"body": "x", "status": text}):
        ada.post(f"{ticket}/messages", body, 422)
    ada.get("tickets", 422 if text != "\ud83d" else 200, search=text.replace("\ud83d", "?"))


def test_huge_lists(program):
    ada = program("ada")
    ticket = f"tickets/{ada.asks()['id']}"
    many = [str(uuid.uuid4()) for _ in range(10_000)]
    for change in (
        {"watchers": many}, {"tags": many}, {"cc": [{"email": "a@b.example"}] * 1_000},
        {"checklist": [{"text": "x"}] * 1_000}, {"custom_fields": dict.fromkeys(many, 1)},
        {"watchers": "x"}, {"watchers": {}}, {"tags": [1]}, {"tags": [["x"]]}, {"cc": ["x"]}, {"custom_fields": []},
    ):  # fmt: skip
        ada.patch(ticket, change, 422)
    ada.post(f"{ticket}/messages", {"body": "x", "mentions": many}, 422)
    ada.post(f"{ticket}/messages", {"body": "x", "files": many[:15]}, 422)
    ada.post(f"{ticket}/messages", {"body": "x", "files": many}, 422)
