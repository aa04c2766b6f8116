"""What an interim look says about the end: conditional and predictive power."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from equipoise.design.requirements import check_finite, check_positive
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recursion import NODES, WEIGHTS, State, crossing
from equipoise.errors import DesignError

WIDE = 8.0  # standard deviations of the posterior that are integrated


def conditional_power(
    design: Sequential, look: int, z: float, drift: float | None = None
) -> float:
    """Probability of efficacy later, given z at a look that did not stop the trial.

    Args:
        design: as planned.
        look: from 1, before the last.
        z: there.
        drift: effect times root of the largest information; None for the assumed one.
            The current trend is ``z / sqrt(timing[look - 1])``.

    Raises:
        DesignError: EQ801, a number is out of range; EQ804, there is no later look.

    Example:
        >>> from equipoise.design.sequential.boundaries import Rule
        >>> from equipoise.design.sequential.plan import sequential
        >>> design = sequential(Rule(kind="lan-demets-of"), [0.5, 1], power=0.8)
        >>> round(conditional_power(design, look=1, z=1.0), 3)
        0.58

    Source: Lan, Simon and Halperin 1982, Commun Stat C 1:207-219; Jennison and Turnbull
    2000, 10.2; gsDesign::gsCP.
    """
    check_finite(z=z, drift=0.0 if drift is None else drift)
    if not 1 <= look < len(design.timing):
        raise DesignError.single(
            "EQ804",
            f"there is no look after look {look}",
            where="design, look",
            fix=f"give a look from 1 to {len(design.timing) - 1}",
        )
    now = float(design.timing[look - 1])
    begin = State(np.array([z * np.sqrt(now)]), np.ones(1), now)
    found = crossing(
        design.upper[look:],
        design.lower[look:],
        design.timing[look:],
        design.drift if drift is None else drift,
        begin,
    )
    return float(found.upper.sum())


def predictive_power(
    design: Sequential,
    look: int,
    z: float,
    prior: tuple[float, float] | None = None,
) -> float:
    """Conditional power, averaged over what is then known of the effect.

    Args:
        design: as planned.
        look: from 1, before the last.
        z: there.
        prior: mean and standard deviation of the drift; None for a flat one.

    Raises:
        DesignError: EQ801, EQ804.

    Source: Spiegelhalter, Freedman and Blackburn 1986, Control Clin Trials 7:8-17.
    """
    conditional_power(design, look, z)  # rejects an impossible look or z
    if prior is not None:
        check_finite(prior_mean=prior[0])
        check_positive(prior_sd=prior[1])
    now = float(design.timing[look - 1])
    precision, centre = now, z * np.sqrt(now)  # of the score: S ~ N(drift t, t)
    if prior is not None:
        precision += 1 / prior[1] ** 2
        centre += prior[0] / prior[1] ** 2
    mean, sd = centre / precision, 1 / np.sqrt(precision)
    edges = np.linspace(-WIDE, WIDE, 9)
    total = 0.0
    for low, high in pairwise(edges):
        half = (high - low) / 2
        for node, weight in zip(NODES, WEIGHTS, strict=True):
            x = (low + high) / 2 + half * node
            density = np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)
            power = conditional_power(design, look, z, float(mean + sd * x))
            total += half * weight * density * power
    return float(total)
