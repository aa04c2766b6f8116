"""Assurance of a grid: its simulated power averaged over a prior of the true difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil, sqrt

import numpy as np
from scipy import interpolate, optimize, special

from equipoise.design.planning.assurance import FARTHEST, Prior, over_prior
from equipoise.errors import SimulationError
from equipoise.numerics.rounding import fixed
from equipoise.protocol.benefit import benefit
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.grid import (
    FACTORS,
    GridScenario,
    primary_endpoint,
)
from equipoise.simulate.operating_characteristics.noninferiority import (
    two_sided_error,
)
from equipoise.simulate.operating_characteristics.summary import estimates_at_end
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from equipoise.simulate.random_draws import Floats

TAIL = 0.025  # probability of the prior that may lie beyond the simulated effects
FEWEST = 3  # effects of a curve
GROUPS = 50  # of trials, for the jackknife: the relative error of its error is 10%
Differences = Mapping[tuple[float, ...], TrueDifferences]


def believed_difference(prior: Prior, protocol: Protocol) -> str:
    """What assurance is, and under which prior.

    Args:
        prior: of the true difference of the primary endpoint, treatment minus control.
        protocol: of the trial.
    """
    likely = _towards_benefit(prior, protocol).benefit
    text = (
        f"an estimate of {prior.estimate:g} with a standard error of "
        f"{prior.std_error:g}"
    )
    if prior.sceptical:
        text += (
            f", mixed with a weight of {100 * prior.sceptical:g}% for a difference "
            f"around 0 (SD {prior.sceptical_sd or prior.std_error:g})"
        )
    return (
        "Assurance is the probability that a trial shows a benefit, averaged over what "
        f"is believed about the true difference: {text.replace('-', '−')}. The "
        f"probability of any benefit is {fixed(100 * likely, 1)}%; no sample size "
        "has a higher assurance. Power between the simulated effects is interpolated."
    )


def power_curve(differences: Floats, powers: Floats) -> Callable[[Floats], Floats]:
    """Power as a function of the true difference, from the power at some of them.

    The power of a test is close to a normal distribution function of the true
    difference. Between the simulated differences its probit is interpolated by a monotone
    cubic; beyond them it continues in a straight line.

    Args:
        differences: (k,) true differences, rising; above 0 is a benefit.
        powers: (k,) proportions of trials that show a benefit, above 0 and below 1. The
            closest powers that do not fall are used (isotonic regression).

    Returns:
        (m,) differences -> (m,) powers.

    Source: Fritsch and Carlson 1980, SIAM Journal on Numerical Analysis 17:238-246
    (the cubic); Barlow and others 1972, Statistical Inference under Order Restrictions
    (the regression).

    Example:
        >>> at = np.array([0.0, 2.0, 4.0])
        >>> curve = power_curve(at, special.ndtr(at - 1.96))
        >>> round(float(curve(np.array([3.0]))[0]), 4)  # of a normal z of 1.04
        0.8508
    """
    z = special.ndtri(optimize.isotonic_regression(powers).x)
    inside = interpolate.PchipInterpolator(differences, z)
    slopes = np.diff(z) / np.diff(differences)

    def power(at: Floats) -> Floats:
        nearest = np.clip(at, differences[0], differences[-1])
        slope = np.where(at < differences[0], slopes[0], slopes[-1])
        curve = special.ndtr(inside(nearest) + slope * (at - nearest))
        return np.asarray(curve, dtype=np.float64)

    return power


def shows_benefit(item: GridScenario, estimates: Floats) -> np.ndarray:
    """Whether each trial shows a benefit in the primary endpoint.

    Args:
        item: scenario of a grid.
        estimates: its trials x endpoints (or analyses) x ``FIELDS``.
    """
    run = item.run
    primary = run.protocol.endpoint(primary_endpoint(run.protocol))
    ids = [endpoint.id for endpoint in run.endpoint_set().endpoints]
    final = estimates_at_end(run, estimates)
    k = 0 if run.design is not None else ids.index(primary.id)
    estimate, p = (final[:, k, FIELDS.index(name)] for name in ("estimate", "p"))
    sign = benefit(run.protocol, primary)
    return np.asarray((p <= two_sided_error(primary)) & (sign * estimate > 0))


def grid_assurances(
    scenarios: Sequence[GridScenario],
    estimates: Sequence[Floats],
    differences: Differences,
    prior: Prior,
) -> list[tuple[float, float]]:
    """Assurance of each scenario and its Monte Carlo error.

    Scenarios that differ in their effect alone have the same assurance: the average of
    their power curve over the prior. A trial succeeds if it shows a benefit.

    Args:
        scenarios: of a grid whose effects ``check_effects`` accepts.
        estimates: of each scenario.
        differences: ``GridScenario.participants`` -> true differences.
        prior: of the true difference of the primary endpoint, treatment minus control.

    Returns:
        For each scenario the assurance, and its error from a jackknife over groups of
        trials (a trial has the same random numbers at every effect) and from the error
        of the true differences, which is common to them.

    Source: O'Hagan, Stevens and Campbell 2005, Pharm Stat 4:187-201; Efron and Stein
    1981, Ann Stat 9:586-596 (the jackknife).
    """
    axis, prior = _axis(scenarios), _towards_benefit(prior, scenarios[0].run.protocol)
    curves: dict[tuple[object, ...], list[int]] = {}
    for k, item in enumerate(scenarios):
        curves.setdefault(_others(item, axis), []).append(k)
    made: list[tuple[float, float]] = [(np.nan, np.nan)] * len(scenarios)
    primary = primary_endpoint(scenarios[0].run.protocol)
    for members in curves.values():
        true = [_benefits(scenarios[k], differences, primary) for k in members]
        order = np.argsort([difference for difference, _ in true])
        at = np.array([true[k][0] for k in order])
        shown = [
            shows_benefit(scenarios[members[k]], estimates[members[k]]) for k in order
        ]
        largest = np.abs(at).argmax()
        relative = true[order[largest]][1] / abs(at[largest])
        for k in members:
            made[k] = _assurance(prior, at, shown, relative)
    return made


def check_effects(
    scenarios: Sequence[GridScenario], differences: Differences, prior: Prior
) -> None:
    """Rejects a grid whose effects say too little about the effects of the prior.

    Raises:
        SimulationError: EQ646, the prior favors the control; the true difference of the
            primary endpoint is not known, or it has a margin; fewer than three effects;
            or more than 2.5% of the prior lies beyond them, on either side (below no
            effect is never beyond).
    """
    protocol = scenarios[0].run.protocol
    primary = protocol.endpoint(primary_endpoint(protocol))
    if primary.type != "continuous":
        raise _rejected(
            f"the true difference of {primary.id} is not known, because it is "
            f"{primary.type}",
            "use equipoise design assurance, or a grid of effects",
        )
    if primary.analysis.margin is not None:
        raise _rejected(
            f"{primary.id} has a non-inferiority margin, and assurance is the "
            "probability of showing a benefit",
            "use a grid of effects",
        )
    prior = _towards_benefit(prior, protocol)
    if prior.estimate < 0:
        better = "lower" if benefit(protocol, primary) < 0 else "higher"
        raise _rejected(
            f"the estimate favors the control: {better} is better in {primary.id}",
            "give the difference, treatment minus control, with its sign",
        )
    axis = _axis(scenarios)
    for members in {_others(item, axis) for item in scenarios}:
        curve = [item for item in scenarios if _others(item, axis) == members]
        at = [_benefits(item, differences, primary.id)[0] for item in curve]
        _check_curve(prior, axis, [getattr(item, axis) for item in curve], at)


def _check_curve(
    prior: Prior, axis: str, factors: Sequence[float], at: Sequence[float]
) -> None:
    largest = int(np.argmax(at))
    option = "--" + axis.replace("_", "-")
    need = _quantile(prior, 1 - TAIL)
    if at[largest] <= 0:
        raise _rejected(
            "no effect of the grid is a benefit", f"give {option} of 1 and more"
        )
    proposed = ceil(100 * need / at[largest] * factors[largest] + 1) / 100
    steps = np.linspace(0, max(proposed, 0.04), 5)
    fix = "give " + " ".join(f"{option} {step:.2f}" for step in steps)
    if len(set(factors)) < FEWEST or (np.diff(np.sort(at)) <= 0).any():
        raise _rejected(
            "the curve of the power needs three or more different effects", fix
        )
    beyond = 1 - _below(prior, at[largest])
    if beyond > TAIL:
        raise _rejected(
            f"{100 * beyond:.1f}% of the prior lies beyond the largest effect of the "
            f"grid, a true difference of {at[largest]:.2f} in the direction of benefit",
            fix,
        )
    under = _below(prior, min(at))
    if min(factors) > 0 and under > TAIL:
        raise _rejected(
            f"{100 * under:.1f}% of the prior lies below the smallest effect of the "
            "grid",
            fix,
        )


def _assurance(
    prior: Prior, at: Floats, shown: Sequence[np.ndarray], relative: float
) -> tuple[float, float]:
    """Assurance and its error, from whether each trial at each effect succeeds."""

    def average(kept: Sequence[np.ndarray], scale: float = 1.0) -> float:
        # Half a trial on either side: no proportion is 0 or 1.
        powers = np.array([(one.sum() + 0.5) / (len(one) + 1) for one in kept])
        return over_prior(prior, power_curve(scale * at, powers))

    groups = min(GROUPS, *(len(one) for one in shown))
    if groups < 2:
        return average(shown), np.nan
    left_out = np.array([
        average([one[np.arange(len(one)) % groups != g] for one in shown])
        for g in range(groups)
    ])  # fmt: skip
    sampled = (groups - 1) * float(np.var(left_out))
    truth = average(shown, 1 + relative) - average(shown, 1 - relative)
    return average(shown), sqrt(sampled + (truth / 2) ** 2)


def _benefits(
    item: GridScenario, differences: Differences, primary: str
) -> tuple[float, float]:
    """True difference of a scenario, above 0 for a benefit, and its error."""
    true, protocol = differences[item.participants], item.run.protocol
    sign = benefit(protocol, protocol.endpoint(primary))
    return sign * true.total[primary], true.error[primary]


def _towards_benefit(prior: Prior, protocol: Protocol) -> Prior:
    """The prior of a difference that is above 0 for a benefit."""
    sign = benefit(protocol, protocol.endpoint(primary_endpoint(protocol)))
    return replace(prior, estimate=sign * prior.estimate)


def _axis(scenarios: Sequence[GridScenario]) -> str:
    """The factor along which the power is a curve."""
    if len({item.effect for item in scenarios}) > 1:
        return "effect"
    varied = len({item.drug_effect for item in scenarios}) > 1
    return "drug_effect" if varied else "effect"


def _others(item: GridScenario, axis: str) -> tuple[object, ...]:
    """All but the effect: scenarios with the same are on one curve."""
    factors = (getattr(item, name) for name in FACTORS if name != axis)
    return (item.size, item.design, *factors)


def _below(prior: Prior, x: float) -> float:
    return sum(w * float(special.ndtr((x - m) / s)) for w, m, s in prior.components)


def _quantile(prior: Prior, probability: float) -> float:
    ends = [m + sign * FARTHEST * s for _, m, s in prior.components for sign in (-1, 1)]
    root = optimize.brentq(
        lambda x: _below(prior, x) - probability, min(ends), max(ends)
    )
    return float(root)


def _rejected(what: str, fix: str) -> SimulationError:
    return SimulationError.single("EQ646", what, where="simulate, --estimate", fix=fix)
