"""The outer layers of every request: its number, its limits, its headers, where it was sent from, and the probes."""

import json
import re
from contextlib import ExitStack

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from portico import limits
from portico.csp import SecurityMiddleware
from portico.http import RequestMiddleware
from tenants.routing import Door

SITE = "http://acme.localhost:8000"


def _csrf(client, path="/login"):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).content.decode())[1]


def test_nothing_is_served_with_a_key_that_everybody_knows(settings):
    settings.SECRET_KEY_IS_MISSING = True
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        RequestMiddleware(lambda request: HttpResponse())


def test_every_answer_has_a_number_of_ours(visitor):
    answers = [visitor("acme").get("/login", headers={"X-Request-Id": "theirs"}) for _ in range(2)]
    numbers = {answer["X-Request-Id"] for answer in answers}
    assert len(numbers) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)


def test_every_answer_has_its_line_without_path_or_words(client_for, log_lines):
    client_for("ada").get("/manager/tickets?status=secret-words")
    line = next(line for line in log_lines() if line["event"] == "request")
    assert line["route"] == "manager/tickets"
    assert (line["method"], line["company"], line["actor_kind"]) == ("GET", 1, "company")
    assert line["statements"] >= 1
    assert "secret-words" not in json.dumps(line)


def test_a_page_is_one_line_without_its_pictures(visitor, log_lines):
    visitor("acme").get("/static/portico/mark.svg")
    visitor("acme").get("/login")
    assert [line["route"] for line in log_lines() if line["event"] == "request"] == ["login"]


@pytest.mark.parametrize(("host", "path"), [("acme", "/login"), ("", "/"), ("console", "/login"), ("nobody", "/x")])
def test_the_policy_allows_nothing_from_elsewhere(visitor, host, path):
    answer = visitor(host).get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in answer


def test_a_nonce_is_allowed_only_where_it_was_used(rf):
    def plain(request):
        return HttpResponse()

    def inline(request):
        request.door = Door("company", "acme.localhost:8000")
        return HttpResponse(str(request.csp_nonce))

    assert "nonce" not in SecurityMiddleware(plain)(rf.get("/"))["Content-Security-Policy"]
    answers = [SecurityMiddleware(inline)(rf.get("/")) for _ in range(2)]
    assert answers[0].content != answers[1].content
    for answer in answers:
        nonce = f"'nonce-{answer.content.decode()}'"
        assert f"script-src 'self' {nonce}; style-src 'self' {nonce};" in answer["Content-Security-Policy"]
        assert answer["Content-Security-Policy"].count("nonce") == 2


def test_only_the_public_site_may_send_a_form_on_to_a_new_desk(visitor):
    assert "http://*.localhost:8000" in visitor("").get("/")["Content-Security-Policy"]
    assert "*.localhost" not in visitor("acme").get("/login")["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/login", "/api/support/tickets"])
def test_a_body_that_is_too_large_is_turned_away(visitor, path):
    answer = visitor("acme").post(path, "x" * 1_100_000, content_type="application/json")
    assert answer.status_code == 413
    if path.startswith("/api"):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "origin",
    [
        "http://borealis.localhost:8000",
        "http://localhost:8000",
        "http://acme.localhost:8001",
        "https://acme.localhost:8000",
        "http://acme.localhost:8000.evil.example",
        "null",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/logout", "/login", "/api/support/tickets", "/no/such/page"])
def test_nothing_is_done_for_a_page_of_another_origin(client_for, origin, path):
    answer = client_for("ada").post(path, {}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert client_for("ada").get("/manager/tickets").status_code == 200


def test_the_own_origin_and_no_origin_are_left_to_the_form_token(client_for):
    client = client_for("ada")
    assert client.post("/logout", {}, headers={"Origin": SITE}).status_code in {302, 303}
    assert client.get("/manager/tickets").status_code in {302, 404}


def test_reading_is_not_bound_to_an_origin(client_for):
    answer = client_for("ada").get("/manager/tickets", headers={"Origin": "http://borealis.localhost:8000"})
    assert answer.status_code == 200


def test_a_program_without_cookies_may_come_from_anywhere(api_for):
    answer = api_for("ada").get("/api/support/tickets", headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 200
    body = {"subject": "website", "description": "From a program"}
    answer = api_for("ada").post(
        "/api/support/tickets", body, content_type="application/json", headers={"Origin": "http://elsewhere.example"}
    )
    assert answer.status_code == 201


def test_probes_answer_on_any_host_without_a_company(visitor):
    assert visitor("nobody-knows-this").get("/healthz").status_code == 200
    answer = visitor("nobody-knows-this").get("/readyz")
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"ready": True, "database": True, "queue": True, "migrations": True}


def test_not_ready_while_the_queue_is_away(visitor, queue, settings):
    from portico import health

    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": queue.url}}
    queue.stop()
    health._answer._until = 0.0
    answer = visitor("").get("/readyz")
    health._answer._until = 0.0
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "queue": False, "migrations": True}


def test_figures_name_routes_and_never_companies(client_for, visitor):
    client_for("ada").get("/manager/tickets")
    answer = visitor("").get("/metrics")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'portico_requests_total{method="GET",route="manager/tickets",status="200"}' in text
    assert "portico_due_jobs" in text
    assert "portico_ready_schemas" in text
    assert not re.search(r"(?i)acme|borealis|\bada\b", text)


def test_an_invented_method_or_path_makes_no_new_label(visitor):
    visitor("acme").generic("BREW", "/coffee/1")
    visitor("acme").get("/coffee/2")
    text = visitor("").get("/metrics").content.decode()
    assert "BREW" not in text
    assert "coffee" not in text


def test_figures_are_not_for_strangers(visitor, settings):
    assert visitor("").get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert visitor("").get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    settings.METRICS_TOKEN = "figures"
    assert visitor("").get("/metrics").status_code == 404
    assert visitor("").get("/metrics", headers={"Authorization": "Bearer figures"}).status_code == 200


def test_a_company_with_too_much_at_once_is_asked_to_come_back_and_others_are_not(visitor, acme, monkeypatch, settings):
    monkeypatch.setattr(limits._rooms, "_wait", 0.05)
    with ExitStack() as held:
        for _ in range(settings.COMPANY_REQUESTS_AT_ONCE):
            held.enter_context(limits.company_turn(acme))
        page, api = visitor("acme").get("/login"), visitor("acme").get("/api/support/tickets")
        assert visitor("borealis").get("/login").status_code == 200
    for answer in (page, api):
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) >= 1
    assert api.json()["code"] == "too_many"
    assert visitor("acme").get("/login").status_code == 200


def test_the_callers_address_is_what_our_own_proxy_saw(acme, settings):
    seen = []

    def answer(request):
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    layer = RequestMiddleware(answer)
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    for proxies in (0, 1, 3):
        settings.PROXIES = proxies
        layer(RequestFactory().get("/", headers=forged))
    assert seen == ["127.0.0.1", "203.0.113.9", ""]


def test_a_certificate_is_ordered_only_for_a_door(visitor):
    for domain, status in (("acme.localhost", 200), ("console.localhost", 200), ("nobody.localhost", 404), ("", 404)):
        assert visitor("").get(f"/internal/tls-ask?domain={domain}").status_code == status, domain
