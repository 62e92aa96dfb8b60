"""Each step of each preset, walked with the actions alone: what is allowed works, what is not names what is."""

import pytest

from portico.errors import Refused
from tenant_apps.tickets import actions, kinds

STEPS = [
    (kind.key, before, after.key)
    for kind in kinds.PRESETS.values()
    for before in kind.by_key
    for after in kind.statuses
    if after.key != before
]


def way_to(kind, status):
    """The statuses on the shortest way from the beginning."""
    ways = [[kind.initial]]
    for way in ways:
        if way[-1] == status:
            return way[1:]
        ways += [[*way, one.key] for one in kind.next(way[-1]) if one.key not in way]
    raise AssertionError(f"{status} is never reached")


@pytest.mark.parametrize(("type", "before", "after"), STEPS)
def test_a_step_is_taken_or_refused_with_those_that_are_allowed(inside, acme, wish, ada, type, before, after):
    kind, ticket = kinds.PRESETS[type], wish(type=type)
    with inside(acme):
        for status in way_to(kind, before):
            ticket = actions.change_status(ticket, status, by=ada)
        allowed = [one.key for one in kind.next(before)]
        if after in allowed:
            assert actions.change_status(ticket, after, by=ada).status == after
        else:
            with pytest.raises(Refused) as refused:
                actions.change_status(ticket, after, by=ada)
            assert refused.value.message == f"From {before} this goes on to: {', '.join(allowed)}."
