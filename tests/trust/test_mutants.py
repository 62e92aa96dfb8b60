"""The mutation runner makes the changes it says it makes; running them is for `python3 -m tests.trust.mutants`."""

import ast

import pytest

from tests.trust import mutants
from tests.trust.mutations import mutants_of

pytestmark = pytest.mark.no_database

SOURCE = '''
"""Words."""
def may(one, other):
    """Whether."""
    log.info("asked", one=1)
    if not one or other < 3:
        raise ValueError("words with 3")
    tell(one)
    return one == other
'''


def test_every_kind_of_change_is_made():
    changes = [one.change for one in mutants_of("module.py", SOURCE)]

    assert set(changes) >= {
        "not one -> one",
        "not one or other < 3 -> not one and other < 3",
        "other < 3 -> other >= 3",
        "other < 3 -> other <= 3",
        "3 -> 4",
        "raise ValueError('words with 3') -> pass",
        "tell(one) -> pass",
        "return one == other -> return None",
        "one == other -> one != other",
    }
    assert not any("asked" in one or "Words" in one for one in changes)


def test_every_change_is_one_and_still_reads_as_python():
    made = mutants_of("module.py", SOURCE)
    texts = {one.source for one in made}
    assert len(texts) == len(made)
    assert ast.unparse(ast.parse(SOURCE)) not in texts
    assert all(ast.parse(text) for text in texts)


def test_every_module_that_is_to_be_broken_is_there_and_has_tests():
    for path, tests in mutants.TARGETS.items():
        assert (mutants.ROOT / path).is_file(), path
        assert any((mutants.ROOT / one).exists() for one in tests), path


def test_what_is_called_equivalent_is_still_a_change_that_would_be_made():
    made = {one.name for path in mutants.TARGETS for one in mutants_of(path, (mutants.ROOT / path).read_text())}
    assert set(mutants.EQUIVALENT) <= made
    assert all(mutants.EQUIVALENT.values())
