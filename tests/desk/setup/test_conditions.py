"""When a field is asked, set on the page of its type."""

import re

import pytest

from tenant_apps.tickets import actions, drafts, kinds

PAGE = "/manager/settings/types/simple"
FIELDS = [
    {"key": "thing", "label": "What is it", "kind": "choice", "options": ["lamp", "shelf"]},
    {"key": "paid", "label": "Paid", "kind": "checkbox"},
    {"key": "bulb", "label": "Which bulb", "kind": "text", "required": "create"},
]
BULB = {"part": "field", "field": "bulb", "label": "Which bulb", "required": "create", "visible": "on", "place": "3"}
THING = {"part": "field", "field": "thing", "label": "What is it", "visible": "on", "place": "1"}


@pytest.fixture
def ada_at(client_for, inside, acme, ada):
    """Ada at a type with three fields: what she reads after she sent a form, or only looked."""
    with inside(acme):
        actions.keep_type("simple", drafts.plain(kinds.PRESETS["simple"]) | {"fields": FIELDS}, by=ada)
    client = client_for("ada")
    return lambda sent=None: client.get(PAGE) if sent is None else client.post(PAGE, sent, follow=True)


@pytest.fixture
def conditions(inside, acme):
    def find():
        with inside(acme):
            return drafts.plain(kinds.load()["simple"])["conditions"]

    return find


def test_a_field_is_made_to_wait_for_an_answer_and_the_change_is_undone(ada_at, client_for, conditions):
    page = ada_at(BULB | {"when": "thing", "is-thing": ["lamp"], "is-paid": ["yes"]}).content.decode()

    assert conditions() == {"bulb": {"field": "thing", "values": ["lamp"]}}
    assert "needed to ask, only when “What is it” is “lamp”" in page
    assert re.search(r'name="is-thing" value="lamp" checked', page)
    client_for("ada").post(re.search(r'action="(/manager/settings/undo/[^"]+)"', page)[1])
    assert conditions() == {}


def test_a_new_field_waits_from_the_start_and_is_let_go_again(ada_at, conditions):
    new = {"part": "field", "label": "Invoice", "kind": "text", "when": "paid", "is-paid": ["yes", "no"]}
    ada_at(new)
    assert conditions() == {"invoice": {"field": "paid", "values": [True, False]}}
    ada_at(new | {"field": "invoice", "place": "1"} | {"when": ""})
    assert conditions() == {}


def test_choosing_another_field_shows_its_answers_and_keeps_what_was_typed(ada_at, conditions):
    answer = ada_at(BULB | {"label": "Bulb, please", "when": "thing", "choose": "1"})

    page = answer.content.decode()
    assert (answer.status_code, conditions()) == (200, {})
    assert 'name="is-thing" value="shelf"' in page
    assert "Bulb, please" in page
    assert page.count('class="explain" open') == 1


def test_a_form_that_says_nothing_of_it_changes_nothing(ada_at, conditions):
    ada_at(BULB | {"when": "thing", "is-thing": ["lamp"]})
    ada_at(BULB | {"label": "The bulb"})
    assert conditions() == {"bulb": {"field": "thing", "values": ["lamp"]}}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (BULB | {"when": "thing"}, "“Which bulb” has to be asked for at least one answer of “What is it”."),
        (BULB | {"when": "bulb"}, "“Which bulb” cannot depend on itself."),
        (BULB | {"when": "weather", "is-weather": "rain"}, "“Which bulb” depends on a field that is not there."),
        (BULB | {"when": "thing", "is-thing": "boat"}, "“What is it” has no answer “boat”"),
        (THING | {"options": "shelf"}, "“What is it” has no answer “lamp”, and “Which bulb” is only asked for that."),
        (THING | {"options": "lamp", "is_retired": "on"}, "“What is it” is retired, and “Which bulb” is only asked"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(ada_at, conditions, sent, words):
    ada_at(BULB | {"when": "thing", "is-thing": ["lamp"]})

    answer = ada_at(sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert conditions() == {"bulb": {"field": "thing", "values": ["lamp"]}}
