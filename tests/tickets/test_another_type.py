"""A request that gets another type: one status may be called alike in both and be of another kind there."""

import pytest

from tenant_apps.tickets import actions, drafts, kinds
from tenant_apps.tickets.models import Ticket


def draft(label, done):
    """A type in which `done` is the kind of “Done”."""
    kept = {"new": "new", "work": "open", "done": done, "over": "closed"}
    statuses = [{"key": key, "label": key.capitalize(), "category": category} for key, category in kept.items()]
    steps = {before: [after for after in kept if after != before] for before in kept}
    ends = {"initial": "new", "started": "work", "woken": "work"}
    return drafts.plain(kinds.PRESETS["simple"]) | {"label": label, "statuses": statuses, "transitions": steps} | ends


@pytest.mark.parametrize(
    ("here", "there", "status", "is_solved", "is_closed"),
    [
        ("open", "closed", "work", False, False),
        ("open", "solved", "work", False, False),
        ("solved", "open", "work", False, False),
        ("closed", "open", "over", True, True),
        ("closed", "solved", "done", True, False),
        ("solved", "closed", "done", True, True),
    ],
)
def test_it_neither_ends_nor_opens_by_that_and_its_times_fit(
    inside, acme, ada, wish, here, there, status, is_solved, is_closed
):
    ticket = wish()
    with inside(acme):
        for key, done in (("here", here), ("there", there)):
            actions.keep_type(key, draft(key.capitalize(), done), by=ada)
        ticket = actions.change(ticket, {"type": "here"}, by=ada)
        actions.change_status(ticket, "done", by=ada)

        actions.change(ticket, {"type": "there"}, by=ada)

        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.status, found.solved_at is not None, found.is_closed) == (status, is_solved, is_closed)


def test_a_closed_one_keeps_the_moment_it_was_closed(inside, acme, ada, wish):
    with inside(acme):
        ticket = actions.change_status(wish(), "closed", by=ada)
        assert actions.change(ticket, {"type": "simple"}, by=ada).closed_at == ticket.closed_at
