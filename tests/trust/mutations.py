"""Small changes that break a module: comparisons turned, `not` dropped, and/or swapped, calls and raises left out…"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_FLIPS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Lt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Gt, ast.Lt],
}
_PROSE = {"log", "metrics", "refusal", "problem", "cast", "ContextVar", "Condition", "get_model"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: where, what it was and became, and the whole module as it then reads."""

    path: str
    line: int
    change: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.change}"


def _called(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _is_spared(node: ast.AST) -> bool:
    """Whether nothing below this node is worth breaking."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.AnnAssign) and getattr(node, "value", None) is None:
        return True
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id in {"__all__", "__slots__", "log"}
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _is_spared(node.value)
    return isinstance(node, ast.Call) and (_called(node) in _PROSE or getattr(node.func, "attr", "") in _PROSE)


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every child worth breaking, as parent, field and index in it."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "type_params", "type_comment"}:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_spared(child):
                yield node, field, index
                if not isinstance(child, ast.Raise):  # the words of a refusal
                    yield from _places(child)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for flipped in _FLIPS[type(node.ops[0])]:
        changed = copy.deepcopy(node)
        changed.ops[0] = flipped()
        yield changed


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value: Any = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and value and " " not in value:
        yield ast.Constant(f"{value}~")


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """What this node could become."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield ast.Pass()
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.If() | ast.IfExp() if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            changed = copy.deepcopy(node)
            changed.test = ast.UnaryOp(ast.Not(), changed.test)
            yield changed
        case ast.Constant():
            yield from _constant(node)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def mutants_of(path: str, source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree, made = ast.parse(source), []
    for parent, field, index in list(_places(tree)):
        held = getattr(parent, field)
        node = held if index is None else held[index]
        for variant in _variants(node):
            was, became = (" ".join(ast.unparse(one).split())[:70] for one in (node, variant))
            _put(parent, field, index, ast.copy_location(variant, node))
            text = ast.unparse(ast.fix_missing_locations(tree))
            made.append(Mutant(path, getattr(node, "lineno", 0), f"{was} -> {became}", text))
        _put(parent, field, index, node)
    return sorted(made, key=lambda one: one.line)


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node
