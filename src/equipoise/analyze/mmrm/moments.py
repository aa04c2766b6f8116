"""One pass over the data: everything that the likelihood will ever need of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.mmrm.design import Design, Matrix


@dataclass(frozen=True, slots=True)
class Pattern:
    """Participants who were seen at the same visits.

    Attributes:
        visits: positions of these visits, ascending.
        n: participants.
        C: ``C[t, s, a, b]``, the sum over participants of ``Z[t, a] * Z[s, b]``, where
            ``Z`` is ``[X, y]`` of a participant, each row times the root of its weight.
    """

    visits: NDArray[np.intp]
    n: int
    C: Matrix


@dataclass(frozen=True, slots=True)
class Moments:
    """The data, as far as the likelihood is concerned.

    Attributes:
        patterns: by the visits that were seen.
        n_visits: T, planned visits with at least one row.
        n_coefficients: p, columns of X.
        n_rows: n.
        n_subjects: participants with at least one row.
        log_weight: sum of the logarithms of the weights.
    """

    patterns: tuple[Pattern, ...]
    n_visits: int
    n_coefficients: int
    n_rows: int
    n_subjects: int
    log_weight: float


def moments(design: Design) -> Moments:
    """Sums of products of a design by pattern of visits.

    Source: the tensor form of the mixed-model equations; every quantity of Jennrich and
    Schluchter 1986, Biometrics 42:805-820, is a contraction of these sums.
    """
    Z = np.column_stack([design.X, design.y]) * np.sqrt(design.weight)[:, None]
    subjects, first = np.unique(design.subject, return_index=True)
    seen = np.zeros((len(subjects), len(design.visits)), dtype=bool)
    row = np.searchsorted(subjects, design.subject)
    seen[row, design.visit] = True
    kinds, kind = np.unique(seen, axis=0, return_inverse=True)
    patterns = []
    for number, mask in enumerate(kinds):
        visits = np.flatnonzero(mask)
        starts = first[kind.reshape(-1) == number]
        rows = starts[:, None] + np.arange(len(visits))
        flat = Z[rows].reshape(len(starts), -1)  # participant x (visit, column)
        m, q = len(visits), Z.shape[1]
        C = (flat.T @ flat).reshape(m, q, m, q).transpose(0, 2, 1, 3)
        patterns.append(Pattern(visits, len(starts), np.ascontiguousarray(C)))
    return Moments(
        patterns=tuple(patterns),
        n_visits=len(design.visits),
        n_coefficients=design.X.shape[1],
        n_rows=len(Z),
        n_subjects=len(subjects),
        log_weight=float(np.log(design.weight).sum()),
    )
