"""Comparisons of estimated marginal means, as combinations of coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from equipoise.stats.input_checks import checked_option
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.source import Source

Comparison = Literal["pairwise", "reference", "sequential"]
Weights = Literal["equal", "proportional"]
Custom = Mapping[str, Mapping[Any, float]]


def means_grid(
    source: Source,
    factor: str,
    by: str | None,
    at: dict[str, float] | None,
    weights: str,
) -> tuple[pd.DataFrame, Matrix]:
    """Cells of estimated marginal means, as combinations of all columns of X.

    Raises:
        AnalysisError: EQ407, no such factor, covariate or kind of weights.

    Source: docs/methods/mmrm.md, equation (marginal-means).
    """
    of = (factor,) if by is None else (factor, by)
    names = get_args(Weights)
    checked_option("weights", weights, names, code="EQ407", where="emmeans")
    others = [name for name in source.encoding.levels if name not in of]
    shares = source.shares(others) if weights == "proportional" and others else None
    return source.encoding.grid(of, at, shares)


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
    return {f"{levels[i]} - {levels[j]}": unit[i] - unit[j] for i, j in pairs}


def _weights(levels: tuple[Any, ...], own: Mapping[Any, float]) -> Matrix:
    for level in own:
        checked_option("level", level, levels, code="EQ407", where="contrasts")
    return np.array([float(own.get(level, 0.0)) for level in levels])


def within(
    cells: pd.DataFrame, L: Matrix, by: str | None, compared: dict[str, Matrix]
) -> tuple[pd.DataFrame, Matrix]:
    """The comparisons in each level of ``by``: labels, and combinations.

    ``cells`` and ``L`` hold the levels of the factor, each with those of ``by``.
    """
    groups = [None] if by is None else list(dict.fromkeys(cells[by]))
    means = L.reshape(-1, len(groups), L.shape[1])  # level x group x coefficient
    labels, rows = [], []
    for label, weights in compared.items():
        for number, group in enumerate(groups):
            own = {"contrast": label}
            labels.append(own if by is None else {**own, by: group})
            rows.append(weights @ means[:, number])
    return pd.DataFrame(labels), np.array(rows)
