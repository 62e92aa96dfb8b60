"""Statuses, priorities, and what is read to people."""

import re
from pathlib import Path

import pytest

from portico import keyset
from portico.errors import Invalid
from tenant_apps.journal.models import Event
from tenant_apps.journal.words import CUSTOMER, words
from tenant_apps.tickets import access, actions, priority, workflow
from tenant_apps.tickets.actions import Assignee

ICONS = Path(__file__).parents[2] / "platform/portico/static/portico/icons.svg"


def test_every_status_has_a_known_category_and_a_drawn_mark():
    drawn = set(re.findall(r'id="status-(\w+)"', ICONS.read_text()))
    assert {status.mark for status in workflow.STATUSES} == drawn
    assert {status.category for status in workflow.STATUSES} <= set(workflow.CATEGORIES)


@pytest.mark.parametrize(
    ("urgency", "importance", "expected"),
    [("critical", "critical", "P1"), ("high", "high", "P2"), ("medium", "medium", "P3"), ("low", "low", "P4")],
)
def test_priority_follows_from_two_axes(urgency, importance, expected):
    assert priority.priority_of(urgency, importance) == expected


def test_more_urgent_or_more_important_is_never_less_of_a_priority():
    table = [
        [priority.priority_of(urgency, importance) for importance in priority.LEVELS] for urgency in priority.LEVELS
    ]
    for row in (*table, *zip(*table, strict=True)):
        assert list(row) == sorted(row)


def test_every_verb_is_somebodys():
    assert all(access.MAY.values())


def test_the_timeline_speaks_to_its_reader(inside, acme, ada, lin, asked):
    with inside(acme):
        actions.assign(asked, Assignee(lin.id, lin.label), by=lin)
        actions.change_status(asked, "waiting_on_tenant", by=lin)
        actions.reply(asked, "Here you are.", by=ada)
        events = list(Event.objects.about(asked.pk))

        assert [words(event) for event in events][:3] == [
            f"Ada Lind opened {asked.number} about Website",
            "Lin Haas took this",
            "Lin Haas moved this from New to Waiting on company",
        ]
        assert words(events[-1], audience=CUSTOMER) == (
            "The reply of Ada Lind moved this from Waiting for you to In progress"
        )


def test_no_message_text_is_in_the_journal(inside, acme, ada, asked):
    with inside(acme):
        assert "Form not sending" not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "eA", "MjAyNi0wMS0wMXwx", "a" * 199, "MjAyNi0wMS0wMVQwMDowMDowMCswMDowMHwtMQ"]
)
def test_a_cursor_that_is_not_ours_is_refused(cursor):
    with pytest.raises(Invalid):
        keyset.read(cursor, int)
