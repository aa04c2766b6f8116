"""Mutants of numbers and labels: small changes that make a report say something false.

A change that cannot make it do so is no mutant:

- names for import (``__all__``), docstrings, types in annotations, and those in ``Literal``
  where no ``get_args`` makes values of them;
- the words of ``raise``: a refusal states nothing about a trial, and laws of their own
  hold the errors;
- the order of two elements where Python has none: after ``in`` and ``not in``, in
  ``isinstance``, ``startswith`` and ``endswith``, and in a type such as ``dict[str, int]``;
- the name of a stream of random numbers, which nobody reads;
- how a page or a drawing looks: numbers in ``forms`` (points, twips, inches); in
  ``drawings`` what matplotlib is given by the keywords of ``LOOK`` (sizes, colors,
  alignment) and numbers in the calls of ``PLACED`` (limits of axes, places of texts,
  lengths of lines); the modules ``UNSAID`` of typefaces, colors and widths.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
LOOK = frozenset(
    ("alpha", "annotation_clip", "arrowprops", "axis", "bbox", "bbox_to_anchor", "bottom",
     "boxstyle", "capsize", "clip_on", "color", "colors", "ecolor", "edgecolor",
     "edgecolors", "elinewidth", "facecolor", "facecolors", "figsize", "fontsize",
     "fontweight", "frameon", "h_pad", "ha", "handlelength", "labelpad", "labelsize",
     "left", "length", "linestyle", "linestyles", "linewidth", "linewidths", "loc", "lw",
     "marker", "markeredgecolor", "markerfacecolor", "markersize", "ms", "ncol", "ncols",
     "pad", "right", "rotation", "s", "size", "textcoords", "top", "va", "w_pad", "weight",
     "xycoords", "xytext", "zorder")
)  # fmt: skip
PLACED = frozenset(
    ("annotate", "figure", "folded", "grid", "margins", "set_xlim", "set_ylim", "short",
     "text", "wrap")
)  # fmt: skip
NUMERIC = ("number", "operator", "sign")
UNSAID = ("drawings/style.py", "forms/columns.py", "forms/measure.py", "forms/pixels.py",
          "forms/word_styles.py")  # fmt: skip


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


def count(path: Path) -> int:
    """How many places of a module can be changed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(1 for _ in _places(tree, path.parent.name))


def mutant(path: Path, number: int) -> Mutant | None:
    """The mutant of one place, in the order of the tree; None where nothing changes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node, kind = list(_places(tree, path.parent.name))[number]
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


def _places(tree: ast.AST, folder: str) -> Iterator[tuple[ast.AST, str]]:
    """Nodes that can be changed, with the kind of change."""
    drawing = folder == "drawings"
    placed = {
        id(part)
        for node in ast.walk(tree)
        if folder == "forms" or (drawing and _called(node) in PLACED)
        for part in ast.walk(node)
    }
    quiet = {id(node) for node in _docstrings(tree)}
    quiet |= {
        id(part)
        for node in ast.walk(tree)
        for root in _silent(node, drawing)
        for part in ast.walk(root)
    }
    if not any(_called(node) == "get_args" for node in ast.walk(tree)):
        quiet |= {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
            for part in ast.walk(node)
        }
    unordered = {id(part) for node in ast.walk(tree) for part in _unordered(node)}
    for node in ast.walk(tree):
        kind = _kind(node)
        if kind is None or id(node) in quiet:
            continue
        if kind in NUMERIC and id(node) in placed:
            continue
        if kind != "order" or id(node) not in unordered:
            yield node, kind


def _silent(node: ast.AST, drawing: bool) -> list[ast.AST]:
    """Parts of a node that state nothing, with all that is in them."""
    if isinstance(node, ast.Raise) or _called(node) == "stream":
        return [node]
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return [node] if "__all__" in names else []
    if isinstance(node, ast.keyword):
        return [node.value] if drawing and node.arg in LOOK else []
    parts = (getattr(node, "annotation", None), getattr(node, "returns", None))
    return [part for part in parts if isinstance(part, ast.AST)]


def _unordered(node: ast.AST) -> list[ast.AST]:
    """Tuples and lists in which the order of the elements says nothing."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        return [node.comparators[0]]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        generic = {"dict", "tuple", "Callable", "Mapping", "Literal", "Iterator"}
        return [node.slice] if node.value.id in generic else []
    if _called(node) in ("isinstance", "startswith", "endswith", "isin"):
        parts = node.args  # type: ignore[attr-defined]
        return [part for part in parts if isinstance(part, ast.Tuple | ast.List)]
    return []


def _called(node: ast.AST) -> str:
    """Name of the function or method that a node calls; empty for none."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


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
