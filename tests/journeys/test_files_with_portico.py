"""Ada shows Portico a picture, Lin answers with marks and a file; Ada opens it. With scripts and without."""

import io
import uuid

import pytest
from PIL import Image

from tests.journeys.test_ask_and_answer import ADA, LIN, SCRIPTS, open_in_console, strange
from tests.screens.conftest import wait_for
from tests.screens.test_screens import looked_at_everywhere

pytestmark = [pytest.mark.no_database, pytest.mark.browser]


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(kept, "PNG")
    return {"name": "contact-form.png", "mimeType": "image/png", "buffer": kept.getvalue()}


def text():
    return {"name": "steps.txt", "mimeType": "text/plain", "buffer": b"First this, then that."}


def add(page, file, *, scripts):
    """Choose a file; with scripts it is uploaded at once."""
    page.locator("[data-drop] input[type=file]").set_input_files([file])
    if scripts:
        page.locator("[data-waiting] input[name=attachments]").wait_for(state="attached")


def ask(page, product, part, *, scripts):
    page.goto(product.url("acme", "/manager/tickets/new"))
    page.get_by_label("Topic").select_option(label="Website")
    page.get_by_label("Which part of it").fill(part)
    page.get_by_label("What happens?").fill("It looks like this.")
    add(page, picture(), scripts=scripts)
    page.get_by_role("button", name="Send to Portico").click()
    page.get_by_role("heading", name=f"Website: {part}").wait_for()


# The conversation may be drawn anew meanwhile: whichever picture stands there now is brought into sight.
LOOKED_AT = """() => {
  const one = document.querySelector("img[alt='contact-form.png']")
  one?.scrollIntoView({ block: "center" })
  return Boolean(one?.complete && one.naturalWidth > 0)
}"""


def shown(page):
    """The picture of the conversation, as the browser drew it from the host of files."""
    drawn = page.get_by_role("img", name="contact-form.png")
    drawn.first.wait_for()
    wait_for(page, LOOKED_AT)
    return drawn


def downloaded(page, name):
    with page.expect_download() as got:
        page.get_by_role("link", name=name).last.click()
    return got.value.path().read_bytes()


@SCRIPTS
def test_a_picture_goes_to_portico_and_a_file_comes_back(open_page, live_product, scripts):
    part = f"form {uuid.uuid4().hex[:8]}"
    ada, lin = open_page(ADA, scripts=scripts), open_page(LIN, scripts=scripts)
    ask(ada, live_product, part, scripts=scripts)
    shown(ada) if scripts else None

    open_in_console(lin, live_product, part)
    if scripts:
        assert shown(lin).get_attribute("alt") == "contact-form.png"
    assert downloaded(lin, "contact-form.png") == picture()["buffer"]
    lin.get_by_label("Your reply").fill("Please do **this**.")
    lin.get_by_role("button", name="Preview").click()
    lin.locator("#look strong", has_text="this").wait_for()
    add(lin, text(), scripts=scripts)
    lin.get_by_role("button", name="Send reply").click()
    lin.locator(".bubble strong", has_text="this").wait_for()

    ada.reload()
    ada.locator(".bubble strong", has_text="this").wait_for()
    assert downloaded(ada, "steps.txt") == text()["buffer"]
    assert [strange(page) for page in (ada, lin)] == [[], []]
    if scripts:
        look(ada, "ticket-files"), look(lin, "console-files")


def look(page, name):
    """Axe finds nothing, and nothing sticks out."""
    page.get_by_role("button", name="Bold").wait_for()
    assert looked_at_everywhere(page, name) == []
