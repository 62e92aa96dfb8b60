"""Omar suspends Borealis and lets it go on; with scripts and without."""

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

OMAR, BO = "omar@portico.example", "bo@borealis.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def decide(page, what, typed="borealis", notice=""):
    page.get_by_role("link", name=f"{what} …").click()
    page.get_by_label("Type borealis to confirm").fill(typed)
    if notice:
        page.get_by_label("What its people read").fill(notice)
    page.get_by_role("button", name=what).click()


def opened_until(page, address, words):
    """Look again until the words are there: a process goes on for seconds with what it knew of a company."""
    for _ in range(120):
        page.goto(address)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(250)
    pytest.fail(f"{words} did not come.")


@SCRIPTS
def test_a_company_rests_and_goes_on(open_page, live_product, scripts):
    omar, bo = open_page(OMAR, scripts=scripts), open_page(BO, scripts=scripts)
    omar.goto(live_product.url("console", "/admin/companies"))
    omar.get_by_label("Name or subdomain").fill("boreal")
    omar.get_by_role("button", name="Show").click()
    omar.get_by_role("link", name="Borealis").click()

    decide(omar, "Suspend", typed="acme", notice="The invoice of May is open.")
    omar.get_by_text("This is not borealis. Nothing was changed.").wait_for()
    assert omar.get_by_label("What its people read").input_value() == "The invoice of May is open."
    omar.get_by_label("Type borealis to confirm").fill("borealis")
    omar.get_by_role("button", name="Suspend").click()
    omar.get_by_text("Borealis is suspended.").wait_for()
    opened_until(bo, live_product.url("borealis", "/manager/inbox"), "The invoice of May is open.")

    decide(omar, "Resume")
    omar.get_by_text("Borealis works again.").wait_for()
    opened_until(bo, live_product.url("borealis", "/manager/inbox?view=open"), "Inbox")


@SCRIPTS
def test_a_note_is_kept_deleted_and_brought_back(open_page, live_product, scripts):
    page = open_page(OMAR, scripts=scripts)
    page.goto(live_product.url("console", "/admin/companies/borealis"))
    words = f"They move to Bergen, {'with' if scripts else 'without'} scripts."
    page.get_by_label("Note", exact=True).fill(words)
    page.get_by_role("button", name="Add note").click()
    page.get_by_text(words).wait_for()

    page.get_by_role("button", name="Delete the note of Omar Said").first.click()
    page.get_by_text("Deleted.").wait_for()
    assert page.get_by_text(words).count() == 0
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(words).wait_for()
