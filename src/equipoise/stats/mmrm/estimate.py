"""Linear combinations of coefficients or of marginal means, as users write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.fitted import Fitted
from equipoise.stats.mmrm.marginal import (
    Factors,
    cell_text,
    cells_of,
    means_grid,
    names_of,
)

Combination = Any  # see ``combinations``


@dataclass(frozen=True)
class Combinations:
    """Rows of weights with their labels.

    Attributes:
        labels: one for each row.
        L: rows x coefficients, or rows x columns of X.
    """

    labels: list[str]
    L: Matrix


def combinations(
    fit: Fitted,
    given: Combination,
    of: Factors | None = None,
    at: dict[str, float] | None = None,
    weights: str = "equal",
) -> Combinations:
    """Reads linear combinations.

    Args:
        fit: a fit.
        given: one combination, or several as a mapping from label to combination. A
            combination is the name of a coefficient; weights by name; with ``of``
            weights by level, or by a tuple of levels; or a row of numbers. A matrix or
            a frame with named columns holds one combination in each row.
        of: factor or factors whose marginal means are combined; None for coefficients.
        at: values of numeric covariates; needs ``of``.
        weights: of the levels of the other factors; needs ``of``.

    Raises:
        AnalysisError: EQ405, EQ407, EQ408, EQ463.
    """
    if of is None:
        _refuse_grid_options(at, weights)
        names: tuple[Any, ...] = fit.terms
        grid: Matrix = np.eye(len(names))
    else:
        grid = means_grid(fit.source, of, None, at, weights)[1]
        names = cells_of(fit.levels, of)
    reader = _Reader(fit, names, None if of is None else names_of(fit.levels, of))
    labels, rows = [], []
    for label, own in _labelled(given):
        for row in reader.rows(own):
            labels.append(label or _text(names, row))
            rows.append(row)
    W = _checked(np.array(rows, dtype=float), labels)
    if W.shape[1] == len(names):
        return Combinations(labels, W @ grid)
    return Combinations(labels, W)  # columns of X, aliased ones included


@dataclass(frozen=True)
class _Reader:
    """Reads one combination of coefficients or of the cells of factors."""

    fit: Fitted
    names: tuple[Any, ...]
    of: tuple[str, ...] | None

    def rows(self, own: Any) -> Matrix:
        """Rows of weights."""
        if isinstance(own, str) and self.of is None:
            own = {own: 1.0}
        if not isinstance(own, Mapping):
            return self._numbers(own)
        row = np.zeros(len(self.names))
        for key, weight in own.items():
            row[self._position(key)] += _number(weight)
        return row[None]

    def _numbers(self, own: Any) -> Matrix:
        try:
            rows = np.atleast_2d(np.asarray(own, dtype=float))
        except (TypeError, ValueError):
            raise _unreadable(f"{own!r} is not a combination") from None
        widths = {len(self.names)}
        if self.of is None:
            widths.add(len(self.fit.source.encoding.names))
        if rows.ndim != 2 or rows.shape[1] not in widths:
            what = (
                "coefficients" if self.of is None else f"cells of {':'.join(self.of)}"
            )
            raise AnalysisError.single(
                "EQ408",
                f"the matrix has {counted(rows.shape[-1], 'column')} "
                f"for {len(self.names)} {what}",
                where="combination",
                fix=f"give one column for each of: {_listed(self.names)}",
            )
        return rows

    def _position(self, key: Any) -> int:
        if self.of is None:
            return self._coefficient(key)
        cell = key if isinstance(key, tuple) else (key,)
        if len(cell) != len(self.of):
            raise _unreadable(
                f"{key!r} has {len(cell)} levels for {len(self.of)} factors: "
                f"{', '.join(self.of)}",
                f"write a level of each, such as {self.names[0]!r}",
            )
        for name, level in zip(self.of, cell, strict=True):
            levels = self.fit.levels[name]
            checked_option(
                f"level of {name}", level, levels, code="EQ407", where="combination"
            )
        return self.names.index(cell if len(self.of) > 1 else cell[0])

    def _coefficient(self, key: Any) -> int:
        if key in self.names:
            return self.names.index(key)
        cell = key if isinstance(key, tuple) else (key,)
        levels = self.fit.levels
        of = [n for c in cell for n, own in levels.items() if c in own]
        of = list(dict.fromkeys(of))
        if of:
            shown = repr(of[0]) if len(cell) == 1 else repr(tuple(of))
            raise _unreadable(
                f"{key!r} is not a coefficient but a level of {', '.join(of)}",
                f"name the factors of the marginal means: of={shown}",
            )
        if key in self.fit.aliased:
            raise AnalysisError.single(
                "EQ405",
                f"the coefficient {key} was dropped: the columns before it determine it",
                where="combination",
                fix="take the term or the visit out of the model or of the hypothesis",
            )
        checked_option(
            "coefficient", key, self.names, code="EQ407", where="combination"
        )
        raise AssertionError("not reached")


def _labelled(given: Any) -> list[tuple[str | None, Any]]:
    """Each combination with its label, None where none was given."""
    if isinstance(given, pd.DataFrame):
        return [(str(label), dict(row)) for label, row in given.iterrows()]
    if isinstance(given, pd.Series):
        return [(None, dict(given))]
    if not isinstance(given, Mapping):
        return [(None, given)]
    if not given:
        raise _unreadable("the combination is empty")
    given = {k: v.item() if np.ndim(v) == 0 and hasattr(v, "item") else v
             for k, v in given.items()}  # fmt: skip
    nested = [_is_combination(value) for value in given.values()]
    if all(nested):
        return [(str(label), _inner(own)) for label, own in given.items()]
    if any(nested):
        raise _unreadable("some values are weights and some are combinations")
    return [(None, given)]


def _is_combination(value: Any) -> bool:
    if isinstance(value, str | Mapping | pd.Series):
        return True
    return isinstance(value, Sequence) or np.ndim(value) > 0


def _inner(own: Any) -> Any:
    if isinstance(own, pd.Series):
        return dict(own)
    if isinstance(own, Mapping) and not own:
        raise _unreadable("the combination is empty")
    if np.ndim(own) > 1:
        raise _unreadable("one label for a matrix of several rows")
    return own


def _number(weight: Any) -> float:
    try:
        return float(weight)
    except (TypeError, ValueError):
        raise _unreadable(f"the weight {weight!r} is not a number") from None


def _checked(W: Matrix, labels: list[str]) -> Matrix:
    if W.ndim != 2 or not len(W):
        raise _unreadable("the combination is empty")
    if not np.isfinite(W).all():
        raise _unreadable("a weight is missing or infinite")
    empty = [label for label, row in zip(labels, W, strict=True) if not row.any()]
    if empty:
        named = f" of {empty[0]!r}" if empty[0] else ""
        raise _unreadable(f"every weight{named} is zero")
    return W


def _refuse_grid_options(at: object, weights: str) -> None:
    if at or weights != "equal":
        raise _unreadable(
            "at and weights concern marginal means, and the combination is of "
            "coefficients",
            'name the factors of the means, such as of=("arm", "visit")',
        )


def _text(names: tuple[Any, ...], row: Matrix) -> str:
    """The combination itself as its label: ``DRUG 7 - PLACEBO 7``."""
    if len(row) != len(names):
        return "combination"
    text = ""
    both = [pair for pair in zip(names, row, strict=True) if pair[1]]
    for name, weight in sorted(both, key=lambda pair: pair[1] < 0):
        size = "" if abs(weight) == 1 else f"{abs(weight):.4g} * "
        sign = " - " if weight < 0 else " + "
        sign = sign if text else ("-" if weight < 0 else "")
        text += f"{sign}{size}{cell_text(name)}"
    return text


def _listed(names: tuple[Any, ...]) -> str:
    shown = ", ".join(map(cell_text, names[:12]))
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _unreadable(what: str, fix: str = "") -> AnalysisError:
    return AnalysisError.single(
        "EQ463",
        what,
        where="combination",
        fix=fix
        or 'write weights by name, {"x": 1, "y": -1}, or by level with of="arm", '
        '{"drug": 1, "placebo": -1}',
    )
