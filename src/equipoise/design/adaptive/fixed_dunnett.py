"""The same doses without a look: all of them to the end, by Dunnett's test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.dunnett import critical
from equipoise.design.adaptive.sample_size import check_requirements, smallest


def power_of_all_doses(
    n: float,
    effects: Sequence[float],
    sd: float = 1.0,
    *,
    ratio: float = 1.0,
    alpha: float = 0.025,
) -> float:
    """Probability that the best dose has the largest difference, and it is significant.

    Args:
        n: participants on each dose.
        effects: of each dose against control.
        sd: within an arm, known variance.
        ratio: participants on control for each on a dose.
        alpha: familywise error, one-sided.

    Raises:
        DesignError: EQ801, a number is out of range; EQ805, no effects.

    Source: Dunnett 1984, in Santner and Tamhane, Design of Experiments: Ranking and
    Selection; R MAMS 3.0, mams(J = 1).
    """
    plain = Doses(doses=len(effects), first=n, second=n, ratio=ratio, alpha=alpha)
    limit = critical(alpha, plain.doses, plain.correlation)
    # The best dose goes on past such a bound just where it would be found effective.
    made = Doses(
        doses=plain.doses, first=n, second=n, ratio=ratio, alpha=alpha, futility=limit
    )
    return operating_characteristics(made, effects, sd).going[int(np.argmax(effects))]


def size_of_all_doses(
    effects: Sequence[float],
    sd: float,
    *,
    power: float = 0.9,
    ratio: float = 1.0,
    alpha: float = 0.025,
) -> tuple[int, float]:
    """The smallest trial without a look that finds the best dose.

    Args:
        effects: assumed of each dose, the largest above 0.
        sd: within an arm.
        power: to reach.
        ratio: participants on control for each on a dose.
        alpha: familywise error, one-sided.

    Returns:
        Participants on each dose, whole, and in the trial.

    Raises:
        DesignError: EQ801; EQ802, no size reaches the power; EQ805.
    """
    check_requirements(effects, power, alpha)
    n = smallest(
        lambda n: power_of_all_doses(n, effects, sd, ratio=ratio, alpha=alpha) >= power
    )
    return n, n * (len(effects) + ratio)
