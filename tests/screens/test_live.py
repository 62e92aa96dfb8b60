"""An open page hears that something changed, and fetches what it may see."""

import json
import urllib.request
import uuid

import pytest

from tests.screens.conftest import wait_for_socket

pytestmark = pytest.mark.no_database
ADA, OMAR = "ada@acme.example", "omar@portico.example"


def ask(product, email, method, path, body=None):
    """A program of somebody's, on the base host: the answer's JSON."""
    headers = {"Authorization": f"Bearer {product.person(email)['token']}", "Content-Type": "application/json"}
    if email == ADA:
        headers["X-Company-Id"] = str(next(one["id"] for one in product.info["companies"] if one["slug"] == "acme"))
    content = json.dumps(body).encode() if body else None
    request = urllib.request.Request(product.url(path=path), content, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def new_ticket(product):
    """A fresh ticket of Ada's; its sub-subject is found nowhere else."""
    body = {"subject": "website", "sub_subject": uuid.uuid4().hex[:8], "description": "Blank since noon."}
    return ask(product, ADA, "POST", "/api/support/tickets", body)


@pytest.fixture
def ticket(live_product):
    return new_ticket(live_product)


def answer_of(product, ticket, words):
    """Omar answers in the console."""
    found = ask(product, OMAR, "GET", "/platform-admin/tickets")["results"]
    number = next(one["id"] for one in found if one["sub_subject"] == ticket["sub_subject"])
    ask(product, OMAR, "POST", f"/platform-admin/tickets/{number}/messages", {"body": words})


def test_an_answer_appears_by_itself_and_leaves_the_draft(open_page, live_product, ticket):
    page = open_page(ADA)
    page.goto(live_product.url("acme", f"/manager/tickets/{ticket['id']}"))
    wait_for_socket(page)
    page.get_by_label("Your reply").fill("A draft of mine")

    answer_of(live_product, ticket, "We are looking at it.")
    page.get_by_text("We are looking at it.").wait_for()
    assert page.get_by_label("Your reply").input_value() == "A draft of mine"
    assert page.complaints == []


def test_without_a_socket_the_page_asks_now_and_then(open_page, live_product, ticket):
    page = open_page(ADA)
    page.route_web_socket("**/live/", lambda socket: socket.close())
    page.clock.install()
    page.goto(live_product.url("acme", f"/manager/tickets/{ticket['id']}"))

    answer_of(live_product, ticket, "Found without a socket.")
    for _ in range(50):
        page.clock.run_for(20_000)
        if page.get_by_text("Found without a socket.").count():
            return
        page.wait_for_timeout(200)
    pytest.fail("The page did not ask.")


def test_the_queue_shows_a_new_request(open_page, live_product):
    page = open_page(OMAR)
    page.goto(live_product.url("console", "/admin/tickets"))
    wait_for_socket(page)
    words = new_ticket(live_product)["sub_subject"]
    page.get_by_text(words).first.wait_for()
