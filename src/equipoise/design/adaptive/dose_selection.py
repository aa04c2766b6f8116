"""What a trial that keeps its best dose does, by integration over the interim look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.dunnett import score
from equipoise.design.requirements import out_of_range
from equipoise.design.root import root, unsolvable
from equipoise.errors import DesignError, Problem, refuse

Vector = NDArray[np.float64]
POINTS = 160  # of Gauss and Legendre over z at the interim look
REACH = 9.0  # standard deviations
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
AGAINST, MASS = np.polynomial.hermite_e.hermegauss(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingCharacteristics:
    """Operating characteristics of a trial that drops doses.

    Attributes:
        going: probability that each dose continues.
        claimed: probability that each dose is found effective in the end.
        power: of finding at least one dose effective that is.
        best: of finding the best dose effective; 0 if none is.
        error: of finding a dose effective that is not.
        stopped: of stopping at the interim look.
        size: mean number of participants.
        bias: of the estimate from both stages together of a dose that continues, in
            outcome units; NaN for a dose that never does.
    """

    going: tuple[float, ...]
    claimed: tuple[float, ...]
    power: float
    best: float
    error: float
    stopped: float
    size: float
    bias: tuple[float, ...]


def operating_characteristics(
    design: Doses, effects: Sequence[float], sd: float = 1.0
) -> OperatingCharacteristics:
    """Operating characteristics for normal outcomes with known variance, exactly.

    Args:
        design: that keeps one dose.
        effects: of each dose against control, above 0 in favor.
        sd: standard deviation within an arm.

    Raises:
        DesignError: EQ801, a number is out of range; EQ805, more than one dose is kept.

    Source: the control and the best dose determine all: given z of the best dose at the
    interim look, the others are below it with a product of normal probabilities (Thall,
    Simon and Ellenberg 1988, Biometrika 75:303-310; Wason et al. 2017, Stat Methods Med
    Res 26:508-524); the second stage is an independent normal difference.
    """
    check_effects(design, effects, sd)
    if design.keep > 1:
        raise DesignError.single(
            "EQ805",
            f"{design.keep} doses are kept, and integration is for one",
            where="design, doses",
            fix="simulate the trial, or keep one dose",
        )
    limit = critical_value(design) if design.test == "pooled" else inf
    parts = [_part(design, effects, sd, dose, limit) for dose in range(design.doses)]
    going, claimed = [p[0] for p in parts], [p[1] for p in parts]
    works = [effect > 0 for effect in effects]
    onward = sum(going)
    return OperatingCharacteristics(
        going=tuple(going),
        claimed=tuple(claimed),
        power=float(sum(c for c, w in zip(claimed, works, strict=True) if w)),
        best=claimed[int(np.argmax(effects))] if any(works) else 0.0,
        error=float(sum(c for c, w in zip(claimed, works, strict=True) if not w)),
        stopped=max(0.0, 1 - onward),
        size=design.start + onward * design.second * (1 + design.ratio),
        bias=tuple(p[2] for p in parts),
    )


def critical_value(design: Doses) -> float:
    """Critical value of the pooled statistic, that controls the familywise error.

    The familywise error is largest without any effect: a dose that works only takes the
    place of those that do not.

    Args:
        design: with the pooled test.

    Raises:
        DesignError: EQ808, the futility bound alone has less than the error.

    Source: Thall, Simon and Ellenberg 1988; R MAMS 3.0, mams(method = "dtl").
    """
    none = [0.0] * design.doses
    lower = design.futility if design.binding else -inf

    def surplus(limit: float) -> float:
        _, claimed, _ = _part(design, none, 1.0, 0, limit, lower)
        return design.doses * claimed - design.alpha

    if surplus(0.0) < 0:
        raise unsolvable(
            f"with a binding futility bound of {lower:g} the trial continues with "
            f"probability {design.alpha + surplus(0.0):.2g} without any effect, which is "
            f"below the error of {design.alpha:g}",
            "choose a lower futility bound, or omit binding",
        )
    what = f"no critical value has an error of {design.alpha:g}"
    return root(surplus, 0.0, 15.0, what=what, xtol=1e-12)


def second_stage_boundary(design: Doses, z: Vector, limit: float) -> Vector:
    """Second-stage z from which the dose kept is found effective.

    Args:
        design: that keeps one dose.
        z: of that dose at the interim look, the largest of all.
        limit: critical value of the pooled test; not used by the combination test.
    """
    if design.test == "pooled":
        a, b = np.sqrt(design.share), np.sqrt(1 - design.share)
        return np.asarray((limit - a * z) / b)
    a, b = design.weights
    # Of all intersections that hold the best dose, that of all doses is the last one.
    last = score(z, design.doses, design.correlation)
    return np.asarray((-special.ndtri(design.alpha) - a * last) / b)


def check_effects(design: Doses, effects: Sequence[float], sd: float) -> None:
    """Rejects effects that do not fit the design.

    Raises:
        DesignError: EQ801, EQ805.
    """
    found = [out_of_range("sd", sd, "above 0")] if not 0 < sd < inf else []
    if len(effects) != design.doses:
        found.append(
            Problem(
                code="EQ805",
                what=f"{len(effects)} effects for {design.doses} doses",
                where="design, effects",
                fix="give one effect for each dose",
            )
        )
    found += [
        out_of_range("effect", e, "that is finite") for e in effects if not abs(e) < inf
    ]
    refuse(DesignError, found)


def _part(
    design: Doses,
    effects: Sequence[float],
    sd: float,
    dose: int,
    limit: float,
    lower: float | None = None,
) -> tuple[float, float, float]:
    """Of one dose: how often it goes on and is claimed, its bias if it goes on."""
    early, late = design.drifts(effects[dose], sd)
    bottom = design.futility if lower is None else lower
    low, high = max(bottom, early - REACH), max(bottom, early) + REACH
    z = low + (high - low) / 2 * (NODES + 1)
    weight = (high - low) / 2 * WEIGHTS * np.exp(-0.5 * (z - early) ** 2)
    weight = (
        weight / np.sqrt(2 * np.pi) * _largest(design, effects, sd, dose, z - early)
    )
    passed = special.ndtr(late - second_stage_boundary(design, z, limit))
    going, claimed = float(weight.sum()), float(weight @ passed)
    if going < 1e-12:
        return going, claimed, float("nan")
    unit = sd * np.sqrt((1 + design.ratio) / (design.ratio * design.first))
    away = float(weight @ (z - early)) / going * float(unit)
    return going, claimed, away * design.share


def _largest(
    design: Doses, effects: Sequence[float], sd: float, dose: int, away: Vector
) -> Vector:
    """Probability that the others are below this dose, given how far z is from its mean."""
    own = np.sqrt(1 - design.correlation) * away[:, None]
    own = own + np.sqrt(design.correlation) * AGAINST
    found = np.ones_like(own)
    for other, effect in enumerate(effects):
        if other != dose:
            ahead = (effects[dose] - effect) / sd * np.sqrt(design.first)
            found = found * special.ndtr(own + ahead)
    return np.asarray(found @ MASS / MASS.sum())
