"""Headers and hosts that are not what they should be: a refusal, never a failure, and never another company."""

import pytest


@pytest.mark.parametrize("came_from", ["http://[", "http://[::1", "//[x", "http://a\u2100b/"])
def test_a_referer_that_is_no_address_breaks_nothing(visitor, came_from):
    answer = visitor("acme").get("/there-is-nothing", headers={"Referer": came_from})
    assert answer.status_code == 404


def test_a_page_that_htmx_names_wrongly_breaks_nothing(visitor):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert visitor("acme").get("/manager/tickets", headers=headers).status_code == 401


def test_the_way_back_never_leads_to_another_host(visitor):
    browser = visitor("acme")
    came_from = f"http://{browser.defaults['HTTP_HOST']}//evil.example/"
    answer = browser.get("/there-is-nothing", headers={"Referer": came_from})
    assert 'href="//evil' not in answer.content.decode()


@pytest.mark.parametrize("domain", ["%00", "a%00.localhost", "%ED%A0%80", "acme.localhost:1", "a" * 300, "%0d%0aX:y"])
def test_the_proxys_question_takes_names_only(visitor, domain):
    assert visitor().get(f"/internal/tls-ask?domain={domain}").status_code == 404


@pytest.mark.parametrize(
    "host",
    ["acme.localhost.evil.example", "evil.example", "x.acme.localhost:8000", "console.localhost:1", "[::1]:8000"],
)
def test_a_host_of_nobody_leads_nowhere(visitor, host):
    forwarded = {"Host": host, "X-Forwarded-Host": "acme.localhost:8000", "Forwarded": "host=acme.localhost:8000"}
    assert visitor().get("/login", headers=forwarded).status_code == 421


@pytest.mark.parametrize("host", ["a b", "acme.localhost:8000:1", "ada@acme.localhost:8000", "acme.localhost/..", ""])
def test_a_host_that_is_none_is_refused(visitor, host):
    assert visitor().get("/login", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ["/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd"])
def test_static_files_lead_nowhere_else(visitor, path):
    assert visitor("acme").get(path).status_code == 404


def test_a_length_of_five_thousand_digits_is_too_large(visitor):
    answer = visitor("acme").post("/login", {}, CONTENT_LENGTH="9" * 5_000)
    assert answer.status_code == 413
