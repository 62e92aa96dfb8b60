"""The same as `test_matrix` behind the other doors: the public site, the desk with the platform, and the console."""

import pytest

from tests.trust import matrix
from tests.trust.test_matrix import WHOLE


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("is_whole", WHOLE)
@pytest.mark.parametrize("door", ["public", "company", "console"])
def test_every_route_answers_as_the_policy_says(world, door, is_whole):
    figures = matrix.walk(world, door, is_whole=is_whole)

    assert figures["unpoliced"] == []
    assert figures["leaks"] == [], "\n".join(figures["leaks"][:20])
    assert figures["cells"] > {"public": 300, "company": 2_500, "console": 1_500}[door]
