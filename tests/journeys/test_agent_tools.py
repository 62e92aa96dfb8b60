"""What an agent does besides answering: merge, split off, begin with a template, send a file, call an incident."""

import re
import uuid

import pytest

from tests.journeys.test_inbox import ADA, BEN, open_for_somebody
from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]
NUMBER = re.compile(r"TICK-\d+-\d+")


def number_of(page):
    return NUMBER.search(page.locator("#talk").inner_text())[0]


def facts(page):
    return page.locator("#facts")


def link_to(page, number, button):
    page.locator("#linking summary").click()
    page.get_by_label("Number of the other request").fill(number)
    page.get_by_role("button", name=button).click()


def test_two_of_one_are_merged_and_parted_again(open_page, live_product):
    page = open_page(ADA)
    stays = open_for_somebody(page, live_product)
    number = number_of(page)
    gone = open_for_somebody(page, live_product)
    link_to(page, number, "Merge into it")
    page.get_by_role("heading", name=stays).wait_for()
    page.get_by_text("merged in").first.wait_for()
    page.get_by_role("button", name="Take out").click()
    page.get_by_text("merged in").first.wait_for(state="detached")
    page.goto(live_product.url("acme", "/manager/inbox?view=open"))
    page.get_by_role("link", name=re.compile(gone)).first.wait_for()


def test_a_message_is_split_off(open_page, live_product):
    page, subject = open_page(ADA), f"Chair {uuid.uuid4().hex[:8]}"
    open_for_somebody(page, live_product)
    page.locator("article").first.get_by_role("link", name="More for this message").click()
    page.get_by_label("Make a request of its own out of it").fill(subject)
    page.get_by_role("button", name="Split off").click()
    page.get_by_role("link", name=subject).first.click()
    page.get_by_role("heading", name=subject).wait_for()
    page.locator("article").filter(has_text="She called: the lamp flickers.").wait_for()


def test_a_note_is_nothing_to_split_off(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    page.locator("#composer").get_by_text("Internal note").click()
    page.locator("#id_body").fill("She is right.")
    page.get_by_role("button", name="Add note").click()
    note = page.locator("article").filter(has_text="She is right.")
    note.get_by_role("link", name="More for this message").click()
    page.get_by_label("Change the words").wait_for()
    assert page.get_by_role("button", name="Split off").count() == 0


def test_an_incident_takes_what_hangs_on_it_along(open_page, live_product):
    page = open_page(ADA)
    open_for_somebody(page, live_product)
    incident = number_of(page)
    page.locator("#linking summary").click()
    page.get_by_role("button", name="Make it an incident").click()
    page.get_by_text("Incident, 0 affected").wait_for()
    child = open_for_somebody(page, live_product)
    link_to(page, incident, "Hang on it")
    page.get_by_text("hangs on").first.wait_for()
    page.goto(live_product.url("acme", f"/manager/inbox?q={incident}"))
    page.get_by_role("link", name=re.compile(incident)).first.click()
    page.get_by_text("Incident, 1 affected").wait_for()
    page.locator("#id_body").fill("The light is back.")
    page.get_by_label("Other ways to send").click()
    page.get_by_role("button", name="Send and solve").click()
    page.locator("article").filter(has_text="The light is back.").wait_for()
    page.get_by_role("link", name=child).first.click()
    page.get_by_text(f"This was resolved via incident {incident}").wait_for()


def test_a_file_that_is_on_its_way_is_waited_for(open_page, live_product):
    page, held = open_page(BEN), []
    open_for_somebody(page, live_product)
    page.route(re.compile("/files/upload"), lambda route: held.append(route))
    page.locator("#composer input[type=file]").set_input_files(
        {"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"It flickers."}
    )
    page.get_by_label("Sending lamp.txt").wait_for()
    page.locator("#id_body").fill("See the file.")
    page.get_by_role("button", name="Send reply", exact=True).click()
    wait_for(page, "document.getElementById('composer').getAttribute('aria-busy') === 'true'")
    assert page.locator("article").filter(has_text="See the file.").count() == 0
    held.pop().continue_()
    page.locator("article").filter(has_text="See the file.").get_by_text("lamp.txt").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_new_request_begins_with_a_template(open_page, live_product, scripts):
    page, name = open_page(ADA, scripts=scripts), f"Return {uuid.uuid4().hex[:6]}"
    page.goto(live_product.url("acme", "/manager/settings/recipes/templates/new"))
    page.get_by_label("Name").first.fill(name)
    page.get_by_label("Subject").fill("A parcel comes back")
    page.get_by_label(re.compile("hecklist")).fill("Send the label\nLook at the parcel")
    page.get_by_role("button", name=re.compile("Save|Add|Keep")).first.click()
    page.goto(live_product.url("acme", "/manager/inbox/new"))
    page.get_by_label("Their e-mail").fill("cleo@acme.example")
    page.get_by_label("Begin with a template").select_option(label=name)
    page.get_by_role("button", name="Use it").click()
    page.get_by_text("go on its checklist").wait_for()
    page.get_by_label("What happens?").fill("It is broken.")
    page.get_by_role("button", name="Open the request").click()
    page.get_by_role("heading", name="A parcel comes back").wait_for()
    facts(page).get_by_text("Send the label").wait_for(state="attached")
