"""The subject catalogue: what is offered, renamed, retired and merged."""

import pytest

from portico.errors import Forbidden, Invalid, Missing, Refused
from shared_apps.staff.actions import (
    add_subject,
    change_subject,
    finish_merge,
    merge_subject,
    move_subject,
    set_coverage,
    undo_subject,
)
from shared_apps.staff.models import Subject
from tenant_apps.tickets import actions, catalogue


@pytest.fixture(autouse=True)
def fresh_catalogue():
    catalogue.forget()
    yield
    catalogue.forget()


def order(outside):
    with outside():
        return list(Subject.objects.on_offer().values_list("key", flat=True))


def ask(inside, company, by, subject):
    with inside(company):
        return actions.open_ticket(subject=subject, description="Please help", by=by)


def test_a_new_subject_is_offered_at_once(inside, outside, audited, acme, ada, sam):
    with outside():
        made = add_subject("  Umzüge &  Domains ", by=sam)
    assert (made.key, made.label) == ("umzuge-domains", "Umzüge & Domains")
    assert order(outside)[-1] == "umzuge-domains"
    assert ask(inside, acme, ada, "umzuge-domains").subject == "umzuge-domains"
    assert audited("subject.") == [("subject.create", {"label": "Umzüge & Domains"})]


@pytest.mark.parametrize("label", ["", " ", "x" * 81, "billing", "bad\x00name"])
def test_a_name_has_to_be_there_fit_and_be_free(outside, sam, label):
    with outside(), pytest.raises(Invalid):
        add_subject(label, by=sam)


def test_two_labels_that_make_the_same_key_get_two(outside, sam):
    with outside():
        assert [add_subject(label, by=sam).key for label in ("Apps?", "Apps!", "应用", "软件")] == [
            *("apps", "apps-2", "subject", "subject-2")
        ]


@pytest.mark.parametrize("verb", ["add", "change", "move", "merge"])
def test_support_leaves_the_catalogue_alone(outside, audited, lin, verb):
    acts = {
        "add": lambda: add_subject("Apps", by=lin),
        "change": lambda: change_subject("billing", label="Money", by=lin),
        "move": lambda: move_subject("billing", 1, by=lin),
        "merge": lambda: merge_subject("billing", "email", 0, by=lin),
    }
    with outside(), pytest.raises(Forbidden):
        acts[verb]()
    assert audited() == []


def test_a_retired_subject_keeps_its_tickets_and_takes_no_new_ones(inside, outside, acme, ada, sam, lin):
    kept = ask(inside, acme, ada, "website")
    with outside():
        change_subject("website", is_active=False, by=sam)

    with pytest.raises(Invalid):
        ask(inside, acme, ada, "website")
    with inside(acme):
        kept.refresh_from_db()
        assert (kept.subject, catalogue.label_of("website")) == ("website", "Website")
        actions.reply(kept, "Still ours", by=lin)


def test_rename_and_retire_can_be_taken_back(outside, audited, sam):
    with outside():
        change_subject("billing", label="Money", by=sam)
        renamed = audited("subject.")[-1][1]
        undo_subject("billing", renamed, by=sam)
        assert Subject.objects.get(key="billing").label == "Billing"
        change_subject("billing", is_active=False, by=sam)
        undo_subject("billing", audited("subject.")[-1][1], by=sam)
        assert Subject.objects.get(key="billing").is_active
        with pytest.raises(Refused):
            undo_subject("billing", renamed, by=sam)


def test_the_second_of_two_who_change_a_subject_is_told(outside, sam, omar):
    seen = {"label": "Billing", "is_active": True}
    with outside():
        change_subject("billing", label="Money", by=sam, seen=seen)
        with pytest.raises(Refused, match="meanwhile"):
            change_subject("billing", label="Invoices", by=omar, seen=seen)


def test_one_subject_stays_on_offer(outside, sam):
    *others, last = order(outside)
    with outside():
        for key in others:
            change_subject(key, is_active=False, by=sam)
        with pytest.raises(Refused, match="has to stay"):
            change_subject(last, is_active=False, by=sam)


def test_subjects_are_moved_up_and_down(outside, sam):
    before = order(outside)
    with outside():
        assert move_subject(before[0], 1, by=sam)
        assert not move_subject(before[-1], 1, by=sam)
        with pytest.raises(Missing):
            move_subject("weather", 1, by=sam)
    assert order(outside) == [before[1], before[0], *before[2:]]


def test_whoever_covers_a_merged_subject_covers_the_other(outside, actor_for, account, audited, sam, una):
    with outside():
        set_coverage(account(una), ["billing"], by=sam)
        merge_subject("billing", "account", 3, by=sam)
    assert actor_for("una").covers == {"billing", "account"}, "until the last ticket has moved"
    assert ("team.coverage.update", "merge") in [(verb, facts.get("cause")) for verb, facts in audited()]

    with outside():
        assert finish_merge("billing", by=sam)
        assert not finish_merge("billing", by=sam)
    assert actor_for("una").covers == {"account"}


def test_a_merge_needs_another_subject_that_is_on_offer(outside, sam):
    with outside():
        change_subject("email", is_active=False, by=sam)
        for into in ("billing", "weather", "email", ""):
            with pytest.raises(Invalid):
                merge_subject("billing", into, 0, by=sam)


def test_a_merge_is_final_and_what_came_before_goes_along(outside, sam):
    with outside():
        merge_subject("billing", "account", 0, by=sam)
        for again in (
            lambda: change_subject("billing", is_active=True, by=sam),
            lambda: merge_subject("billing", "email", 0, by=sam),
        ):
            with pytest.raises(Refused, match="part of another"):
                again()
        merge_subject("account", "other", 0, by=sam)
        assert Subject.objects.get(key="billing").merged_into_id == "other"
