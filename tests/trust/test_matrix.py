"""Nobody gets an answer that the policy does not give them, and nobody can tell foreign from missing.

The company's own desk is asked about here, the other doors in `test_matrix_doors`: both take minutes, and run at once.
"""

import pytest

from tests.conftest import host_of
from tests.trust import matrix

WHOLE = [False, pytest.param(True, marks=pytest.mark.slow, id="everybody everywhere")]


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("is_whole", WHOLE)
def test_every_route_of_a_companys_own_desk_answers_as_the_policy_says(world, is_whole):
    figures = matrix.walk(world, "company", at_home=True, is_whole=is_whole)

    assert figures["unpoliced"] == []
    assert figures["leaks"] == [], "\n".join(figures["leaks"][:20])
    assert figures["cells"] > 5_000, figures["cells"]


def test_a_row_without_a_route_is_noticed():
    """A policy row that no router knows any more would hide a renamed route."""
    known = {(door, route) for door in matrix.URLCONFS for route in matrix.routes(door)}

    assert set(matrix.POLICY) - known == set()


def test_a_new_route_without_a_row_fails(monkeypatch, world):
    kept = {key: row for key, row in matrix.POLICY.items() if key != ("company", "manager/tickets")}
    monkeypatch.setattr(matrix, "POLICY", kept)
    world.people = []

    assert matrix.walk(world, "company")["unpoliced"] == ["company: manager/tickets"]


def test_the_cast_signs_in_at_its_own_host():
    assert (host_of("ada"), host_of("lin")) == ("acme.localhost:8000", "console.localhost:8000")
