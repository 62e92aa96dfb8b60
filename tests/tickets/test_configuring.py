"""What managers set for their desk: who may, what fits, who was faster, and how it is undone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from portico.errors import Forbidden, Invalid, Refused
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import words
from tenant_apps.tickets import actions, settings
from tenant_apps.tickets.actions import configuring
from tenant_apps.tickets.models import Setting, Ticket


def names():
    return settings.departments()


def test_a_manager_renames_a_department_and_old_requests_follow(inside, acme, wish, ada):
    ticket = wish(department="billing")
    with inside(acme):
        given = [one | ({"name": "Money"} if one["key"] == "billing" else {}) for one in _departments()]
        event = actions.set_to("departments", [*given, {"name": "Ideas & wishes"}], by=ada)

        assert names() == {
            "technical": "Technical",
            "billing": "Money",
            "sales": "Sales",
            "general": "General",
            "ideas_wishes": "Ideas & wishes",
        }
        assert Ticket.objects.get(pk=ticket.pk).department == "billing"
        assert words(event) == "Ada Lind changed the departments"


def test_a_department_that_is_left_away_is_retired_and_its_requests_stay(inside, acme, wish, ada):
    ticket = wish(department="sales")
    with inside(acme):
        actions.set_to("departments", [one for one in _departments() if one["key"] != "sales"], by=ada)

        assert "sales" not in names()
        assert settings.departments(retired=True)["sales"] == "Sales"
        assert actions.change(ticket, {"urgency": "low", "department": "sales"}, by=ada).department == "sales"
        with pytest.raises(Invalid):
            actions.open_ticket(subject="x", description="y", desk="company", department="sales", by=ada)


@pytest.mark.parametrize("name", ["ben", "mia", "cleo", "lin", "omar"])
def test_only_owners_and_managers_set_anything(inside, acme, actor_for, name):
    actor = actor_for(name)
    with inside(acme):
        for attempt in (
            lambda: actions.set_to("departments", [], by=actor),
            lambda: actions.keep_type("simple", {}, by=actor),
            lambda: actions.add_type("Mine", "simple", by=actor),
            lambda: actions.put_back_type("simple", by=actor),
        ):
            with pytest.raises(Forbidden):
                attempt()
        assert not Setting.objects.exists()


def test_the_second_of_two_managers_is_told(inside, acme, ada, olga):
    with inside(acme):
        actions.set_to("expected_reply_hours", 4, by=ada, seen_version=0)
        with pytest.raises(Refused, match="meanwhile"):
            actions.set_to("expected_reply_hours", 2, by=olga, seen_version=0)
        assert settings.read("expected_reply_hours")["expected_reply_hours"] == 4


def test_two_managers_at_the_very_same_moment_are_one_after_the_other(inside, acme, ada, olga):
    def attempt(who):
        try:
            with inside(acme):
                actions.set_to("expected_reply_hours", 1 if who == ada else 2, by=who, seen_version=0)
            return "set"
        except Refused as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (ada, olga))) == ["changed_meanwhile", "set"]


def test_a_change_is_undone_once_and_only_while_nobody_changed_it_again(inside, acme, ada, olga):
    with inside(acme):
        first = actions.set_to("expected_reply_hours", 4, by=ada)
        undone = configuring.undo_setting(first, by=ada)
        assert (undone.facts["before"], undone.facts["after"]) == (4, 8)
        with pytest.raises(Refused, match="meanwhile"):
            configuring.undo_setting(first, by=ada)


def test_what_is_set_to_what_it_was_leaves_no_trace(inside, acme, ada):
    with inside(acme):
        assert actions.set_to("expected_reply_hours", 8, by=ada) is None
        assert not Setting.objects.exists()
        assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("weather", 1, "key"),
        ("departments", "no list", "departments"),
        ("departments", [{"name": " "}], "departments.0"),
        ("departments", [{"name": "x" * 61}], "departments.0"),
        ("departments", [{"name": "A"}, {"name": "a"}], "departments"),
        ("departments", [{"name": "A"}] * 51, "departments"),
        ("departments", [{"key": "<b>", "name": "A"}], "departments"),
        ("departments", [{"name": "nul \x00"}], "departments.0"),
        ("number_format", "T-{year}", "number_format"),
        ("number_format", "{sequence}{sequence}", "number_format"),
        ("number_format", "{sequence.__class__}", "number_format"),
        ("number_format", "{sequence!r}", "number_format"),
        ("number_format", "{sequence:9999999}", "number_format"),
        ("number_format", "{sequence", "number_format"),
        ("number_format", "<b>{sequence}", "number_format"),
        ("number_format", "x" * 30 + "{sequence}", "number_format"),
        ("attachments", {"most_bytes": 0}, "most_bytes"),
        ("attachments", {"most_bytes": 10**12}, "most_bytes"),
        ("attachments", {"most_files": True}, "most_files"),
        ("attachments", {"refused": ["../x"]}, "refused"),
        ("attachments", {"surprise": 1}, "attachments"),
        ("assignment", {"way": "loudest"}, "way"),
        ("assignment", {"capacity": -1}, "capacity"),
        ("assignment", {"skills": ["a,b"]}, "skills"),
        ("expected_reply_hours", "8", "expected_reply_hours"),
        ("default_type", "support", "default_type"),
        ("default_type", ["simple"], "default_type"),
        ("types", ["simple"], "types"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_part(inside, acme, ada, key, value, part):
    with inside(acme):
        with pytest.raises(Invalid) as wrong:
            actions.set_to(key, value, by=ada)
        assert part in wrong.value.fields
        assert not Setting.objects.exists()


def test_numbers_follow_the_form_and_old_ones_stay(inside, acme, wish, ada):
    first = wish()
    with inside(acme):
        actions.set_to("number_format", "AC{sequence:05}", by=ada)
    second, third = wish(), wish()
    with inside(acme):
        actions.set_to("number_format", f"TICK-{first.created_at.year}-{{sequence:04}}", by=ada)
        assert (second.number, third.number) == ("AC00001", "AC00002")
        assert Ticket.objects.get(pk=first.pk).number == first.number
    assert wish().number.endswith("-0003")


def test_a_form_never_gives_a_number_twice(inside, acme, wish, ada):
    first = wish()
    with inside(acme):
        actions.set_to("number_format", first.number[:-4] + "{sequence:04}", by=ada)
    assert wish().number != first.number


def test_files_and_distribution_are_set_in_parts(inside, acme, ada):
    with inside(acme):
        actions.set_to("attachments", {"refused": [".EXE", "bat", "exe"]}, by=ada)
        actions.set_to("assignment", {"way": "least_load", "skills": ["French"]}, by=ada)
        found = settings.read("attachments", "assignment")
        assert found["attachments"]["refused"] == ["exe", "bat"]
        assert found["assignment"] == {
            "way": "least_load",
            "by_department": True,
            "capacity": 0,
            "skills": ["french"],
        }


def _departments():
    return settings.read("departments")["departments"]
