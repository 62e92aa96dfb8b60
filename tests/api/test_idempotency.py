"""`Idempotency-Key`: sent twice, done once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from shared_apps.accounts.models import StoredAnswer
from tenant_apps.tickets.models import Message, Ticket
from tests.api.conftest import NEW

WHERE = "/api/support/tickets"
JSON = "application/json"


def _post(client, body=NEW, key="k-1", where=WHERE):
    return client.post(where, body, content_type=JSON, headers={"Idempotency-Key": key})


def test_the_same_request_has_the_first_answer_again(api_for, inside, acme):
    ada = api_for("ada")
    first, again = _post(ada), _post(ada, where=f"{WHERE}/")

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    with inside(acme):
        assert Ticket.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(api_for, inside, acme):
    ada = api_for("ada")
    _post(ada)
    answer = _post(ada, NEW | {"subject": "email"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["Idempotency-Key"])
    with inside(acme):
        assert Ticket.objects.count() == 1


def test_other_people_have_other_keys(api_for):
    assert _post(api_for("ada")).json()["id"] != _post(api_for("olga")).json()["id"]
    assert _post(api_for("bo")).json()["company_id"] == 2


def test_a_refused_request_may_be_put_right_with_the_same_key(api_for):
    ada = api_for("ada")
    assert _post(ada, NEW | {"subject": "weather"}).status_code == 422
    assert _post(ada).status_code == 201


def test_a_day_later_the_key_is_free(api_for, inside, acme):
    ada = api_for("ada")
    first = _post(ada).json()
    with inside(acme):
        StoredAnswer.objects.update(created_at=F("created_at") - timedelta(hours=25))
    assert _post(ada).json()["id"] != first["id"]


@pytest.mark.parametrize("key", ["", "x" * 121, "tab\there", "ümlaut"])
def test_a_key_that_is_none(api_for, key):
    assert _post(api_for("ada"), key=key).status_code == 422


def test_a_staff_answer_is_given_once(api_for, inside, acme, row_id):
    where = f"/platform-admin/tickets/{row_id}/messages"
    lin = api_for("lin")
    first, again = (_post(lin, {"body": "On it."}, where=where) for _ in range(2))
    assert first.json() == again.json()
    with inside(acme):
        assert Message.objects.count() == 2


def test_duplicates_at_once_wait_for_the_first(api_for, inside, acme):
    clients, answers = [api_for("ada") for _ in range(4)], []
    threads = [threading.Thread(target=_post_and_leave, args=(client, answers)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [status for status, _ in answers] == [201] * 4
    assert len({number for _, number in answers}) == 1
    with inside(acme):
        assert Ticket.objects.count() == 1


def _post_and_leave(client, answers):
    try:
        answer = _post(client)
        answers.append((answer.status_code, answer.json()["number"]))
    finally:
        connection.close()
