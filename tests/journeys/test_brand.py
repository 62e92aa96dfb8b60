"""Ada gives Acme a brand: she sees it while she types, customers see it when she saves, and undo takes it back."""

import io

import pytest
from PIL import Image

from tests.screens.conftest import wait_for

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, CLEO = "ada@acme.example", "cleo@acme.example"
PAGE = "/manager/settings/brand"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def logo(colour):
    kept = io.BytesIO()
    Image.new("RGB", (300, 100), colour).save(kept, "PNG")
    return {"name": "logo.png", "mimeType": "image/png", "buffer": kept.getvalue()}


@SCRIPTS
def test_a_brand_is_seen_before_it_is_saved_and_taken_back(open_page, live_product, scripts):
    page, guest = open_page(ADA, scripts=scripts), open_page()
    page.goto(live_product.url("acme", PAGE))
    page.get_by_label("Name that customers read").fill("Acme Care")
    page.get_by_label("Colour", exact=True).fill("#f2b632")
    page.get_by_label("Greeting").fill("What can we fix?")
    if not scripts:
        page.get_by_role("button", name="Preview").click()
    small = page.get_by_role("group", name="Portal, dark")
    small.get_by_text("What can we fix?").wait_for()
    page.get_by_text("Made darker").wait_for()
    assert small.locator(".btn").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(242, 182, 50)"
    guest.goto(live_product.url("acme", "/"))
    assert guest.get_by_text("What can we fix?").count() == 0

    page.locator("input[name=logo]").set_input_files(logo("teal"))
    if scripts:
        small.locator("img.logo[src^='data:image/png']").wait_for()
    page.get_by_role("button", name="Save brand").click()
    page.get_by_text("Saved. Everybody who comes to your door").wait_for()
    _until_shown(guest, live_product, "What can we fix?")
    wait_for(guest, "document.querySelector('header img.logo').naturalWidth === 300")

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone. It is as it was before.").wait_for()
    _until_shown(guest, live_product, "The help desk of Acme")
    assert page.complaints + guest.complaints == []


def _until_shown(guest, product, words):
    """Other processes know of it within seconds."""
    for _ in range(60):
        guest.goto(product.url("acme", "/"))
        if guest.get_by_text(words).count():
            return
        guest.wait_for_timeout(500)
    pytest.fail(f"{words} did not appear.")


def test_a_picture_is_dropped_and_a_colour_is_picked(open_page, live_product):
    page = open_page(ADA)
    page.goto(live_product.url("acme", PAGE))
    page.evaluate(
        """async ([name, bytes]) => {
          const moved = new DataTransfer()
          moved.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }))
          const place = document.querySelector("[data-picture=logo]")
          place.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: moved }))
        }""",
        ["dropped.png", list(logo("red")["buffer"])],
    )
    page.get_by_text("dropped.png").wait_for()
    assert page.evaluate("document.querySelector('input[name=logo]').files.length") == 1

    page.get_by_label("Pick the colour").fill("#123456")
    assert page.get_by_label("Colour", exact=True).input_value() == "#123456"
    page.get_by_label("Colour", exact=True).fill("#abcdef")
    assert page.get_by_label("Pick the colour").input_value() == "#abcdef"
    page.locator("#brand-preview link[href$='abcdef']").wait_for(state="attached")
    page.locator("#brand-preview img.logo[src^='data:']").first.wait_for()
    assert page.complaints == []
