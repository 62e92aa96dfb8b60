"""Fields that are only asked when another one has certain answers."""

import pytest
from hypothesis import given
from hypothesis import settings as proof
from hypothesis import strategies as st

from portico.errors import Invalid
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import actions, conditions, drafts, fields, kinds
from tenant_apps.tickets.actions import configuring

pytestmark = pytest.mark.usefixtures("repairs")
FIELDS = [
    {"key": "bulb", "label": "Which bulb", "kind": "text", "required": "create"},
    {"key": "thing", "label": "What is it", "kind": "choice", "options": ["lamp", "shelf", "other"]},
    {"key": "part", "label": "Which part", "kind": "choice", "options": ["bulb", "cable"]},
    {"key": "rooms", "label": "Rooms", "kind": "choices", "options": ["hall", "yard", "roof"]},
    {"key": "ladder", "label": "Ladder there", "kind": "checkbox"},
    {"key": "paid", "label": "Paid", "kind": "checkbox"},
    {"key": "invoice", "label": "Invoice", "kind": "text", "required": "solve"},
    {"key": "why", "label": "Why not", "kind": "text"},
]
CONDITIONS = {
    "part": {"field": "thing", "values": ["lamp"]},
    "bulb": {"field": "part", "values": ["bulb"]},
    "ladder": {"field": "rooms", "values": ["roof", "yard"]},
    "invoice": {"field": "paid", "values": [True]},
    "why": {"field": "paid", "values": [False]},
}


def draft_of(key="simple"):
    return drafts.plain(kinds.load()[key])


def edited(**parts):
    """The type with another set of fields or conditions."""
    return draft_of() | parts


@pytest.fixture
def repairs(request):
    """Acme's type "simple" asks for repairs: everything from "part" on is asked only sometimes."""
    if request.node.get_closest_marker("no_database"):
        return
    inside, acme, ada = (request.getfixturevalue(name) for name in ("inside", "acme", "ada"))
    with inside(acme):
        actions.keep_type("simple", draft_of() | {"fields": FIELDS, "conditions": CONDITIONS}, by=ada)


@pytest.fixture
def repair(wish):
    """`repair(thing="lamp")` = a request for one, with these fields."""
    return lambda **given: wish(type="simple", fields=given)


@pytest.fixture
def refused():
    """`refused(act)` = what it says of which field."""

    def words_of(act):
        with pytest.raises(Invalid) as no:
            act()
        return {part: " ".join(texts) for part, texts in no.value.fields.items()}

    return words_of


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, {"why"}),
        ({"thing": "shelf", "rooms": ["hall"], "paid": False}, {"why"}),
        ({"thing": "lamp"}, {"part", "why"}),
        ({"thing": "lamp", "part": "bulb"}, {"part", "bulb", "why"}),
        ({"thing": "shelf", "part": "bulb"}, {"why"}),
        ({"rooms": ["hall", "roof"], "paid": True}, {"ladder", "invoice"}),
    ],
)
def test_a_field_is_asked_while_the_other_has_an_answer_that_it_waits_for(values, asked):
    kind = kinds.read("simple", drafts.plain(kinds.PRESETS["simple"]) | {"fields": FIELDS, "conditions": CONDITIONS})
    assert {key for key in CONDITIONS if conditions.applies(kind, key, values)} == asked


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("thing", ["lamp"], "“What is it” is “lamp”"),
        ("rooms", ["hall", "yard", "roof"], "“Rooms” has “hall”, “yard” or “roof”"),
        ("paid", [True, False], "“Paid” is ticked or not ticked"),
        ("many", list("abcdefgh"), "“Many” is “a”, “b”, “c”, “d”, “e”, “f” or one of 2 others"),
    ],
)
def test_a_condition_is_said_in_words(key, values, said):
    many = {"key": "many", "label": "Many", "kind": "choice", "options": list("abcdefgh")}
    draft = drafts.plain(kinds.PRESETS["simple"]) | {"fields": [*FIELDS, many]}
    kind = kinds.read("simple", draft | {"conditions": {"why": {"field": key, "values": values}}})
    assert conditions.words(kind, "why") == said
    assert conditions.words(kind, "bulb") == ""


def test_a_needed_field_is_needed_only_while_it_is_asked(repair, refused):
    assert repair(thing="shelf").fields == {"thing": "shelf"}
    assert repair(thing="lamp", part="cable").fields == {"thing": "lamp", "part": "cable"}
    no = refused(lambda: repair(thing="lamp", part="bulb"))
    assert no == {"fields.bulb": "Which bulb is needed here."}
    assert repair(thing="lamp", part="bulb", bulb="E27").fields["bulb"] == "E27"


def test_what_solving_needs_it_needs_only_while_it_is_asked(repair, refused, inside, acme, ada):
    free, paid = repair(paid=False), repair(paid=True)
    with inside(acme):
        assert actions.change_status(free, "closed", by=ada).is_closed
        no = refused(lambda: actions.change_status(paid, "closed", by=ada))
        assert no == {"fields.invoice": "Invoice is needed here."}


def test_a_value_for_a_field_that_is_not_asked_is_refused_in_words(repair, refused, inside, acme, ada):
    no = refused(lambda: repair(thing="shelf", part="bulb", bulb="E27", ladder=True))
    assert no == {
        "fields.part": "This is only asked when “What is it” is “lamp”.",
        "fields.bulb": "This is only asked when “Which part” is “bulb”.",
        "fields.ladder": "This is only asked when “Rooms” has “yard” or “roof”.",
    }
    assert repair(thing="shelf", part=None, bulb="").fields == {"thing": "shelf"}
    ticket = repair(thing="lamp", part="cable")
    with inside(acme):
        no = refused(lambda: actions.change(ticket, {"fields": {"thing": "shelf", "part": "cable"}}, by=ada))
        assert "fields.part" in no


def test_another_answer_takes_along_what_hung_on_it_and_the_event_tells_it(repair, inside, acme, ada):
    ticket = repair(thing="lamp", part="bulb", bulb="E27", rooms=["roof"], ladder=True)
    with inside(acme):
        after = actions.change(ticket, {"fields": {"thing": "shelf"}}, by=ada)

        assert after.fields == {"thing": "shelf", "rooms": ["roof"], "ladder": True}
        event = Event.objects.get(verb="ticket.change")
        ((name, before, now),) = event.facts["changes"]
        assert (name, before, now) == ("fields", ticket.fields, after.fields)
        assert words(event) == "Ada Lind changed details; what stood in “Which bulb”, “Which part” went with that"
        assert actions.change(ticket, {"fields": before}, by=ada).fields == ticket.fields


def test_editing_a_type_touches_no_request_that_is_there(repair, inside, acme, ada):
    ticket = repair(thing="shelf", rooms=["hall"])
    with inside(acme):
        actions.keep_type(
            "simple", edited(conditions=CONDITIONS | {"rooms": {"field": "thing", "values": ["lamp"]}}), by=ada
        )
        for step in ({"paid": True}, {"thing": "other"}, {"rooms": ["hall"]}, {"invoice": "R-1"}):
            assert actions.change(ticket, {"fields": step}, by=ada).fields["rooms"] == ["hall"]
        with pytest.raises(Invalid):
            actions.change(ticket, {"fields": {"rooms": ["roof"]}}, by=ada)
        both = actions.change(ticket, {"fields": {"thing": "lamp", "rooms": ["roof"]}}, by=ada)
        assert both.fields["rooms"] == ["roof"]
        assert "rooms" not in actions.change(ticket, {"fields": {"thing": "shelf"}}, by=ada).fields
        assert actions.change_status(ticket, "closed", by=ada).is_closed


def test_customers_are_not_asked_what_hangs_on_what_they_do_not_see(wish, inside, acme, ada, cleo, refused):
    hidden = [one | ({"visible": False} if one["key"] == "paid" else {}) for one in FIELDS]
    with inside(acme):
        actions.keep_type("simple", edited(fields=hidden, is_public=True), by=ada)
        shown = {one.key for one in kinds.load()["simple"].fields_for_customers}
        assert shown == {"bulb", "thing", "part", "rooms", "ladder"}
    no = refused(lambda: wish(type="simple", fields={"why": "No money"}))
    assert no == {"fields.why": "There is no such field."}
    assert wish(type="simple", by=ada, fields={"why": "No money"}).fields == {"why": "No money"}


@pytest.mark.parametrize(
    ("field", "condition", "said"),
    [
        ("weather", {"field": "thing", "values": ["lamp"]}, "There is no such field."),
        ("part", {"field": "weather", "values": ["rain"]}, "“Which part” depends on a field that is not there."),
        ("part", {"field": "part", "values": ["bulb"]}, "“Which part” cannot depend on itself."),
        ("part", {"field": "why", "values": ["x"]}, "can depend on a list or on yes or no, and “Why not” is neither."),
        ("part", {"field": "thing", "values": []}, "has to be asked for at least one answer of “What is it”."),
        ("part", {"field": "thing", "values": ["lamp", "boat"]}, "“What is it” has no answer “boat”"),
        ("part", {"field": "thing", "values": [True]}, "“What is it” has no answer “True”"),
        ("part", {"field": "paid", "values": ["yes"]}, "“Paid” has no answer “yes”"),
        ("part", {"field": ["thing"], "values": ["lamp"]}, "depends on a field that is not there."),
        ("part", {"field": "thing"}, "Please say on which field it depends"),
        ("part", {"field": "thing", "values": ["lamp"], "more": 1}, "Please say on which field it depends"),
        ("part", "thing", "Please say on which field it depends"),
        ("thing", {"field": "part", "values": ["bulb"]}, "“What is it” would wait for itself, by way of “Which part”."),
    ],
)
def test_a_condition_that_cannot_be_is_refused_in_words(inside, acme, ada, refused, field, condition, said):
    with inside(acme):
        no = refused(lambda: actions.keep_type("simple", edited(conditions=CONDITIONS | {field: condition}), by=ada))
        assert said in no[f"types.simple.conditions.{field}"]
        assert "conditions" in str(refused(lambda: actions.keep_type("simple", edited(conditions=[]), by=ada)))


def test_what_a_condition_names_is_not_taken_away_from_under_it(inside, acme, ada, refused):
    def without(key, **parts):
        return [one | (parts if one["key"] == key else {}) for one in FIELDS if parts or one["key"] != key]

    with inside(acme):
        for fewer, said in [
            (without("thing"), "“What is it” is retired, and “Which part” is only asked for some of its answers."),
            (without("thing", is_retired=True), "“What is it” is retired, and “Which part”"),
            (without("thing", options=["shelf"]), "“What is it” has no answer “lamp”, and “Which part” is only asked"),
        ]:
            no = refused(lambda fewer=fewer: actions.keep_type("simple", edited(fields=fewer), by=ada))
            assert said in no["types.simple.conditions.part"]
        rest = {key: one for key, one in CONDITIONS.items() if key != "part"}
        actions.keep_type("simple", edited(fields=without("thing"), conditions=rest), by=ada)
        kind = kinds.load()["simple"]
        assert (kind.field_named("thing").is_retired, "part" in kind.conditions) == (True, False)


def test_conditions_are_undone_copied_and_put_back_with_their_type(inside, acme, ada):
    with inside(acme):
        key, _ = actions.add_type("Repairs too", "simple", by=ada)
        assert kinds.load()[key].conditions == kinds.load()["simple"].conditions
        event = actions.put_back_type("simple", by=ada)
        assert kinds.load()["simple"].conditions == {}
        configuring.undo_setting(event, by=ada)
        assert drafts.plain(kinds.load()["simple"])["conditions"] == CONDITIONS | {
            "ladder": {"field": "rooms", "values": ["yard", "roof"]}
        }


KEYS = ["a", "b", "c", "d", "e"]
LETTERS = [{"key": key, "label": key.upper(), "kind": "choice", "options": ["x", "y"]} for key in KEYS]
waits = st.builds(
    lambda key, values: {"field": key, "values": values}, st.sampled_from(KEYS), st.sampled_from([["x"], ["x", "y"]])
)
answers = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["x", "y"]))


def kept(conditions_given):
    draft = drafts.plain(kinds.PRESETS["simple"]) | {"fields": LETTERS, "conditions": conditions_given}
    return kinds.read("simple", drafts.check("simple", draft, None))


def ends(given_conditions, key):
    """Whether the way up from a field comes to an end."""
    seen = set()
    while key in given_conditions and key not in seen:
        seen.add(key)
        key = given_conditions[key]["field"]
    return key not in seen


@pytest.mark.no_database
@proof(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), waits), answers, answers)
def test_circles_are_refused_and_all_else_is_taken_and_holds_at_every_change(drawn, before, answered):
    if not all(ends(drawn, key) for key in drawn):
        with pytest.raises(Invalid):
            kept(drawn)
        return
    kind = kept(drawn)

    def asked(key, values):
        on = drawn.get(key)
        return on is None or (asked(on["field"], values) and values.get(on["field"]) in on["values"])

    start = conditions.asked(kind, before)
    assert set(start) == {key for key in before if asked(key, before)}
    sent = conditions.asked(kind, answered, start)
    after = fields.changed(kind, start, sent)
    assert all(asked(key, after) for key in after)
    together = {**start, **sent}
    assert set(after) == {key for key in together if asked(key, together)}
    assert fields.changed(kind, after, start | dict.fromkeys(set(after) - set(start))) == start
