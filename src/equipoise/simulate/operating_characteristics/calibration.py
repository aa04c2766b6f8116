"""Calibrates a scenario: published results are typical of it, by a repeatable search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from equipoise.protocol.interim_refusal import refuse_interim
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.scenario_variants import (
    scale_scenario,
)
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario

STEPS = {"first": 0.05, "second": 0.15, "sd": 0.05, "lasting": 0.4}
BOUNDS = {"first": (0.3, 3.0), "second": (0.1, 5.0), "sd": (0.5, 2.0),
          "lasting": (0.2, 5.0)}  # fmt: skip
DAMPING = 0.02  # keeps parameters that no target determines unchanged
FARTHEST = 1.3  # a factor changes by no more in one step: medians are not linear


@dataclass(frozen=True, slots=True)
class Target:
    """One published number.

    Attributes:
        endpoint: id of the endpoint that estimates it.
        field: of ``FIELDS``: ``estimate``, ``std_error``, ``first`` or ``second``.
        value: as published.
        weight: how much it counts against the others.
    """

    endpoint: str
    field: str
    value: float
    weight: float = 1.0


@dataclass(frozen=True)
class Calibrated:
    """A calibrated scenario, and how typical the published numbers are under it.

    Attributes:
        factors: by which parts of the first scenario were multiplied.
        residuals: one row a target: its value, and where it lies.
    """

    scenario: Scenario
    factors: Mapping[str, float]
    residuals: pd.DataFrame


def calibrate(
    protocol: Protocol,
    scenario: Scenario,
    instrument: str,
    targets: tuple[Target, ...],
    *,
    trials: int = 500,
    iterations: int = 3,
    seed: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Calibrated:
    """Multiplies four parts of a scenario until the targets are medians of their numbers.

    The parts are those of ``scale_scenario``. Gauss-Newton on the medians, each in units
    of half its interquartile range; the same random numbers at each step, and the best
    step is used.

    Args:
        protocol: of the published trial, with its size.
        scenario: to start from.
        instrument: whose course is calibrated.
        targets: at least one.
        trials: at each step.
        iterations: of the search.
        seed: of the trials.
        progress: called after each step.
    """
    names = list(STEPS)
    factors = np.ones(len(names))
    published = np.array([t.value for t in targets])

    def at(values: Floats) -> Floats:
        by_name = dict(zip(names, values, strict=True))
        variant = scale_scenario(protocol, scenario, instrument, by_name)
        return numbers(protocol, variant, targets, trials, seed)

    weight = np.array([t.weight for t in targets])
    best = np.inf, factors
    for step in range(iterations + 1):
        middle, width = _middle(at(factors))
        width = width / weight
        miss = (published - middle) / width
        best = min(best, (float(miss @ miss), factors), key=lambda pair: pair[0])
        text = ", ".join(f"{n} {f:.3f}" for n, f in zip(names, factors, strict=True))
        if progress:
            progress(f"step {step} of {iterations}: {text}; distance {miss @ miss:.3f}")
        if step == iterations:
            break
        J = np.empty((len(targets), len(names)))
        for k, name in enumerate(names):
            moved = factors.copy()
            moved[k] *= 1 + STEPS[name]
            J[:, k] = (_middle(at(moved))[0] - middle) / (factors[k] * STEPS[name])
        A = J / width[:, None]
        pull = A.T @ A + DAMPING * np.eye(len(names))
        moved = factors + np.linalg.solve(pull, A.T @ miss)
        moved = np.clip(moved, factors / FARTHEST, factors * FARTHEST)
        low, high = np.array([BOUNDS[name] for name in names]).T
        factors = np.clip(moved, low, high)
    factors = best[1]
    best_factors = {name: float(f) for name, f in zip(names, factors, strict=True)}
    calibrated = scale_scenario(protocol, scenario, instrument, best_factors)
    values = numbers(protocol, calibrated, targets, trials, seed)
    return Calibrated(calibrated, best_factors, residuals(targets, values))


def numbers(
    protocol: Protocol,
    scenario: Scenario,
    targets: tuple[Target, ...],
    trials: int,
    seed: int,
) -> Floats:
    """Each target's number in each trial, trials x targets."""
    endpoints = tuple(dict.fromkeys(t.endpoint for t in targets))
    refuse_interim(protocol, "calibration")
    run = Run(protocol, scenario, protocol.size.participants, seed, endpoints)
    estimates = simulate_chunk(run, 0, trials)
    order = [endpoint.id for endpoint in run.endpoint_set().endpoints]
    return np.column_stack(
        [estimates[:, order.index(t.endpoint), FIELDS.index(t.field)] for t in targets]
    )


def residuals(targets: tuple[Target, ...], values: Floats) -> pd.DataFrame:
    """Where each published number lies among the values of the trials."""
    q25, middle, q75 = np.nanquantile(values, [0.25, 0.5, 0.75], axis=0)
    published = np.array([t.value for t in targets])
    below = (values < published).sum(axis=0) + 0.5 * (values == published).sum(axis=0)
    return pd.DataFrame(
        {
            "endpoint": [t.endpoint for t in targets],
            "number": [t.field for t in targets],
            "published": published,
            "q25": q25,
            "median": middle,
            "q75": q75,
            "percentile": 100 * below / (~np.isnan(values)).sum(axis=0),
            "central": (q25 <= published) & (published <= q75),
        }
    )


def _middle(values: Floats) -> tuple[Floats, Floats]:
    """Means of the middle half, which moves smoothly, and half the width of the middle."""
    q25, q75 = np.nanquantile(values, [0.25, 0.75], axis=0)
    inside = np.where((values >= q25) & (values <= q75), values, np.nan)
    return np.nanmean(inside, axis=0), np.maximum((q75 - q25) / 2, 1e-6)
