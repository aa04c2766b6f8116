"""One stage of many simulated trials of several doses and a control."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stage:
    """What many trials observed in one stage, or in both together.

    Attributes:
        doses: trials x doses, means or proportions.
        control: trials x 1.
        size: participants on each dose; those on control are ``ratio`` times as many.
        ratio: of the design.
        sd: trials x 1, of an observation, known or estimated; None for proportions.
        df: of the estimate, trials x 1; infinite where it is known.
    """

    doses: Matrix
    control: Matrix
    size: float
    ratio: float
    sd: Matrix | None
    df: Matrix

    @property
    def z(self) -> Matrix:
        """Standardized differences, trials x doses; proportions by the score test.

        Source: R prop.test(correct = FALSE), signed root.
        """
        difference = self.doses - self.control
        root = np.sqrt((1 + self.ratio) / (self.ratio * self.size))
        if self.sd is not None:
            return np.asarray(difference / (self.sd * root))
        rate = (self.doses + self.ratio * self.control) / (1 + self.ratio)
        sd = np.sqrt(rate * (1 - rate))
        # without any variation there is no difference either
        return np.asarray(difference / (np.where(sd > 0, sd, 1.0) * root))


def normal_stage(
    means: Matrix,
    sd: float,
    trials: int,
    size: float,
    ratio: float,
    arms: Matrix | None,
    rng: np.random.Generator,
) -> Stage:
    """A stage with normal outcomes.

    Args:
        means: of each dose; that of the control is 0.
        sd: within an arm.
        trials: how many.
        size: participants on each dose.
        ratio: participants on control for each of them.
        arms: doses in the stage of each trial, whose variance is estimated together with
            that of the control; None for a known variance.
        rng: the stream.
    """
    doses = means + sd / np.sqrt(size) * rng.standard_normal((trials, len(means)))
    control = sd / np.sqrt(size * ratio) * rng.standard_normal((trials, 1))
    spread, df = np.full((trials, 1), sd), np.full((trials, 1), inf)
    if arms is not None:
        df = size * (arms[:, None] + ratio) - (arms[:, None] + 1)
        df = np.maximum(df, 1.0)  # of stages that nobody entered
        spread = sd * np.sqrt(rng.chisquare(df) / df)
    return Stage(doses, control, size, ratio, spread, df)


def binary_stage(
    rates: Matrix, trials: int, size: float, ratio: float, rng: np.random.Generator
) -> Stage:
    """A stage with binary outcomes.

    Args:
        rates: of the control, then of each dose.
        trials: how many.
        size: participants on each dose, whole.
        ratio: with a whole number on control.
        rng: the stream.
    """
    number, control = round(size), round(size * ratio)
    doses = rng.binomial(number, rates[1:], (trials, len(rates) - 1)) / number
    others = rng.binomial(control, rates[0], (trials, 1)) / control
    return Stage(doses, others, size, ratio, None, np.full((trials, 1), inf))


def pool_stages(first: Stage, second: Stage) -> Stage:
    """Both stages as one; estimated variances by their degrees of freedom."""
    size = first.size + second.size
    share = first.size / size
    sd, df = first.sd, first.df
    if first.sd is not None and second.sd is not None and np.isfinite(df).all():
        df = first.df + second.df
        sd = np.sqrt((first.df * first.sd**2 + second.df * second.sd**2) / df)
    return Stage(
        share * first.doses + (1 - share) * second.doses,
        share * first.control + (1 - share) * second.control,
        size,
        first.ratio,
        sd,
        df,
    )
