"""Tokens, cursors and bodies from people who mean no good."""

import base64

import pytest
from django.conf import settings

NEW = {"subject": "website", "description": "Please."}
SECRET = "A" * 43


@pytest.mark.parametrize("scheme", ["Basic eDp5", "Negotiate x", "Digest x", "bearer\tx"])
def test_another_scheme_does_not_spare_a_session_the_form_token(client_for, scheme):
    browser = client_for("ada")
    browser.ask_for_form_tokens()
    headers = {"Authorization": scheme}
    answer = browser.post("/api/support/tickets", NEW, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00-23:59:59.999999"]
)
@pytest.mark.parametrize(
    ("who", "path", "key"),
    [("ada", "/api/support/tickets", "0" * 32), ("sam", "/platform-admin/tickets", "1")],
)
def test_a_cursor_at_the_end_of_time_is_refused(api_for, at, who, path, key):
    cursor = base64.urlsafe_b64encode(f"{at}|{key}".encode()).decode().rstrip("=")
    answer = api_for(who).get(f"{path}?cursor={cursor}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["cursor"])


def test_companies_cannot_be_counted_by_their_ids(visitor, acme):
    def ask(company_id):
        headers = {"Authorization": f"Bearer pt_{company_id}_1_{SECRET}", "X-Company-Id": str(company_id)}
        answer = visitor().get("/api/support/tickets", headers=headers)
        return answer.status_code, answer.content, answer["WWW-Authenticate"]

    assert ask(acme.id) == ask(999_999)


@pytest.mark.parametrize("said", ["2", "01", "1,2", "1.0", "+1", "1 2", "\u0661", "-1", "1e0", ""])
def test_a_token_opens_no_other_company(visitor, token_for, acme, said):
    headers = {"Authorization": f"Bearer {token_for('ada')}", "X-Company-Id": said}
    assert visitor().get("/api/support/tickets", headers=headers).status_code == 404


@pytest.mark.parametrize(("who", "host"), [("bo", "acme"), ("lin", "acme"), ("ada", "console"), ("ada", "borealis")])
def test_a_token_is_nothing_at_another_door(visitor, token_for, who, host):
    path = "/platform-admin/tickets" if host == "console" else "/api/support/tickets"
    headers = {"Authorization": f"Bearer {token_for(who)}", "X-Company-Id": "1"}
    assert visitor(host).get(path, headers=headers).status_code == 401


@pytest.mark.parametrize("depth", [900, 950, 1_000, 100_000])
def test_a_deep_body_breaks_nothing(api_for, depth):
    body = f'{{"subject": "website", "description": {"[" * depth}{"]" * depth}}}'
    headers = {"Idempotency-Key": f"deep-{depth}"}
    answer = api_for("ada").post("/api/support/tickets", body, content_type="application/json", headers=headers)
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-7"])
def test_what_a_page_elsewhere_could_send_is_not_read(api_for, kind):
    body = b'{"subject": "website", "description": "x"}'
    assert api_for("ada").post("/api/support/tickets", body, content_type=kind).status_code == 415


def test_a_method_in_a_header_changes_nothing(api_for):
    answer = api_for("ada").get("/api/support/tickets", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200


def test_one_persons_key_tells_another_nothing(api_for):
    post = {"data": NEW, "content_type": "application/json", "headers": {"Idempotency-Key": "same"}}
    first = api_for("ada").post("/api/support/tickets", **post).json()
    for other in ("olga", "bo"):
        answer = api_for(other).post("/api/support/tickets", **post)
        assert answer.json()["id"] != first["id"]
        assert "Idempotent-Replayed" not in answer.headers


def test_a_session_of_one_company_is_nothing_in_another(client_for, visitor):
    stolen = client_for("ada").cookies[settings.SESSION_COOKIE_NAME].value
    for host in ("borealis", "console"):
        thief = visitor(host)
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert thief.get("/manager/tickets" if host != "console" else "/admin/tickets").status_code == 302
