"""A step of `manage.py test` that runs next to the others."""

import os
import sys
import time

import pytest

from portico.embedded.suite import Aside, Step
from tests.support.databases import ROOT

pytestmark = pytest.mark.no_database


def aside(program):
    return Aside(Step("types", [sys.executable, "-c", program]), ROOT, os.environ)


@pytest.mark.parametrize(("code", "end"), [(0, "passed"), (3, "FAILED (exit code 3)")])
def test_it_says_everything_in_one_piece_and_how_it_ended(capsys, code, end):
    step = aside(f"import sys; print('one', file=sys.stderr); print('two'); sys.exit({code})")

    assert step.passes() is (code == 0)
    said = capsys.readouterr().out
    assert {"one", "two"} <= set(said.split())
    assert f"--- types: {end} after " in said


def test_nobody_waits_for_what_is_not_needed_any_more():
    step, began = aside("import time; time.sleep(100)"), time.monotonic()
    step.end()

    assert time.monotonic() - began < 50
    assert not step.passes()
