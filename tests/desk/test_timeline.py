"""A conversation in order: days open it, and one person going on stands together."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tenant_apps.desk.timeline import SHOWN, latest, since, timeline
from tenant_apps.journal.models import Event
from tenant_apps.tickets.models import Message

pytestmark = pytest.mark.no_database

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
ADA, LIN = uuid4(), uuid4()


def said(minutes, *, by=ADA, body="Hello"):
    at = NOON + timedelta(minutes=minutes)
    if by == LIN:
        return Message(body=body, sender_type="agent", sender_admin_id=LIN, sender_name="Lin Haas", created_at=at)
    return Message(body=body, sender_type="tenant", sender_user_id=by, sender_name="Ada Lind", created_at=at)


def moved(minutes, verb="ticket.status.update", **facts):
    facts = facts or {"from": "new", "to": "solved"}
    return Event(at=NOON + timedelta(minutes=minutes), verb=verb, actor_label="Lin Haas", facts=facts)


def drawn(messages, events=(), reader=ADA):
    return timeline(messages, events, reader=reader, audience="customer")


def test_messages_and_events_stand_in_the_order_in_which_they_happened():
    entries = drawn([said(0), said(20, by=LIN)], [moved(10), moved(20)])

    assert [bool(entry.message) for entry in entries] == [True, False, True, False]
    assert (entries[1].text, entries[1].icon, entries[1].tone) == (
        "Lin Haas moved this from Received to Solved",
        "status-solved",
        "green",
    )


def test_what_stands_there_as_a_message_is_not_told_again_as_an_event():
    events = [moved(0, "ticket.create", number="TICK-2026-0001", subject="website"), moved(1, "ticket.message.create")]

    assert len(drawn([said(0), said(1)], events)) == 2


@pytest.mark.parametrize(
    ("second", "events", "follows"),
    [
        (said(5), [], True),
        (said(6), [], False),
        (said(2, by=LIN), [], False),
        (said(2, by=uuid4()), [], False),
        (said(2), [moved(1)], False),
    ],
    ids=["soon", "later", "staff", "a colleague", "after an event"],
)
def test_only_the_same_person_going_on_soon_stands_together(second, events, follows):
    assert drawn([said(0), second], events)[-1].follows is follows


@pytest.mark.parametrize(("field", "icon"), [("urgency", "bolt"), ("importance", "target"), ("subject", "flow")])
def test_a_change_has_the_drawing_of_what_changed(field, icon):
    assert drawn([], [moved(0, "ticket.change", changes=[[field, "low", "high"]])])[0].icon == icon


def test_what_came_since_somebody_looked_is_marked_once():
    entries = since(drawn([said(0, by=LIN), said(10), said(20, by=LIN), said(30, by=LIN)]), NOON + timedelta(minutes=5))

    assert [entry.opens_unread for entry in entries] == [False, False, True, False]


def test_a_note_never_stands_together_with_a_reply():
    note = said(1)
    note.is_internal = True
    assert [entry.follows for entry in drawn([said(0), note])] == [False, False]


def test_each_day_is_opened_once():
    entries = drawn([said(0), said(1), said(24 * 60), said(24 * 60 + 1)])

    assert [entry.opens_day for entry in entries] == [True, False, True, False]


def test_ones_own_words_are_marked():
    assert [entry.is_mine for entry in drawn([said(0), said(1, by=LIN)])] == [True, False]
    assert [entry.is_mine for entry in drawn([said(0), said(1, by=LIN)], reader=LIN)] == [False, True]


def test_a_very_long_conversation_begins_with_its_end():
    entries = drawn([said(place) for place in range(SHOWN + 30)])

    shown, earlier = latest(entries, everything=False)

    assert (len(shown), earlier) == (SHOWN, 30)
    assert (shown[0].opens_day, shown[0].follows) == (True, False)
    assert shown[1:] == entries[31:]
    assert latest(entries, everything=True) == (entries, 0)
    assert latest(entries[:SHOWN], everything=False) == (entries[:SHOWN], 0)
