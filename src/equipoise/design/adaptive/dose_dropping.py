"""Many simulated trials that drop doses: what integration cannot reach, and estimates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isinf
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.adaptive.closed_testing import closed_test, select_doses
from equipoise.design.adaptive.dose_selection import (
    OperatingCharacteristics,
    check_effects,
    critical_value,
)
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.estimate import conditionally_unbiased
from equipoise.design.adaptive.stages import (
    Stage,
    binary_stage,
    normal_stage,
    pool_stages,
)
from equipoise.design.requirements import out_of_range
from equipoise.errors import DesignError, Problem, refuse, require_known
from equipoise.numerics.distributions import t_quantile
from equipoise.numerics.rng import stream

Matrix = NDArray[np.float64]
Marks = NDArray[np.bool_]
Variance = Literal["known", "estimated"]
Draw = Callable[[int, float, Matrix], Stage]
CHUNK = 20_000  # trials at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """How estimates behave, over the doses that continue in all trials.

    Attributes:
        bias: of the estimate from both stages together, in outcome units.
        spread: root of its mean squared error.
        corrected_bias: of the conditionally unbiased one; NaN for proportions.
        corrected_spread: root of its mean squared error.
    """

    bias: float
    spread: float
    corrected_bias: float
    corrected_spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """Operating characteristics from simulated trials.

    Attributes:
        characteristics: as by integration, here from trials.
        estimates: of doses that continue.
        trials: how many.
    """

    characteristics: OperatingCharacteristics
    estimates: Estimates
    trials: int

    def error_of(self, probability: float) -> float:
        """Monte Carlo standard error of a probability."""
        return float(np.sqrt(probability * (1 - probability) / self.trials))


def normal_trials(
    design: Doses,
    effects: Sequence[float],
    sd: float = 1.0,
    *,
    trials: int = 100_000,
    seed: int = 1,
    variance: Variance = "known",
) -> Simulated:
    """Simulated trials with normal outcomes.

    Args:
        design: any.
        effects: of each dose against control, above 0 in favor.
        sd: within an arm.
        trials: at least 2.
        seed: names the random numbers.
        variance: known, or estimated from all arms of a stage. The pooled test then
            takes the quantile of t in place of the normal one (Wason et al. 2017,
            Stat Methods Med Res 26:508-524).

    Raises:
        DesignError: EQ801, a number is out of range; EQ805, effects do not fit the doses.
    """
    check_effects(design, effects, sd)
    _check(trials, variance, design)
    rng = stream(seed, "design", "doses", "normal")
    means = np.asarray(effects, dtype=float)

    def draw(number: int, size: float, arms: Matrix) -> Stage:
        estimated = arms if variance == "estimated" else None
        return normal_stage(means, sd, number, size, design.ratio, estimated, rng)

    return _gathered(design, means, trials, draw)


def binary_trials(
    design: Doses, rates: Sequence[float], *, trials: int = 100_000, seed: int = 1
) -> Simulated:
    """Simulated trials with a binary outcome, differences by the score test.

    Args:
        design: with whole numbers of participants, on control too.
        rates: of a good outcome: of the control, then of each dose.
        trials: at least 2.
        seed: names the random numbers.

    Raises:
        DesignError: EQ801, a rate is not between 0 and 1; EQ805, they do not fit the
            doses, or participants are not whole.
    """
    p = np.asarray(rates, dtype=float)
    found = [out_of_range("rate", r, "between 0 and 1") for r in rates if not 0 < r < 1]
    sizes = np.outer([design.first, design.second], [1.0, design.ratio]).ravel()
    if len(p) != design.doses + 1 or np.abs(sizes - np.round(sizes)).max() > 1e-9:
        numbers = ", ".join(f"{n:g}" for n in sizes)
        found.append(
            Problem(
                code="EQ805",
                what=f"{len(p)} rates for a control and {design.doses} doses, arms of "
                f"{numbers} participants",
                where="design, rates",
                fix="give one rate for each arm, the control first, and whole numbers",
            )
        )
    refuse(DesignError, found)
    _check(trials, "known", design)
    rng = stream(seed, "design", "doses", "binary")

    def draw(number: int, size: float, _: Matrix) -> Stage:
        return binary_stage(p, number, size, design.ratio, rng)

    return _gathered(design, p[1:] - p[0], trials, draw)


def _check(trials: int, variance: str, design: Doses) -> None:
    require_known("variance", variance, get_args(Variance))
    found = [] if trials >= 2 else [out_of_range("trials", trials, "above 1")]
    if variance == "estimated":
        found += [
            out_of_range(f"{name} stage", size, "that leaves degrees of freedom")
            for name, size in (("first", design.first), ("second", design.second))
            if size * (1 + design.ratio) - 2 < 1
        ]
    refuse(DesignError, found)


def _gathered(design: Doses, effects: Matrix, trials: int, draw: Draw) -> Simulated:
    limit = critical_value(design) if design.test == "pooled" else inf
    sums = _Sums(design, effects)
    for start in range(0, trials, CHUNK):
        number = min(CHUNK, trials - start)
        first = draw(number, design.first, np.full(number, float(design.doses)))
        going = select_doses(first.z, design)
        second = draw(number, design.second, going.sum(axis=1).astype(float))
        both = pool_stages(first, second)
        if design.test == "pooled":
            found = going & (both.z >= _limit(limit, both))
        else:
            found = closed_test(
                first.z, second.z, going, design, _freedom(design, first)
            )
        sums.count(going, found)
        sums.estimate(going, first, second, both)
    return sums.result()


def _limit(limit: float, both: Stage) -> Matrix:
    """The critical value; its t quantile where the variance is estimated."""
    if np.isinf(both.df).all():
        return np.full((1, 1), limit)
    level, where = np.unique(both.df, return_inverse=True)
    quantiles = t_quantile(float(special.ndtr(limit)), level)
    return np.asarray(quantiles[where].reshape(both.df.shape))


def _freedom(design: Doses, first: Stage) -> tuple[float, float, float]:
    """Degrees of freedom: of the first stage; of the second, and for each dose in it."""
    df = float(first.df[0, 0])
    if isinf(df):
        return inf, inf, 0.0
    return df, design.second * design.ratio - 1, design.second - 1


class _Sums:
    """Running sums over chunks of trials."""

    def __init__(self, design: Doses, effects: Matrix) -> None:
        self.design, self.effects = design, effects
        self.trials = 0
        self.going = np.zeros(len(effects))
        self.found = np.zeros(len(effects))
        self.events = np.zeros(4)  # power, best, error, stopped
        self.away = np.zeros(len(effects))
        self.squares = np.zeros(3)  # naive, then corrected: errors, their squares

    def count(self, going: Marks, found: Marks) -> None:
        """Decisions of a chunk."""
        works = self.effects > 0
        best = int(np.argmax(self.effects))
        self.trials += len(going)
        self.going += going.sum(axis=0)
        self.found += found.sum(axis=0)
        self.events += [
            found[:, works].any(axis=1).sum(),
            found[:, best].sum() if works.any() else 0,
            found[:, ~works].any(axis=1).sum(),
            (~going.any(axis=1)).sum(),
        ]

    def estimate(self, going: Marks, first: Stage, second: Stage, both: Stage) -> None:
        """Estimates of a chunk, of the doses that continue."""
        naive = both.doses - both.control - self.effects
        self.away += np.where(going, naive, 0.0).sum(axis=0)
        self.squares[0] += (naive[going] ** 2).sum()
        if first.sd is None or both.sd is None:
            self.squares[1:] = np.nan
            return
        sds = (first.sd, both.sd)
        better = _corrected(self.design, going, first, second, both, sds)
        better = better - self.effects
        self.squares[1] += better[going].sum()
        self.squares[2] += (better[going] ** 2).sum()

    def result(self) -> Simulated:
        """What the sums say."""
        n, on = self.trials, float(self.going.sum())
        power, best, error, stopped = (float(e) / n for e in self.events)
        entered = n * (1 - stopped) * self.design.ratio + on
        with np.errstate(invalid="ignore", divide="ignore"):
            bias = self.away / np.where(self.going > 0, self.going, np.nan)
            mean = np.array([self.away.sum(), *self.squares]) / (on if on else np.nan)
        return Simulated(
            characteristics=OperatingCharacteristics(
                going=tuple(float(g) / n for g in self.going),
                claimed=tuple(float(f) / n for f in self.found),
                power=power,
                best=best,
                error=error,
                stopped=stopped,
                size=self.design.start + self.design.second * entered / n,
                bias=tuple(float(b) for b in bias),
            ),
            estimates=Estimates(
                bias=float(mean[0]),
                spread=float(np.sqrt(mean[1])),
                corrected_bias=float(mean[2]),
                corrected_spread=float(np.sqrt(mean[3])),
            ),
            trials=n,
        )


def _corrected(
    design: Doses,
    going: Marks,
    first: Stage,
    second: Stage,
    both: Stage,
    sds: tuple[Matrix, Matrix],
) -> Matrix:
    """Conditionally unbiased differences, to be read where a dose went on.

    With a bound, the control of the first stage took part in the choice: then the
    control of the second stage alone stands against the dose.
    """
    dropped = np.where(going, -inf, first.doses).max(axis=1, keepdims=True)
    control = both.control
    if np.isfinite(design.futility):
        root = np.sqrt((1 + design.ratio) / (design.ratio * design.first))
        bound = first.control + design.futility * sds[0] * root
        dropped, control = np.maximum(dropped, bound), second.control
    variances = (sds[1] ** 2 / design.first, sds[1] ** 2 / design.second)
    mean = conditionally_unbiased(first.doses, second.doses, dropped, variances)
    return np.asarray(mean - control)
