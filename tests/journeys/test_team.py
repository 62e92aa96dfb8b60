"""Sam invites Nia, sees what she would see before he says so, and ends it again."""

import re
import uuid

import pytest

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

SAM = "sam@portico.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def join(sam, nia, product, email):
    """Sam makes a link, Nia comes in with it."""
    sam.goto(product.url("console", "/admin/team"))
    sam.get_by_role("link", name="Invite somebody").click()
    sam.get_by_label("E-mail").fill(email)
    sam.get_by_label("Role").select_option(label="Support")
    sam.get_by_role("button", name="Make the link").click()
    nia.goto(sam.get_by_role("textbox", name="The link").input_value())
    nia.get_by_label("Your name").fill(name_of(email))
    nia.get_by_label("Password").fill("a quiet harbour")
    nia.get_by_role("button", name="Join and sign in").click()
    nia.wait_for_url("**/admin/tickets")


def new_address():
    return f"nia-{uuid.uuid4().hex[:8]}@portico.example"


def name_of(email):
    return f"Nia {email[4:12]}"


def open_person(page, product, name):
    page.goto(product.url("console", "/admin/team"))
    page.get_by_role("link", name=name).click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    page.wait_for_load_state()  # with its scripts


def choose(page, subject, is_on=True):
    """Tick a subject and read what that changes."""
    page.get_by_label(subject).set_checked(is_on)
    page.locator("#effect .notice").filter(has_text=subject).first.wait_for()


@SCRIPTS
def test_coverage_is_changed_after_a_look_at_what_it_means(open_page, live_product, scripts):
    sam, nia, email = open_page(SAM, scripts=scripts), open_page(scripts=scripts), new_address()
    join(sam, nia, live_product, email)
    nia.get_by_text("You cover no subject yet").wait_for()

    open_person(sam, live_product, name_of(email))
    sam.get_by_label("Website").check()
    if not scripts:
        sam.get_by_role("button", name="See what changes").click()
    told = sam.locator("#effect").get_by_text(
        re.compile(r"will newly see \d+ open requests of 2 companies about Website")
    )
    told.wait_for()
    nia.reload()
    nia.get_by_text("You cover no subject yet").wait_for()

    sam.get_by_label("Why, if you want to say so").fill("She knows websites")
    sam.get_by_role("button", name="Save coverage").click()
    sam.get_by_text("Saved. It holds from").wait_for()
    assert sam.get_by_text("She knows websites").count() == 1
    nia.reload()
    assert nia.locator("tbody tr").count() > 1

    sam.get_by_role("button", name="Undo").click()
    sam.get_by_role("button", name="Undo").wait_for(state="detached")
    nia.reload()
    nia.get_by_text("You cover no subject yet").wait_for()
    assert sam.complaints + nia.complaints == []


@pytest.mark.parametrize("width", [1440, 390], ids=["wide", "phone"])
def test_what_a_choice_means_moves_no_button(open_page, live_product, width):
    sam = open_page(SAM)
    sam.set_viewport_size({"width": width, "height": 900})
    open_person(sam, live_product, "Lin Haas")
    buttons = [sam.get_by_role("button", name=name) for name in ("Save coverage", "Save the role")]
    before = [one.bounding_box() for one in buttons]
    for subject in ("Website", "Domains", "Billing"):
        choose(sam, subject, not sam.get_by_label(subject).is_checked())
    assert sam.locator("#effect .notice").count() == 2
    assert [one.bounding_box() for one in buttons] == before


def test_two_who_change_the_same_coverage_lose_nothing(open_page, live_product):
    sam, omar, nia, email = open_page(SAM), open_page("omar@portico.example"), open_page(), new_address()
    join(sam, nia, live_product, email)
    open_person(sam, live_product, name_of(email))
    open_person(omar, live_product, name_of(email))
    choose(omar, "Billing")
    omar.get_by_role("button", name="Save coverage").click()
    omar.get_by_text("Saved. It holds from").wait_for()

    choose(sam, "Website")
    sam.get_by_role("button", name="Save coverage").click()
    sam.get_by_text("Your change was not saved.").wait_for()
    assert sam.get_by_label("Website").is_checked()
    sam.locator("#effect .notice").filter(has_text="about Billing").wait_for()
    sam.get_by_label("Billing").check()
    sam.get_by_role("button", name="Save coverage").click()
    sam.get_by_text("Saved. It holds from").wait_for()
    nia.reload()
    nia.get_by_text("You cover").wait_for()


def test_who_is_suspended_is_out_while_the_page_is_open(open_page, live_product):
    sam, nia, email = open_page(SAM), open_page(), new_address()
    join(sam, nia, live_product, email)
    open_person(sam, live_product, name_of(email))
    sam.get_by_role("link", name="Suspend").click()
    sam.get_by_label("Why").fill("It was a visit")
    sam.get_by_role("button", name="Suspend Nia").click()
    sam.get_by_text("is suspended, and out everywhere").wait_for()
    nia.reload()
    nia.wait_for_url("**/login**")


def test_a_subject_is_merged_and_its_requests_follow(open_page, live_product):
    page, label = open_page(SAM), f"Apps {uuid.uuid4().hex[:6]}"
    page.goto(live_product.url("console", "/admin/team/subjects"))
    page.get_by_label("Name").fill(label)
    page.keyboard.press("Enter")
    page.get_by_text(f"{label} is on offer").wait_for()
    ada = open_page("ada@acme.example")
    ada.goto(live_product.url("acme", "/manager/tickets/new"))
    ada.locator("select[name=subject]").select_option(label=label)
    ada.locator("textarea[name=description]").fill("It does not start.")
    ada.get_by_role("button", name="Send to Portico").click()
    ada.wait_for_url(re.compile(r"/manager/tickets/[0-9a-f-]{36}"))

    page.get_by_role("link", name=f"Merge {label} into another").click()
    page.get_by_label("Becomes part of").select_option(label="Something else")
    page.get_by_label("cannot be taken back").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_text(f"{label} becomes part of Something else").wait_for()
    for _ in range(240):
        page.goto(live_product.url("console", "/admin/team/subjects"))
        if page.locator("tr", has_text=label).get_by_text("All 1").count():
            break
        page.wait_for_timeout(500)
    ada.reload()
    assert ada.get_by_text(label).count() <= 1, "only where the timeline tells of it"
    assert page.locator("tr", has_text=label).get_by_text("All 1").count() == 1
