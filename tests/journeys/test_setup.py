"""Ada sets up a type of her own, and from then on it is asked as she said."""

import uuid

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA = "ada@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@SCRIPTS
def test_a_type_with_a_needed_field_is_added_changed_and_undone(open_page, live_product, scripts):
    page, name = open_page(ADA, scripts=scripts), f"Repair {uuid.uuid4().hex[:6]}"
    page.goto(live_product.url("acme", "/manager/settings/types"))
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the type").click()
    page.get_by_role("heading", name=name, level=1).wait_for()

    page.get_by_text("Add a field", exact=True).click()
    page.get_by_label("What it asks").fill("Serial number")
    page.get_by_label("Needed").select_option(label="To ask")
    page.get_by_role("button", name="Add the field").click()
    page.get_by_text("The field is as you set it.").wait_for()
    page.locator("summary").filter(has_text="Serial number").filter(has_text="needed to ask").wait_for()

    page.get_by_label("From New to Open").uncheck()
    page.get_by_role("button", name="Save steps").click()
    page.get_by_text("The steps are as you set them.").wait_for()
    assert not page.get_by_label("From New to Open").is_checked()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone. It is as it was before.").wait_for()
    assert page.get_by_label("From New to Open").is_checked()

    page.get_by_role("button", name="Retire this type").click()
    page.get_by_text("Retired: offered no more").wait_for()
    assert page.complaints == []
