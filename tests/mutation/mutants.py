"""Mutants of numbers and labels: small changes that make a report say something false."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

SWAPS = {  # names and texts that stand for each other in a report
    "arm": "versus", "versus": "arm", "lower": "upper", "upper": "lower",
    "estimate": "std_error", "std_error": "estimate", "n": "estimate", "df": "statistic",
    "n1": "n2", "n2": "n1", "x1": "x2", "x2": "x1", "events1": "events2",
    "events2": "events1", "one": "other", "other": "one", "low": "high", "high": "low",
    "before": "after", "after": "before", "above": "below", "below": "above",
    "first": "last", "last": "first", "min": "max", "max": "min", "mean": "median",
    "median": "mean", "sd": "mean", "any": "all", "all": "any", "day": "planned_day",
}  # fmt: skip
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
MUTATED = "a mutated label"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module.

    Attributes:
        line: of the source.
        what: the change, in words.
        source: of the module after the change.
        function: that it is in, such as ``name`` or ``Class.name``; empty for none.
    """

    line: int
    what: str
    source: str
    function: str


def count(source: str) -> int:
    """How many places of a module can be changed."""
    return sum(1 for _ in _places(ast.parse(source)))


def mutant(source: str, number: int) -> Mutant | None:
    """The mutant of one place, in the order of the tree; None where nothing changes."""
    tree = ast.parse(source)
    node, kind = list(_places(tree))[number]
    function = _function(tree, node)
    what = _change(node, kind)
    if what is None:
        return None
    return Mutant(getattr(node, "lineno", 0), what, ast.unparse(tree), function)


def owners(tree: ast.Module) -> list[tuple[str, ast.FunctionDef]]:
    """Every function of a module and every method of its classes, with its name."""
    made = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            made.append((node.name, node))
        elif isinstance(node, ast.ClassDef):
            made += [
                (f"{node.name}.{part.name}", part)
                for part in node.body
                if isinstance(part, ast.FunctionDef)
            ]
    return made


def _function(tree: ast.Module, place: ast.AST) -> str:
    """The function or method that a node is in; empty for none."""
    for name, function in owners(tree):
        if any(node is place for node in ast.walk(function)):
            return name
    return ""


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Nodes that can be changed, with the kind of change; docstrings are left alone."""
    quiet = {id(node) for node in _docstrings(tree)} | {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign | ast.arg | ast.FunctionDef)
        for root in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if root is not None
        for part in ast.walk(root)
    }
    for node in ast.walk(tree):
        kind = _kind(node)
        if kind is not None and id(node) not in quiet:
            yield node, kind


def _kind(node: ast.AST) -> str | None:
    """The kind of change that a node allows; None for none."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        if isinstance(node.value, str) and node.value.strip():
            return "text"
        return "number" if isinstance(node.value, int | float) else None
    allowed = {
        "attribute": isinstance(node, ast.Attribute) and node.attr in SWAPS,
        "operator": isinstance(node, ast.BinOp) and type(node.op) in OPERATORS,
        "comparison": isinstance(node, ast.Compare) and type(node.ops[0]) in OPERATORS,
        "condition": isinstance(node, ast.BoolOp),
        "sign": isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub),
        "order": isinstance(node, ast.Tuple | ast.List) and len(node.elts) == 2,
    }
    return next((kind for kind, holds in allowed.items() if holds), None)


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first.value


def _change(node: ast.AST, kind: str) -> str | None:
    """Changes a node in place; says what, or None where the change is none."""
    if isinstance(node, ast.Constant):
        old = node.value
        if kind == "number":
            node.value = old + 1  # type: ignore[operator]
        else:
            node.value = SWAPS.get(str(old), f"{MUTATED} {old}")
        return f"{old!r} -> {node.value!r}"
    if isinstance(node, ast.Attribute):
        old, node.attr = node.attr, SWAPS[node.attr]
        return f".{old} -> .{node.attr}"
    if isinstance(node, ast.BinOp):
        name = type(node.op).__name__
        node.op = OPERATORS[type(node.op)]()  # type: ignore[assignment]
        return f"{name} -> {type(node.op).__name__}"
    if isinstance(node, ast.Compare):
        name = type(node.ops[0]).__name__
        node.ops[0] = OPERATORS[type(node.ops[0])]()  # type: ignore[call-overload]
        return f"{name} -> {type(node.ops[0]).__name__}"
    if isinstance(node, ast.BoolOp):
        name = type(node.op).__name__
        node.op = OPERATORS[type(node.op)]()  # type: ignore[assignment]
        return f"{name} -> {type(node.op).__name__}"
    if isinstance(node, ast.UnaryOp):
        name = type(node.op).__name__
        node.op = ast.UAdd()
        return f"{name} -> UAdd"
    if isinstance(node, ast.Tuple | ast.List):
        if ast.dump(node.elts[0]) == ast.dump(node.elts[1]):
            return None
        node.elts.reverse()
        return "two elements exchanged"
    return None
