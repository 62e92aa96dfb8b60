"""The team, its subjects and what is asked before something weighty, held against the same rules as every screen."""

import uuid

import pytest

from tests.journeys.test_team import choose, join, name_of, new_address, open_person
from tests.screens.test_screens import LIN, OMAR, Screen, looked_at_everywhere, problems_of, show

pytestmark = pytest.mark.no_database
LINS = "main .table a:has-text('Lin Haas')"
SCREENS = [
    Screen("team-support", "/admin/team", LIN),
    Screen("team-person", "/admin/team", OMAR, click=LINS, main="Save coverage"),
    Screen("team-self", "/admin/team", OMAR, click="main .table a:has-text('Omar Said')"),
    Screen("team-invite", "/admin/team/invite", OMAR, main="Make the link"),
    Screen("join-over", "/invitation/nothing", host="console", status=404),
    Screen("subjects", "/admin/team/subjects", OMAR, main="Add the subject"),
    Screen("subject", "/admin/team/subjects/website", OMAR, main="Rename"),
    Screen("subject-merge", "/admin/team/subjects/website/merge", OMAR, main="Merge"),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_it_is_sound_and_the_tab_key_reaches_its_main_control(open_page, live_product, screen):
    assert problems_of(open_page, live_product, screen) == []


def test_a_choice_with_its_effect_and_the_history(open_page, live_product):
    page = open_page(OMAR)
    show(page, live_product, Screen("", "/admin/team", OMAR, click=LINS))
    page.get_by_label("Website").uncheck()
    page.get_by_label("Billing").check()
    page.locator("#effect .notice").first.wait_for()
    assert looked_at_everywhere(page, "team-effect") == []


def test_a_change_that_came_too_late(open_page, live_product):
    omar, sam, email = open_page(OMAR), open_page("sam@portico.example"), new_address()
    join(omar, open_page(), live_product, email)
    for page, subject in ((omar, "Website"), (sam, "Billing")):
        open_person(page, live_product, name_of(email))
        choose(page, subject)
    sam.get_by_role("button", name="Save coverage").click()
    sam.get_by_text("Saved. It holds from").wait_for()
    omar.get_by_role("button", name="Save coverage").click()
    omar.get_by_text("Your change was not saved.").wait_for()
    assert looked_at_everywhere(omar, "team-too-late") == []


def test_an_invitation_from_both_sides(open_page, live_product):
    page, guest = open_page(OMAR), open_page()
    page.goto(live_product.url("console", "/admin/team/invite"))
    page.get_by_label("E-mail").fill(new_address())
    page.get_by_label("Role").select_option(label="Engineer")
    page.get_by_role("button", name="Make the link").click()
    guest.goto(page.get_by_role("textbox", name="The link").input_value())
    found = looked_at_everywhere(page, "team-invited") + looked_at_everywhere(guest, "join")
    guest.get_by_role("button", name="Join and sign in").click()
    guest.get_by_text("What are you called?").wait_for()
    found += looked_at_everywhere(guest, "join-problems")
    page.goto(live_product.url("console", "/admin/team"))
    assert found + looked_at_everywhere(page, "team-with-invitation") == []


def test_a_suspension_before_and_after(open_page, live_product):
    omar, nia, email = open_page(OMAR), open_page(), new_address()
    join(omar, nia, live_product, email)
    open_person(omar, live_product, name_of(email))
    for subject in ("Website", "Domains"):
        choose(omar, subject)
        omar.get_by_role("button", name="Save coverage").click()
        omar.get_by_text("Saved. It holds from").wait_for()
    found = looked_at_everywhere(omar, "team-history")
    omar.get_by_role("link", name="Suspend").click()
    omar.get_by_role("heading", name="Suspend").wait_for()
    found += looked_at_everywhere(omar, "team-suspend")
    omar.get_by_label("Why").fill("It was a visit")
    omar.get_by_role("button", name="Suspend Nia").click()
    omar.get_by_text("out everywhere").wait_for()
    found += looked_at_everywhere(omar, "team-suspended-list")
    omar.get_by_role("link", name=name_of(email)).click()
    omar.get_by_role("heading", name=name_of(email)).wait_for()
    assert found + looked_at_everywhere(omar, "team-suspended") == []


def test_subjects_that_are_retired_and_merged(open_page, live_product):
    page, mark = open_page(OMAR), uuid.uuid4().hex[:6]
    for label in (f"Retired {mark}", f"Merged {mark}"):
        page.goto(live_product.url("console", "/admin/team/subjects"))
        page.get_by_label("Name").fill(label)
        page.get_by_role("button", name="Add the subject").click()
        page.get_by_text(f"{label} is on offer").wait_for()
    page.get_by_role("link", name=f"Merge Merged {mark} into another").click()
    page.get_by_label("Becomes part of").select_option(label="Something else")
    page.get_by_label("cannot be taken back").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.get_by_role("button", name=f"Retire Retired {mark}").click()
    page.get_by_text("offered for new requests no more").wait_for()
    assert looked_at_everywhere(page, "subjects-all") == []
