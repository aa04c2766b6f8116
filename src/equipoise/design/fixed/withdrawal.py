"""Sizes of a randomized withdrawal: losses found at visits, hazards not proportional."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.requirements import Size, Target
from equipoise.errors import DesignError

Floats = NDArray[np.float64]


def withdrawal(
    first: ArrayLike,
    second: ArrayLike,
    staying: ArrayLike,
    target: Target | None = None,
) -> Size:
    """Responders to randomize so that a log-rank test finds the difference.

    The expected log-rank statistic is added up over the visits at which a loss can be
    found, with the shares at risk then; nothing is assumed about the ratio of hazards.

    Args:
        first: (visits,) share without a loss after each visit in the first arm, who go
            on; from 1 to 0, never rising.
        second: the same in the second arm, who get placebo.
        staying: (visits,) share who are still observed at each visit, by dropout and by
            the end of the trial; above 0, never rising.
        target: error, power and allocation.

    Returns:
        Randomized responders, and the losses that are expected among them.

    Raises:
        DesignError: EQ801, curves that are no such shares; EQ802, the arms do not
            differ.

    Source: Lakatos 1988, Biometrics 44:229-241, with one step a visit; the variance
    of each step is hypergeometric (Mantel 1966), as losses are tied.
    """
    target = target or Target()
    kept, lost = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    stay = np.asarray(staying, dtype=float)
    _checked(kept, lost, stay)
    weights = (
        target.ratio / (1 + target.ratio),
        1 / (1 + target.ratio),
    )
    drift, variance, losses = expected(kept, lost, stay, weights[0])
    if drift == 0 or variance == 0:
        raise DesignError.single(
            "EQ802",
            "the two arms lose response alike at every visit",
            where="design, withdrawal",
            fix="compare schedules that differ",
        )
    a, b = target.z
    total = ((a + b) * sqrt(variance) / drift) ** 2
    return Size(total * weights[0], total * weights[1], total * losses)


def expected(
    first: Floats, second: Floats, staying: Floats, share: float
) -> tuple[float, float, float]:
    """The log-rank statistic that is expected, for each randomized responder.

    Args:
        first: (visits,) share without a loss after each visit in the first arm.
        second: the same in the second.
        staying: (visits,) share still observed.
        share: of the first arm.

    Returns:
        Observed less expected losses of the first arm, their variance, and losses in
        all, for one responder.
    """
    at_risk, found = [], []
    for curve, part in ((first, share), (second, 1 - share)):
        before = np.concatenate([[1.0], curve[:-1]])
        at_risk.append(part * before * staying)
        found.append(part * (before - curve) * staying)
    both, lost = at_risk[0] + at_risk[1], found[0] + found[1]
    some = both > 0
    p = np.divide(at_risk[0], both, out=np.zeros_like(both), where=some)
    left = np.divide(both - lost, both, out=np.zeros_like(both), where=some)
    drift = float((found[0] - lost * p).sum())
    variance = float((lost * p * (1 - p) * left).sum())
    return drift, variance, float(lost.sum())


def _checked(first: Floats, second: Floats, staying: Floats) -> None:
    """Raises DesignError EQ801 unless all are shares of one length that never rise."""
    curves = {"first arm": first, "second arm": second, "staying": staying}
    same = len({curve.shape for curve in curves.values()}) == 1 and first.ndim == 1
    bad = [
        name
        for name, curve in curves.items()
        if not same
        or curve.size == 0
        or not np.isfinite(curve).all()
        or curve.min() < 0
        or curve.max() > 1
        or (np.diff(curve) > 0).any()
    ]
    if bad:
        raise DesignError.single(
            "EQ801",
            f"{', '.join(bad)}: no curve of shares over the visits",
            where="design, withdrawal",
            fix="give one share from 0 to 1 for each visit, never rising",
        )
