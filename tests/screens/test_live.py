"""An open page hears that something changed, and fetches what it may see."""

import json
import time
import urllib.request
import uuid

import pytest

from tests.screens.conftest import wait_for_socket

pytestmark = pytest.mark.no_database
ADA, BEN, OMAR = "ada@acme.example", "ben@acme.example", "omar@portico.example"


def ask(product, email, method, path, body=None):
    """A program of somebody's, on the base host: the answer's JSON."""
    headers = {"Authorization": f"Bearer {product.person(email)['token']}", "Content-Type": "application/json"}
    if email == ADA:
        headers["X-Company-Id"] = str(next(one["id"] for one in product.info["companies"] if one["slug"] == "acme"))
    content = json.dumps(body).encode() if body else None
    request = urllib.request.Request(product.url(path=path), content, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        content = answer.read()
        return json.loads(content) if content else None


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


def test_an_answer_that_comes_before_the_socket_is_not_missed(open_page, live_product, ticket):
    page = open_page(ADA)

    def late(socket):
        answer_of(live_product, ticket, "Said while you came.")
        time.sleep(3)  # so long that the signal is over, and nobody was there to hear it
        socket.connect_to_server()

    page.route_web_socket("**/live/", late)
    page.goto(live_product.url("acme", f"/manager/tickets/{ticket['id']}"))
    page.get_by_text("Said while you came.").wait_for(timeout=10_000)  # long before it would ask by itself
    assert page.complaints == []


def test_without_a_socket_the_page_asks_now_and_then(open_page, live_product, ticket):
    page = open_page(ADA, alone=True)
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


def test_a_conversation_that_was_deleted_says_so_and_leads_back_to_the_list(open_page, live_product):
    words = {"subject": f"Lamp {uuid.uuid4().hex[:8]}", "description": "It flickers."}
    ticket = ask(live_product, ADA, "POST", "/api/v1/support/tickets", words)
    page = open_page(BEN)
    page.goto(live_product.url("acme", f"/manager/inbox/{ticket['id']}"))
    wait_for_socket(page)

    ask(live_product, ADA, "DELETE", f"/api/v1/support/tickets/{ticket['id']}")

    said = page.locator("#notices .notice", has_text="This request is not here any more")
    said.wait_for(timeout=30_000)
    assert page.get_by_text("It flickers.").first.is_visible(), "what was being read stays"
    assert not page.get_by_text("The answer could not be used").count()
    said.get_by_role("link", name="Back to the list").click()
    page.wait_for_url("**/manager/inbox")
