"""Comparisons of estimated marginal means, as combinations of coefficients."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.source import Source

Comparison = Literal["pairwise", "reference", "sequential"]
Weights = Literal["equal", "proportional"]
Custom = Mapping[str, Mapping[Any, float]]
Factors = str | Sequence[str]  # of the fixed effects; "arm:visit" are two


def names_of(levels: Collection[str], given: Factors | None) -> tuple[str, ...]:
    """Names of factors: one, several, or ``arm:visit`` as R writes cells of two.

    Raises:
        AnalysisError: EQ407, something else.
    """
    if given is None:
        return ()
    if isinstance(given, str):
        inside = tuple(name.strip() for name in re.split("[:*]", given))
        return inside if given not in levels and len(inside) > 1 else (given,)
    if not isinstance(given, Sequence) or not all(isinstance(n, str) for n in given):
        raise AnalysisError.single(
            "EQ407",
            f"{given!r} does not name factors",
            where="factor, by or of",
            fix='give a name, or several as ("arm", "visit")',
        )
    return tuple(given)


def means_grid(
    source: Source,
    factor: Factors,
    by: Factors | None,
    at: dict[str, float] | None,
    weights: str,
) -> tuple[pd.DataFrame, Matrix]:
    """Cells of estimated marginal means, as combinations of all columns of X.

    Raises:
        AnalysisError: EQ407, no such factor, covariate or kind of weights.

    Source: docs/methods/mmrm.md, equation (marginal-means).
    """
    levels = source.encoding.levels
    of = (*names_of(levels, factor), *names_of(levels, by))
    names = get_args(Weights)
    checked_option("weights", weights, names, code="EQ407", where="emmeans")
    others = [name for name in levels if name not in of]
    shares = source.shares(others) if weights == "proportional" and others else None
    return source.encoding.grid(of, at, shares)


def cells_of(levels: Mapping[str, tuple[Any, ...]], factor: Factors) -> tuple[Any, ...]:
    """Levels of one factor, or all combinations of the levels of several."""
    names = names_of(levels, factor)
    if len(names) == 1:
        return levels[names[0]]
    return tuple(product(*(levels[name] for name in names)))


def cell_text(cell: Any) -> str:
    """A level, or the levels of several factors next to each other."""
    return " ".join(map(str, cell)) if isinstance(cell, tuple) else str(cell)


def comparisons(
    levels: tuple[Any, ...], kind: Comparison | Custom | None, reference: Any
) -> dict[str, Matrix]:
    """Weights of the levels of a factor in each comparison.

    Args:
        levels: of the factor, in order.
        kind: ``reference``: each other level minus ``reference``; ``pairwise``: each
            earlier level minus each later one; ``sequential``: each level minus the one
            before; or weights by label and level. None means ``reference`` where one is
            given, else ``pairwise``.
        reference: level, the first one by default.

    Raises:
        AnalysisError: EQ407, no such kind or level.
    """
    if kind is None:
        kind = "pairwise" if reference is None else "reference"
    if isinstance(kind, Mapping):
        return {label: _weights(levels, own) for label, own in kind.items()}
    names = get_args(Comparison)
    checked_option("kind", kind, names, code="EQ407", where="contrasts")
    if reference is not None:
        checked_option("reference", reference, levels, code="EQ407", where="contrasts")
    number = range(len(levels))
    pairs: list[tuple[int, int]]
    if kind == "pairwise":
        pairs = [(i, j) for i in number for j in number if i < j]
    elif kind == "sequential":
        pairs = [(i, i - 1) for i in number if i]
    else:
        at = 0 if reference is None else levels.index(reference)
        pairs = [(i, at) for i in number if i != at]
    unit = np.eye(len(levels))
    named = [cell_text(level) for level in levels]
    return {f"{named[i]} - {named[j]}": unit[i] - unit[j] for i, j in pairs}


def _weights(levels: tuple[Any, ...], own: Mapping[Any, float]) -> Matrix:
    for level in own:
        checked_option("level", level, levels, code="EQ407", where="contrasts")
    return np.array([float(own.get(level, 0.0)) for level in levels])


def within(
    cells: pd.DataFrame,
    L: Matrix,
    by: str | tuple[str, ...] | None,
    compared: dict[str, Matrix],
) -> tuple[pd.DataFrame, Matrix]:
    """The comparisons in each level of ``by``: labels, and combinations.

    ``cells`` and ``L`` hold the levels of the factor, each with those of ``by``.
    """
    names = [by] if isinstance(by, str) else list(by or ())
    groups = list(dict.fromkeys(zip(*(cells[name] for name in names), strict=True)))
    groups = groups or [()]
    means = L.reshape(-1, len(groups), L.shape[1])  # level x group x coefficient
    labels, rows = [], []
    for label, weights in compared.items():
        for number, group in enumerate(groups):
            labels.append({"contrast": label, **dict(zip(names, group, strict=True))})
            rows.append(weights @ means[:, number])
    return pd.DataFrame(labels), np.array(rows)
