"""Closed testing of doses over two stages, for many trials together."""

from __future__ import annotations

from itertools import combinations
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.dunnett import score

Matrix = NDArray[np.float64]
Marks = NDArray[np.bool_]


def select_doses(z: Matrix, design: Doses) -> Marks:
    """The doses that continue: the best ones, of those above the bound.

    Args:
        z: trials x doses, at the interim look.
        design: how many are kept, and the bound.

    Returns:
        trials x doses.
    """
    rank = np.argsort(np.argsort(-z, axis=1, kind="stable"), axis=1)
    return (rank < design.keep) & (z > design.futility)


def closed_test(
    z_first: Matrix,
    z_second: Matrix,
    going: Marks,
    design: Doses,
    df: tuple[float, float, float] = (inf, inf, 0.0),
) -> Marks:
    """The doses that are found effective.

    A dose is, if every intersection of hypotheses that holds it is rejected. In each
    stage an intersection is tested by Dunnett's test of its doses that are still there;
    the two p-values are combined by the inverse normal with fixed weights.

    Args:
        z_first: trials x doses, standardized differences of the first stage alone.
        z_second: of the second stage alone; not read where a dose was dropped.
        going: which doses continue.
        design: weights and error.
        df: degrees of freedom of the variance estimated in the first stage; those of the
            second if no dose continues, and what each dose that continues adds to them.

    Returns:
        trials x doses.

    Source: Posch et al. 2005, Stat Med 24:3697-3714, section 3; Bretz et al. 2006, Biom J
    48:623-634; R asd, treatsel.sim(method = "invnorm").
    """
    found = going.copy()
    number = going.sum(axis=1)
    for count in range(1, design.keep + 1):
        rows = np.flatnonzero(number == count)
        if len(rows):
            late = np.where(going[rows], z_second[rows], -inf)
            second = df[1] + count * df[2]
            kept = _all_rejected(
                z_first[rows], late, going[rows], design, df[0], second
            )
            found[rows] &= kept
    return found


def _all_rejected(
    early: Matrix, late: Matrix, going: Marks, design: Doses, df1: float, df2: float
) -> Marks:
    """Whether all intersections that hold a dose are rejected, for each dose."""
    kept = np.ones_like(going)
    limit = -special.ndtri(design.alpha)
    a, b = design.weights
    for order in range(1, design.doses + 1):
        for members in combinations(range(design.doses), order):
            group = list(members)
            first = score(early[:, group].max(axis=1), order, design.correlation, df1)
            second = _second(late[:, group], going[:, group], design, df2)
            kept[:, group] &= (a * first + b * second >= limit)[:, None]
    return kept


def _second(late: Matrix, going: Marks, design: Doses, df: float) -> Matrix:
    """Normal scores of the second stage; -inf where no dose of the group went on."""
    left = going.sum(axis=1)
    largest = late.max(axis=1)
    found = np.full(len(left), -inf)
    for count in np.unique(left[left > 0]):
        rows = left == count
        found[rows] = score(largest[rows], int(count), design.correlation, df)
    return found
