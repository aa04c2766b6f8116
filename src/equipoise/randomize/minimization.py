"""Minimization: favors the arm with the least imbalance of the factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from equipoise.errors import require_known
from equipoise.errors.counted import counted
from equipoise.protocol.governance import InequalityMeasure

Measure = InequalityMeasure
Levels = Mapping[str, str]  # factor -> level
TIE = 1e-9
# Of the counts of the arms in one margin; ``maximum`` is the deviation from the mean.
# The arms are the last axis.
MEASURES: dict[Measure, Callable[[np.ndarray], np.ndarray]] = {
    "range": lambda counts: counts.max(-1) - counts.min(-1),
    "variance": lambda counts: counts.var(-1, ddof=1),
    "maximum": lambda counts: np.abs(counts - counts.mean(-1, keepdims=True)).max(-1),
}


def minimization(
    newcomer: Levels,
    history: Sequence[tuple[Levels, str]],
    ratios: Mapping[str, int],
    *,
    probability: float = 0.8,
    measure: Measure = "range",
    weights: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Probabilities of the arms for a new participant.

    For each arm, the imbalance after its allocation among participants with the same
    level, counts divided by the ratios, summed over factors. The best arm, or all best
    arms in a tie, get ``probability``; the others share the rest by their ratios.

    Args:
        newcomer: level of each factor of the new participant.
        history: levels and arm of all previous participants.
        ratios: arm -> positive ratio.
        probability: of the best arm, from its proportion by the ratios up to 1. With
            unequal ratios, the probability of a preferred arm is scaled so that the mean
            allocation keeps the ratio (biased-coin minimization).
        measure: of imbalance of the counts in one margin, one of ``MEASURES``.
        weights: of the factors; equal by default.

    Raises:
        ValueError: an impossible probability, an unknown measure, or a participant with
            a missing factor.

    Example:
        >>> history = [({"sex": "F"}, "drug"), ({"sex": "M"}, "placebo")]
        >>> minimization({"sex": "F"}, history, {"drug": 1, "placebo": 1}, probability=0.75)
        {'drug': 0.25, 'placebo': 0.75}

    Source: Pocock and Simon 1975, Biometrics 31:103-115; unequal ratios Han, Enas and
    McEntegart 2009, Stat Med 28:3329-3346.
    """
    arms = list(ratios)
    if not 0 < probability <= 1:
        raise ValueError(f"impossible probability {probability:g}")
    require_known("measure", measure, MEASURES)
    missing = sum(bool(newcomer.keys() - levels.keys()) for levels, _ in history)
    if missing:
        raise ValueError(f"{counted(missing, 'participant', 'has')} a missing factor")
    share = np.array([ratios[arm] for arm in arms], dtype=float)
    score = np.zeros(len(arms))
    for factor, level in newcomer.items():
        counts = np.array(
            [sum(a == arm and h[factor] == level for h, a in history) for arm in arms],
            dtype=float,
        )
        weight = 1.0 if weights is None else weights[factor]
        for place in range(len(arms)):
            after = counts.copy()
            after[place] += 1
            score[place] += weight * float(MEASURES[measure](after / share))
    best = score <= score.min() + TIE
    return dict(zip(arms, coin(best, share, probability), strict=True))


def coin(best: np.ndarray, share: np.ndarray, probability: float) -> list[float]:
    """Probability of each arm, where some are preferred; unequal ratios are kept.

    Args:
        best: whether an arm is preferred; at least one is.
        share: ratios of the arms.
        probability: of the preferred arm with the smallest ratio.
    """
    plain = share / share.sum()
    if best.all():
        return [float(p) for p in plain]
    if len(set(share)) == 1:
        high = probability / best.sum()
        low = (1 - probability) / (~best).sum()
        return [float(high if b else low) for b in best]
    # The smallest arm has the stated probability when preferred; a larger one more, so
    # that preferring each arm in turn gives the ratio on average (Han et al., section 3).
    preferred = 1 - (1 - probability) * (1 - plain) / (1 - plain.min())
    made = np.zeros(len(share))
    for place in np.flatnonzero(best):
        others = np.delete(np.arange(len(share)), place)
        made[place] += preferred[place] * plain[place]
        made[others] += (
            plain[place] * (1 - preferred[place]) * plain[others] / plain[others].sum()
        )
    return [float(p) for p in made / plain[best].sum()]
