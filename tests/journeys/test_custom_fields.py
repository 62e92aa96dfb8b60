"""Ada lets a field wait for an answer; from then on Cleo and Ben are asked what applies, and nothing else."""

import uuid

import pytest

from tests.journeys.test_inbox import strange
from tests.screens.conftest import WIDTHS
from tests.screens.test_screens import looked_at_everywhere

pytestmark = [pytest.mark.no_database, pytest.mark.browser]

ADA, CLEO = "ada@acme.example", "cleo@acme.example"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
SAVED = "The field is as you set it."


def sound(page, name):
    """What is wrong with the page, wide and on a phone, light and dark, and what it complained about so far."""
    said = [one for one in strange(page) if "status of 422" not in one]
    found = [f"{name}: {one}" for one in looked_at_everywhere(page, name)]
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    page.complaints.clear()  # axe writes styles of its own into the page
    return said + found


def add_field(page, label, kind, *, options="", needed="Never"):
    """A new field of the type; leaves its form closed."""
    page.get_by_text("Add a field", exact=True).click()
    form = page.locator("#new-field-form")
    form.get_by_label("What it asks").fill(label)
    form.get_by_label("What can stand in it").select_option(label=kind)
    form.get_by_label("To choose from").fill(options)
    form.get_by_label("Needed").select_option(label=needed)
    form.get_by_role("button", name="Add the field").click()
    page.get_by_text(SAVED).wait_for()


def wait_for_answer(page, label, other, answers, *, scripts):
    """Let a field wait for answers of another one."""
    page.locator("summary").filter(has_text=label).first.click()
    form = page.locator("details[open] form")
    form.get_by_label("Only ask when").select_option(label=other)
    if not scripts:
        form.get_by_role("button", name="Show the answers to choose from").click()
    for answer in answers:
        form.get_by_label(answer, exact=True).check()
    return form


def make_type(page, product, *, scripts):
    """Repairs: a lamp has a bulb, and whoever paid has an invoice. Ends at the type's page; returns its name."""
    name = f"Repair {uuid.uuid4().hex[:6]}"
    page.goto(product.url("acme", "/manager/settings/types"))
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the type").click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    add_field(page, "What is broken", "One of a list", options="A lamp\nA shelf\nSomething else")
    add_field(page, "Which part", "One of a list", options="The bulb\nThe cable")
    add_field(page, "Type of bulb", "Text", needed="To ask")
    add_field(page, "Already paid", "Yes or no")
    for label, other, answer in [
        ("Which part", "What is broken", "A lamp"),
        ("Type of bulb", "Which part", "The bulb"),
    ]:
        wait_for_answer(page, label, other, [answer], scripts=scripts).get_by_label("What it asks").press("Enter")
        page.get_by_text(f"only when “{other}” is “{answer}”").wait_for()  # the notice may be that of the one before
    return name


@SCRIPTS
def test_a_field_waits_and_what_it_waits_for_cannot_go(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    make_type(page, live_product, scripts=scripts)
    page.get_by_text("needed to ask, only when “Which part” is “The bulb”").wait_for()

    form = wait_for_answer(page, "What is broken", "Which part", ["The cable"], scripts=scripts)
    form.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("“What is broken” would wait for itself").wait_for()
    assert not scripts or sound(page, "waits") == []

    form = page.locator("details[open] form")
    form.get_by_label("Only ask when").select_option(label="Always ask it")
    form.get_by_label("To choose from").fill("A shelf\nSomething else")
    form.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_text("“What is broken” has no answer “A lamp”").wait_for()


def box(page, label):
    return page.get_by_label(label, exact=True)


def test_with_scripts_fields_come_and_go_as_one_chooses(open_page, live_product):
    name = make_type(open_page(ADA), live_product, scripts=True)
    page = open_page(CLEO)
    page.goto(live_product.url("acme", "/requests/new"))
    page.get_by_label(name).check()
    box(page, "What is broken").wait_for()
    assert not box(page, "Which part").is_visible()

    box(page, "What is broken").select_option("A lamp")
    box(page, "Which part").select_option("The bulb")
    box(page, "Type of bulb").fill("E27")
    assert page.get_by_text("Only if").count() == 2
    assert not page.get_by_text("Only if").first.is_visible()
    assert sound(page, "asked") == []
    box(page, "What is broken").select_option("A shelf")
    assert not box(page, "Which part").is_visible()
    assert not box(page, "Type of bulb").is_visible()

    page.get_by_label("In one line").fill("The shelf fell")
    page.get_by_label("What happens?").fill("It fell.")
    page.get_by_role("button", name="Send request").click()
    facts = page.locator("#facts")
    facts.get_by_text("A shelf").wait_for()
    assert facts.get_by_text("E27").count() == 0
    assert sound(page, "asked-sent") == []


def test_without_scripts_all_stand_there_and_say_when_they_count(open_page, live_product):
    name = make_type(open_page(ADA), live_product, scripts=True)
    page = open_page(CLEO, scripts=False)
    page.goto(live_product.url("acme", "/requests/new"))
    page.get_by_label(name).check()
    page.get_by_role("button", name="Show the fields of this kind").click()
    page.get_by_text("Only if “What is broken” is “A lamp”.").wait_for()
    page.get_by_label("In one line").fill("The lamp is out")
    page.get_by_label("What happens?").fill("It is dark.")
    box(page, "What is broken").select_option("A lamp")
    box(page, "Which part").select_option("The bulb")
    page.get_by_role("button", name="Send request").click()
    page.get_by_text("Type of bulb is needed here.").first.wait_for()

    box(page, "Which part").select_option("The cable")
    box(page, "Type of bulb").fill("Left over")
    page.get_by_role("button", name="Send request").click()
    facts = page.locator("#facts")
    facts.get_by_text("The cable").wait_for()
    assert facts.get_by_text("Left over").count() == 0


@SCRIPTS
def test_an_agent_changes_an_answer_and_what_hung_on_it_goes(open_page, live_product, scripts):
    page = open_page(ADA, scripts=scripts)
    name = make_type(page, live_product, scripts=scripts)
    page.goto(live_product.url("acme", "/manager/inbox/new"))
    page.get_by_label("Their e-mail").fill("cleo@acme.example")
    page.get_by_label("Subject").fill(f"Lamp {name}")
    page.get_by_label("What happens?").fill("She called.")
    page.get_by_label("Type", exact=True).select_option(label=name)
    page.get_by_role("button", name="Show the fields of this type").click()
    box(page, "What is broken").select_option("A lamp")
    box(page, "Which part").select_option("The cable")
    page.get_by_role("button", name="Open the request").click()
    page.get_by_role("heading", name=f"Lamp {name}").wait_for()

    facts = page.locator("#facts")
    assert facts.get_by_label("Which part").is_visible()
    facts.get_by_label("What is broken").select_option("A shelf")
    assert facts.get_by_label("Which part").is_visible() is not scripts
    facts.get_by_role("button", name="Save details").click()
    page.get_by_text("what stood in “Which part” went with that").wait_for()
    assert not scripts or sound(page, "facts") == []
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("1 request changed.").wait_for()
    assert facts.get_by_label("Which part").input_value() == "The cable"
