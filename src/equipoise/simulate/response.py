"""Benefit that is built up by infusions and decays between and after them."""

from __future__ import annotations

import numpy as np

from equipoise.simulate.random_draws import Floats


def after_infusion(benefit: Floats, share: float, exposure: Floats) -> Floats:
    """Benefit right after an infusion, 1 − (1 − A)(1 − share)^r.

    Args:
        benefit: A before it, from 0 to 1.
        share: of what is missing to 1 that a typical infusion brings.
        exposure: r, peak concentration over that of the typical person, at least 0.

    Returns:
        From 0 to 1, shape of the arguments together.
    """
    return np.asarray(1 - (1 - benefit) * (1 - share) ** exposure)


def decayed(benefit: Floats, half_life: float, days: Floats) -> Floats:
    """Benefit after some days without infusion, A · 2^(−days / half-life).

    Args:
        benefit: from 0 to 1.
        half_life: days, above 0.
        days: at least 0.
    """
    return np.asarray(benefit * np.exp2(-days / half_life))


def responded(days: Floats, constant: float) -> Floats:
    """Share of the placebo response that has come, 1 − exp(−days / constant).

    Args:
        days: since the first infusion; 0 before it.
        constant: days, above 0.
    """
    return np.asarray(-np.expm1(-np.maximum(days, 0.0) / constant))


def sensitivity(z: Floats, log_sd: float) -> Floats:
    """Log-normal factors with mean 1 from standard normal numbers."""
    return np.asarray(np.exp(log_sd * z - log_sd**2 / 2))


def belief_probability(points: Floats, at_rest: float, odds: float) -> Floats:
    """Probability of a belief, logistic in the points above the lowest score.

    Args:
        points: above the lowest score, at least 0.
        at_rest: probability at 0 points, between 0 and 1.
        odds: factor on the odds for each point, above 0.
    """
    log_odds = np.log(at_rest / (1 - at_rest)) + np.log(odds) * points
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -700, 700))))
