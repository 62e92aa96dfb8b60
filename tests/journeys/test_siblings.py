"""A page on one company's host is the same site to a browser as another's: what it sends there changes nothing."""

import html
from functools import partial

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

BO = "bo@borealis.example"
SENT = [
    ("borealis", "/logout", {}),
    ("borealis", "/login", {"email": "ada@acme.example", "password": "whatever it is"}),
    ("borealis", "/manager/settings/domains", {"do": "add", "domain": "evil.example", "use": "mail"}),
    ("borealis", "/manager/settings/start", {"do": "bring_back"}),
    ("borealis", "/manager/tickets/new", {"subject": "website", "description": "Sent by a sibling", "key": "x" * 36}),
    ("borealis", "/api/v1/support/tickets", {"subject": "Sent by a sibling", "description": "x"}),
    ("console", "/logout", {}),
    ("", "/", {"email": "victim@borealis.example"}),
    ("", "/desks", {"email": "victim@borealis.example"}),
]


def evil_page(target, fields):
    inputs = "".join(f'<input name="{html.escape(name)}" value="{html.escape(one)}">' for name, one in fields.items())
    return f'<!doctype html><form method="post" action="{target}">{inputs}</form>'


def show(content, route):
    route.fulfill(body=content, content_type="text/html")


def test_a_siblings_page_changes_nothing(open_page, live_product):
    page = open_page(BO)
    page.goto(live_product.url("borealis", "/manager/settings/domains"))  # a form's cookie is there, too
    evil, statuses = live_product.url("acme", "/evil"), []
    for host, path, fields in SENT:
        target = live_product.url(host, path)
        content = evil_page(target, fields)
        page.route(evil, partial(show, content))
        page.goto(evil)
        page.evaluate("document.cookie = 'portico-form=' + 'x'.repeat(32) + '; domain=localhost; path=/'")
        with page.expect_navigation() as told:
            page.evaluate("document.forms[0].submit()")
        statuses.append(told.value.status)
        page.goto(evil)
        asked = "([url, body]) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', body })"
        page.evaluate(f"{asked}.then(() => null, () => null)", [target, "do=add&domain=evil.example&use=mail"])
        page.unroute(evil)
    assert statuses[:5] == [403] * 5
    assert all(status in {401, 403, 415} for status in statuses)
    page.goto(live_product.url("borealis", "/manager/settings/domains"))
    assert "evil.example" not in page.content()
    assert page.get_by_role("heading", name="Domains").is_visible()
    page.goto(live_product.url("borealis", "/manager/tickets"))
    assert "Sent by a sibling" not in page.content()
    assert not [path for path in (live_product.logs / "mail").glob("[0-9]*.eml") if "victim@" in path.read_text()]
