"""Tests of a 2 x 2 factorial trial: main effects at the margins, and the interaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import ceil, prod, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from equipoise.design.requirements import (
    MOST_RATIO,
    Target,
    check_positive,
    out_of_range,
)
from equipoise.errors import DesignError

Effect = Literal["first", "second", "interaction"]
Success = Literal["each", "all", "any"]
Multiplicity = Literal["none", "bonferroni", "holm"]
EFFECTS: tuple[Effect, ...] = ("first", "second", "interaction")
CELLS = 4
NODES, WEIGHTS = np.polynomial.legendre.leggauss(128)
TAIL = 1e-15  # of the distribution of the standard deviation, omitted at either end


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorialTests:
    """The t tests of a two-way analysis of variance with an interaction.

    Cells are allocated in the product of the two ratios, and a main effect is the
    difference of the margins: the mean of all participants with the treatment less that
    of all without it. The three estimates are then independent, and the tests share the
    residual variance with N - 4 degrees of freedom.

    Attributes:
        primary: effects whose tests decide, at least one.
        sd: standard deviation within a cell, above 0.
        target: error and sides of each test before any adjustment, power, and the
            participants with the first treatment for each without it.
        second_ratio: participants with the second treatment for each without it.
        success: "each", every test has the power by itself; "all", all reject;
            "any", at least one rejects.
        multiplicity: adjustment of the levels of the primary tests.

    Raises:
        DesignError: EQ801.

    Example:
        >>> tests = FactorialTests(primary=("first",), sd=1.0)
        >>> round(tests.power_of("first", 0.5, 128), 4)  # R, pt with 124 df: 0.8014
        0.8014

    Source: Montgomery, Peters and Little 2003, BMC Med Res Methodol 3:26; noncentral t,
    and its integral over the residual variance for several tests; Holm 1979, Scand J
    Stat 6:65-70.
    """

    primary: tuple[Effect, ...]
    sd: float
    target: Target = field(default_factory=Target)
    second_ratio: float = 1.0
    success: Success = "each"
    multiplicity: Multiplicity = "none"

    def __post_init__(self) -> None:
        check_positive(sd=self.sd)
        if not 1 / MOST_RATIO <= self.second_ratio <= MOST_RATIO:
            needed = f"from {1 / MOST_RATIO:g} to {MOST_RATIO:g}"
            problem = out_of_range("second_ratio", self.second_ratio, needed)
            raise DesignError(problem)

    @property
    def shares(self) -> tuple[float, float]:
        """Proportions of the participants with the first and with the second treatment."""
        ratios = self.target.ratio, self.second_ratio
        return ratios[0] / (1 + ratios[0]), ratios[1] / (1 + ratios[1])

    @property
    def cell_shares(self) -> tuple[float, float, float, float]:
        """Proportions of neither, the first alone, the second alone, and both."""
        p, q = self.shares
        return (1 - p) * (1 - q), p * (1 - q), (1 - p) * q, p * q

    def rounded(self, total: float) -> int:
        """Participants with each cell of a total rounded up."""
        return sum(ceil(total * part - 1e-9) for part in self.cell_shares)

    def cells(self, n: int) -> list[int]:
        """Participants of each cell, as near to the allocation as their sum allows."""
        exact = [n * part for part in self.cell_shares]
        found = [int(part) for part in exact]
        order = sorted(range(CELLS), key=lambda k: found[k] - exact[k])
        for k in order[: n - sum(found)]:
            found[k] += 1
        return found

    def standard_error(self, effect: Effect, n: float) -> float:
        """Of the estimate of an effect with so many analyzed."""
        p, q = self.shares
        information = {
            "first": p * (1 - p),
            "second": q * (1 - q),
            "interaction": p * (1 - p) * q * (1 - q),
        }[effect]
        return self.sd / sqrt(n * information)

    def power_of(self, effect: Effect, size: float, n: float) -> float:
        """Power of the test of one effect, in the direction of the effect.

        Args:
            effect: which.
            size: its value, not 0.
            n: analyzed, above 4.
        """
        parts = self.parts if effect in self.primary else 1
        level = self.target.one_sided / parts
        return self._joint({effect: size}, n, "all", (level,))

    def power(self, effects: Mapping[Effect, float], n: float) -> float:
        """Power of the primary tests as ``success`` says.

        Args:
            effects: values of the primary effects, none of them 0.
            n: analyzed, above 4.
        """
        if self.success == "each":
            return min(self.powers(effects, n).values())
        return self.joint_power(effects, n, self.success)

    def joint_power(
        self, effects: Mapping[Effect, float], n: float, goal: Literal["all", "any"]
    ) -> float:
        """Probability that all, or at least one, of the primary tests reject."""
        return self._joint(self._primary(effects), n, goal, self._levels())

    def powers(self, effects: Mapping[Effect, float], n: float) -> dict[Effect, float]:
        """Power of each primary test after the adjustment for multiplicity."""
        if self.multiplicity != "holm":
            return {e: self.power_of(e, effects[e], n) for e in self.primary}
        values, levels = self._primary(effects), self._levels()
        return {e: self._joint(values, n, e, levels) for e in self.primary}

    @property
    def parts(self) -> int:
        """By which the level of the first test is divided."""
        return 1 if self.multiplicity == "none" else len(self.primary)

    def _primary(self, effects: Mapping[Effect, float]) -> dict[Effect, float]:
        return {e: effects[e] for e in self.primary}

    def _levels(self) -> tuple[float, ...]:
        """One-sided levels, of the smallest P value first."""
        alpha, many = self.target.one_sided, len(self.primary)
        if self.multiplicity == "holm":
            return tuple(alpha / (many - k) for k in range(many))
        return (alpha / self.parts,) * many

    def _joint(
        self,
        effects: Mapping[Effect, float],
        n: float,
        goal: str,
        levels: tuple[float, ...],
    ) -> float:
        """Probability of a goal, integrated over the residual standard deviation.

        Args:
            effects: values of the effects that are tested.
            n: analyzed.
            goal: "all" or "any" of the tests rejects, or that of an effect.
            levels: one-sided, of the smallest P value first.
        """
        df = n - CELLS
        scale, weights = _residual(df)
        edges = sorted({float(stats.t.isf(level, df)) for level in levels})
        bands = [
            _bands(shift, edges, scale, self.target.sides)
            for shift in (e / self.standard_error(k, n) for k, e in effects.items())
        ]
        total = np.zeros_like(scale)
        for outcome in product(bands[0], repeat=len(bands)):
            right = _rejected(outcome, len(edges))
            met = {"all": all(right), "any": any(right)}
            met |= dict(zip(effects, right, strict=True))
            if met[goal]:
                total += prod(b[k] for b, k in zip(bands, outcome, strict=True))
        return float(np.clip(total @ weights, 0.0, 1.0))


def _rejected(outcome: tuple[int, ...], edges: int) -> list[bool]:
    """Whether each test rejects in the right direction, stepping down.

    Args:
        outcome: bands of the statistics, as ``_bands`` numbers them.
        edges: number of critical values.
    """
    right = [False] * len(outcome)
    order = sorted(range(len(outcome)), key=lambda k: -abs(outcome[k]))
    for step, k in enumerate(order):
        if abs(outcome[k]) < max(edges - step, 1):
            break
        right[k] = outcome[k] > 0
    return right


def _residual(df: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of the residual standard deviation, as a multiple of the true."""
    low, high = (float(stats.chi.ppf(q, df)) for q in (TAIL, 1 - TAIL))
    nodes = low + (high - low) * (NODES + 1) / 2
    weights = WEIGHTS * stats.chi.pdf(nodes, df)
    return nodes / sqrt(df), weights / weights.sum()


def _bands(
    shift: float, edges: list[float], scale: NDArray[np.float64], sides: int
) -> dict[int, NDArray[np.float64]]:
    """Probability of each band of a statistic, given the residual standard deviation.

    Args:
        shift: noncentrality; its sign is the right direction.
        edges: critical values, ascending.
        scale: (k,) residual standard deviation divided by the true one.
        sides: of the test.

    Returns:
        (k,) probabilities: 0 for no rejection, j and -j for beyond j of the critical
        values in the right and in the wrong direction.
    """
    none = np.zeros_like(scale)
    beyond = [special.ndtr(abs(shift) - c * scale) for c in edges]
    wrong = [
        special.ndtr(-abs(shift) - c * scale) if sides == 2 else none for c in edges
    ]
    made = {0: 1 - beyond[0] - wrong[0]}
    for k, (up, down) in enumerate(zip(beyond, wrong, strict=True), start=1):
        last = k == len(edges)
        made[k] = up - (none if last else beyond[k])
        made[-k] = down - (none if last else wrong[k])
    return made
