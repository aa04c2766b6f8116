"""Characteristics of simulated participants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.simulate.random_draws import Floats, Roster, choices, uniforms
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_participants import (
    BoundedNumber,
    Category,
    Influence,
    SkewedNumber,
)

Values = dict[str, NDArray[Any]]


def characteristics(scenario: Scenario, people: Roster) -> Values:
    """What is recorded once about each person.

    Returns:
        Characteristic id -> values in the order of ``people``: floats with one decimal
        for numbers, codes for categories.
    """
    values: Values = {}
    for stated in scenario.characteristics:
        u = uniforms(people, f"characteristic {stated.id}")
        if isinstance(stated, Category):
            codes = np.array([*stated.shares, list(stated.shares)[-1]], dtype=object)
            values[stated.id] = codes[choices(u, list(stated.shares.values()))]
        elif isinstance(stated, BoundedNumber):
            values[stated.id] = np.round(
                _bounded(stated, u, added(stated.influences, values)), 1
            )
        else:
            limit = np.full(len(people), stated.max)
            if stated.below is not None:
                limit = np.minimum(limit, values[stated.below] - stated.below_by)
            values[stated.id] = np.round(_skewed(stated, u, limit), 1)
    return values


def added(influences: Iterable[Influence], values: Values) -> Floats | float:
    """What the characteristics of each participant add to a mean.

    Returns:
        (people,) in the unit of the mean; 0 without influences.
    """
    total: Floats | float = 0.0
    for influence in influences:
        column = values[influence.by]
        if influence.slope is None:
            each = np.zeros(len(column))
            for code, amount in influence.added.items():
                each[column == code] = amount
        else:
            each = influence.slope * (column.astype(np.float64) - (influence.at or 0.0))
        total = total + each
    return total


def _bounded(stated: BoundedNumber, u: Floats, more: Floats | float) -> Floats:
    """Scaled beta by its moments: ν = m(1 − m)/s² − 1, a = mν, b = (1 − m)ν."""
    width = stated.max - stated.min
    mean, sd = (stated.mean + more - stated.min) / width, stated.sd / width
    nu = mean * (1 - mean) / sd**2 - 1
    share = special.betaincinv(mean * nu, (1 - mean) * nu, u)
    return np.asarray(stated.min + width * share, dtype=np.float64)


def _skewed(stated: SkewedNumber, u: Floats, limit: Floats) -> Floats:
    """Log-normal between the minimum and each person's limit, by inversion."""

    def below(x: Floats | float) -> Floats:
        with np.errstate(divide="ignore"):  # the logarithm of a minimum of 0
            z = (np.log(x) - np.log(stated.median)) / stated.log_sd
        return np.asarray(special.ndtr(z))

    low, high = below(stated.min), below(np.maximum(limit, stated.min))
    z = special.ndtri(low + u * (high - low))
    return np.clip(stated.median * np.exp(stated.log_sd * z), stated.min, limit)
