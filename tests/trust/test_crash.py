"""Whatever dies, nothing that was acknowledged is lost or done twice."""

import pytest

from tests.trust import crash


@pytest.mark.no_database
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing():
    figures = crash.run(kills=20)

    for step in ("open", "add", "move", "take", "answer", "escalate"):
        assert figures[f"acknowledged {step}"] > 50, step
    assert (figures["lost"], figures["duplicates"], figures["incomplete"], figures["due_left"]) == (0, 0, 0, 0)
    assert figures["told"] > 50
    assert figures["told_lost"] == 0
    assert figures["longest_outage_s"] <= 10
