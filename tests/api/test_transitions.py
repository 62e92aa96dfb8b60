"""Every step that a preset knows is made over the API, every other is refused with those it knows."""

import pytest

from tenant_apps.tickets.kinds import PRESETS

BEGINNINGS = [(kind.key, before.key) for kind in PRESETS.values() for before in kind.statuses]


def _way(kind, goal):
    """The shortest way from the first status to this one."""
    ways = [[kind.initial]]
    while ways[0][-1] != goal:
        ways += [[*ways[0], after] for after in kind.transitions[ways[0][-1]] if after not in ways[0]]
        ways.pop(0)
    return ways[0][1:]


@pytest.mark.parametrize(("type", "before"), BEGINNINGS)
def test_every_step_from(program, type, before):
    ada, kind = program("ada"), PRESETS[type]
    for after in kind.by_key.keys() - {before}:
        status = f"tickets/{ada.asks(type=type)['id']}/status"
        for step in _way(kind, before):
            ada.put(status, {"status": step})

        if after in kind.transitions[before]:
            moved = ada.put(status, {"status": after})
            assert (moved["status"], bool(moved["closed_at"])) == (after, after == "closed")
        else:
            refused = ada.put(status, {"status": after}, 409)
            assert (refused["code"], refused["allowed"]) == ("transition_not_allowed", list(kind.transitions[before]))


def test_a_status_of_another_type_is_named(program):
    ada = program("ada")
    made = ada.asks(type="simple")
    refused = ada.put(f"tickets/{made['id']}/status", {"status": "pending_customer"}, 422)
    assert refused["errors"]["status"] == ["Please choose one of: open, in_progress, closed."]
