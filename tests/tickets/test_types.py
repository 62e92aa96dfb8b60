"""Types as managers edit them: nothing they do to a type strands a request that is of it."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as proof
from hypothesis import strategies as st

from portico.errors import Invalid, Refused
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import actions, drafts, kinds, patterns
from tenant_apps.tickets.actions import configuring
from tenant_apps.tickets.models import Ticket
from tenant_apps.tickets.workflow import CATEGORIES


def draft_of(key):
    return drafts.plain(kinds.load()[key])


def without(draft, status):
    """The draft, a status left away and no step leading there."""
    draft["statuses"] = [one for one in draft["statuses"] if one["key"] != status]
    draft["transitions"] = {
        before: [one for one in after if one != status] for before, after in draft["transitions"].items()
    }
    return draft


def test_customers_choose_from_what_is_meant_for_them(inside, acme, ada, cleo):
    said = {"subject": "The lamp", "description": "It flickers.", "desk": "company", "by": cleo}
    with inside(acme):
        assert [one.key for one in kinds.load().offered_to(agent=False)] == ["customer_service"]
        with pytest.raises(Invalid) as refused:
            actions.open_ticket(**said, type="engineering")
        assert refused.value.fields["type"] == ["There is no such type of request."]

        actions.keep_type("engineering", draft_of("engineering") | {"is_public": True}, by=ada)
        assert actions.open_ticket(**said, type="engineering").type == "engineering"
        actions.put_back_type("engineering", by=ada)
        assert [one.key for one in kinds.load().offered_to(agent=True)] == ["customer_service", "simple", "engineering"]


def test_the_usual_type_is_open_to_all_and_a_new_one_too(inside, acme, ada, cleo):
    with inside(acme):
        actions.set_to("default_type", "simple", by=ada)
        key, _ = actions.add_type("Returns", "engineering", by=ada)
        offered = [one.key for one in kinds.load().offered_to(agent=False)]
        assert (offered[0], set(offered)) == ("simple", {"simple", "customer_service", key})


def test_a_status_that_is_taken_away_still_holds_its_requests(inside, acme, wish, ada, cleo):
    ticket = wish()
    with inside(acme):
        actions.change_status(ticket, "pending_customer", by=ada)
        actions.keep_type("customer_service", without(draft_of("customer_service"), "pending_customer"), by=ada)

        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.workflow_status.label, found.workflow_status.is_retired) == ("Waiting for customer", True)
        assert {one.key for one in found.kind.next(found.status)} == {"new", "open", "resolved", "closed"}
        actions.reply(found, "It works again.", by=cleo)
        assert Ticket.objects.get(pk=ticket.pk).status == "open"
        assert actions.change_status(ticket, "resolved", by=ada).solved_at
        other = actions.open_ticket(subject="x", description="y", desk="company", by=cleo)
        with pytest.raises(Refused):
            actions.change_status(other, "pending_customer", by=ada)


def test_what_happened_is_told_in_the_words_of_then(inside, acme, wish, ada):
    ticket = wish()
    with inside(acme):
        draft = draft_of("customer_service")
        draft["statuses"][2] |= {"label": "Their turn", "customer_label": "Your turn"}
        actions.keep_type("customer_service", draft, by=ada)
        actions.change_status(ticket, "pending_customer", by=ada)
        actions.put_back_type("customer_service", by=ada)
        event = Event.objects.get(verb="ticket.status.update")
        assert words(event) == "Ada Lind moved this from New to Their turn"
        assert words(event, audience="customer") == "Ada Lind moved this from Received to Your turn"


def test_a_request_that_gets_another_type_comes_to_no_retired_status(inside, acme, wish, ada):
    ticket = wish(type="engineering")
    with inside(acme):
        actions.change_status(ticket, "in_progress", by=ada)
        draft = without(draft_of("simple"), "in_progress") | {"started": ""}
        draft["transitions"] |= {"open": ["closed"]}
        actions.keep_type("simple", draft, by=ada)
        assert actions.change(ticket, {"type": "simple"}, by=ada).status == "open"


FIELD = {"key": "serial", "label": "Serial number", "kind": "regex", "pattern": r"[A-Z]{2}\d{4}", "required": "create"}


def test_a_new_required_field_is_asked_for_and_one_taken_away_keeps_its_value(inside, acme, wish, ada, cleo):
    with inside(acme):
        actions.keep_type("simple", draft_of("simple") | {"fields": [FIELD]}, by=ada)
    with pytest.raises(Invalid) as wrong:
        wish(type="simple")
    assert wrong.value.fields == {"fields.serial": ["Serial number is needed here."]}
    with pytest.raises(Invalid):
        wish(type="simple", fields={"serial": "none"})
    ticket = wish(type="simple", fields={"serial": "AB1234"})
    with inside(acme):
        actions.keep_type("simple", draft_of("simple") | {"fields": []}, by=ada)
        found = Ticket.objects.get(pk=ticket.pk)
        assert found.fields == {"serial": "AB1234"}
        assert found.kind.fields[0].is_retired
        assert actions.change_status(found, "closed", by=ada).is_closed
    assert wish(type="simple").fields == {}


def test_a_preset_is_put_back_and_what_was_added_stays_retired(inside, acme, wish, ada):
    with inside(acme):
        extra = {"key": "parked", "category": "on_hold", "label": "Parked"}
        draft = draft_of("simple")
        draft["statuses"].append(extra)
        draft["transitions"] |= {"open": ["parked"], "parked": ["closed"]}
        actions.keep_type("simple", draft, by=ada)
    ticket = wish(type="simple")
    with inside(acme):
        actions.change_status(ticket, "parked", by=ada)
        actions.put_back_type("simple", by=ada)
        kind = kinds.load()["simple"]
        assert kind.next("open") == kinds.PRESETS["simple"].next("open")
        assert kind.by_key["parked"].is_retired
        assert actions.change_status(ticket, "in_progress", by=ada).status == "in_progress"


def test_a_preset_as_it_came_takes_no_row(inside, acme, ada):
    with inside(acme):
        actions.keep_type("simple", draft_of("simple") | {"label": "Plain"}, by=ada)
        assert kinds.load()["simple"].label == "Plain"
        actions.put_back_type("simple", by=ada)
        assert configuring._types(ada) == {}


def test_a_type_is_made_retired_and_never_lost(inside, acme, wish, ada):
    with inside(acme):
        key, _ = actions.add_type("Returns & repairs", "engineering", by=ada)
        assert key == "returns_repairs"
    ticket = wish(type=key)
    with inside(acme):
        actions.set_to("types", {}, by=ada)
        assert kinds.load()[key].is_retired
        assert Ticket.objects.get(pk=ticket.pk).kind.label == "Returns & repairs"
        assert actions.change_status(ticket, "resolved", by=ada).solved_at
    with pytest.raises(Invalid):
        wish(type=key)


def test_types_are_offered_in_the_companys_order(inside, acme, ada):
    with inside(acme):
        actions.set_to("type_order", ["engineering", "simple", "engineering"], by=ada)
        assert [one.key for one in kinds.load().on_offer()] == ["customer_service", "engineering", "simple"]
        for strange in (["support"], "simple", [["simple"]]):
            with pytest.raises(Invalid):
                actions.set_to("type_order", strange, by=ada)


def test_the_type_of_new_requests_is_not_retired(inside, acme, ada):
    with inside(acme):
        retired = draft_of("customer_service") | {"is_retired": True}
        with pytest.raises(Invalid, match="correct"):
            actions.keep_type("customer_service", retired, by=ada)
        actions.set_to("default_type", "simple", by=ada)
        actions.keep_type("customer_service", retired, by=ada)
        assert [one.key for one in kinds.load().on_offer()] == ["simple", "engineering"]


def changed(draft, **parts):
    first = draft["statuses"][0] | parts
    return draft | {"statuses": [first, *draft["statuses"][1:]]}


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (lambda draft: draft | {"label": ""}, "label"),
        (lambda draft: draft | {"initial": "closed"}, "initial"),
        (lambda draft: draft | {"started": "nowhere"}, "started"),
        (lambda draft: draft | {"woken": "closed"}, "woken"),
        (lambda draft: draft | {"transitions": {}}, "transitions.open"),
        (lambda draft: draft | {"transitions": draft["transitions"] | {"closed": []}}, "transitions.closed"),
        (
            lambda draft: (
                draft | {"transitions": {"open": ["in_progress"], "in_progress": ["open"], "closed": ["open"]}}
            ),
            "transitions.open",
        ),
        (lambda draft: changed(draft, category="closed"), "statuses.open.category"),
        (lambda draft: changed(draft, mark="skull"), "statuses.open.mark"),
        (lambda draft: changed(draft, label="Closed"), "statuses.closed.label"),
        (lambda draft: changed(draft, key="a b"), "statuses"),
        (lambda draft: draft | {"statuses": draft["statuses"] * 2}, "statuses"),
        (lambda draft: draft | {"statuses": draft["statuses"][:2]}, "statuses"),
        (lambda draft: draft | {"fields": [{"key": "x", "label": "X", "kind": "choice"}]}, "fields.x.options"),
        (lambda draft: draft | {"fields": [{"key": "x", "label": "X", "kind": "colour"}]}, "fields.x.kind"),
        (lambda draft: draft | {"fields": [FIELD | {"pattern": "(a+)+$"}]}, "fields.serial.pattern"),
        (lambda draft: draft | {"fields": [FIELD | {"pattern": "["}]}, "fields.serial.pattern"),
        (
            lambda draft: (
                draft
                | {"fields": [{"key": "x", "label": "X", "kind": "choice", "options": [str(n) for n in range(900)]}]}
            ),
            "fields.x.options",
        ),
        (lambda draft: draft | {"fields": [{"key": f"x{n}", "label": f"X{n}"} for n in range(41)]}, "fields"),
        (lambda draft: draft | {"surprise": 1}, "type"),
    ],
)
def test_a_draft_that_does_not_fit_is_refused_by_its_part(inside, acme, ada, edit, part):
    with inside(acme):
        with pytest.raises(Invalid) as wrong:
            actions.keep_type("simple", edit(draft_of("simple")), by=ada)
        assert f"types.simple.{part}" in wrong.value.fields


@pytest.mark.parametrize("key", ["support", "website_design", "A", "x" * 21, "<b>"])
def test_the_platforms_types_and_strange_keys_are_not_set(inside, acme, ada, key):
    with inside(acme), pytest.raises(Invalid):
        actions.keep_type(key, drafts.plain(kinds.PRESETS["simple"]), by=ada)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "bomb", ["(a+)+$", "(a|aa)+$", "(.*a){30}", "a*a*a*a*b", "(?=(a+)+)b", "((((){999}){999}){999}){9}"]
)
def test_a_pattern_that_could_run_for_ever_is_not_taken(bomb):
    assert "for ever" in patterns.trouble_with(bomb)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2}\d{4,8}", r"[^@ ]+@[^@ ]+\.[a-z]+", r"(cat|dog)-\d+", r"\+?[\d ()-]{5,20}"]
)
def test_patterns_as_people_need_them_are_taken(pattern):
    assert patterns.trouble_with(pattern) == ""


def test_markup_in_labels_is_kept_as_words(inside, acme, ada):
    with inside(acme):
        actions.keep_type("simple", draft_of("simple") | {"label": "<script>alert(1)</script>"}, by=ada)
        assert kinds.load()["simple"].label == "<script>alert(1)</script>"


KEYS = ["open", "in_progress", "closed", "parked", "done"]


@st.composite
def edits(draw):
    """A draft of "simple": statuses left away, retired, added, and any steps between them."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    category = {"open": "new", "in_progress": "open", "closed": "closed"}
    statuses = [
        {
            "key": key,
            "category": category.get(key) or draw(st.sampled_from(CATEGORIES)),
            "label": draw(st.text(min_size=1, max_size=8)),
            "is_retired": draw(st.booleans()),
        }
        for key in keys
    ]
    return {
        "label": "Simple",
        "statuses": statuses,
        "transitions": {key: draw(st.lists(st.sampled_from(KEYS), unique=True)) for key in KEYS},
        "initial": draw(st.sampled_from(KEYS)),
        "started": draw(st.sampled_from(["", *KEYS])),
        "woken": draw(st.sampled_from(KEYS)),
    }


@pytest.mark.no_database
@proof(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(edits(), min_size=1, max_size=4))
def test_no_edit_strands_a_request(drawn):
    """Whatever was taken over, each status that ever was can be read, and leads on to an end."""
    kind, ever = kinds.PRESETS["simple"], set(kinds.PRESETS["simple"].by_key)
    for draft in drawn:
        try:
            kept = drafts.check("simple", draft, kind)
        except Invalid:
            continue
        kind = kinds.read("simple", kept)
        ever |= set(kind.by_key)
        assert ever == set(kind.by_key)
        for key in ever:
            before = kind.status(key)
            assert before.label
            assert kind.next(key)
            assert not any(one.is_retired for one in kind.next(key))
        assert not kind.by_key[kind.initial].is_retired
        assert not kind.by_key[kind.woken].is_retired
        assert kind.first_of("closed")
