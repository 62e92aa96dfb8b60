"""The size guide: what grows past it is split, or stands here with a reason."""

import ast

import pytest

from tests.guards.sources import CODE, ROOT, lines, python_files, tree

pytestmark = pytest.mark.no_database

MODULE, FUNCTION, TEMPLATE, TEST = 300, 40, 80, 30
# path, or path:function -> why it is longer
EXCEPTIONS = {
    "tests/benchmarks/provision.py:_lines_of": "a list of figures, read from top to bottom",
}


def _functions(longest, *folders):
    for path in python_files(*folders):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                length = node.end_lineno - node.lineno + 1
                if length > longest:
                    yield f"{path}:{node.name}", length


def _new(found):
    return {name: length for name, length in found if name not in EXCEPTIONS}


def test_modules_are_short():
    assert _new((str(path), lines(path)) for path in python_files(*CODE, "tests") if lines(path) > MODULE) == {}


def test_functions_are_short():
    assert _new(_functions(FUNCTION, *CODE, "tests")) == {}


def test_tests_are_short():
    tests = ((name, length) for name, length in _functions(TEST, "tests") if ":test_" in name)
    assert _new(tests) == {}


def test_templates_are_short():
    files = [path.relative_to(ROOT) for folder in CODE for path in (ROOT / folder).rglob("*.html")]
    assert _new((str(path), lines(path)) for path in files if lines(path) > TEMPLATE) == {}


def test_exceptions_are_still_there():
    assert [name for name in EXCEPTIONS if not (ROOT / name.split(":")[0]).exists()] == []
