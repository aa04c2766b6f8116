"""Group sequential designs, applied to each simulated trial at its interim analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Literal, get_args

import numpy as np
from scipy import special

from equipoise.design.sequential.boundaries import Family, Rule, Spending, efficacy
from equipoise.design.sequential.of_protocol import rules, stated
from equipoise.design.sequential.plan import sequential
from equipoise.errors import AnalysisError, SimulationError
from equipoise.protocol.benefit import benefit
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating_characteristics.efficacy_only import EfficacyData
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    EndpointSet,
    estimate_trials,
)
from equipoise.simulate.random_draws import Floats

FIXED = "fixed"
PROTOCOL = "interim"
KINDS = (*get_args(Spending), *get_args(Family))
ALPHA = 0.05  # two-sided, as for the power of a trial without interim analyses
CROSSED, NOT_CROSSED = 0.0, 1.0


@dataclass(frozen=True)
class SequentialDesign:
    """The interim analyses of the primary endpoint, and the spending of the error.

    Analysis k includes the first ceil(t_k n) randomized participants with their complete
    follow-up. The trial stops there if the two-sided p of the primary endpoint, converted
    to a normal z, is at or beyond the boundary on either side; boundaries are those of a
    one-sided error of 0.025 at the fractions ceil(t_k n) / n.

    With a futility boundary, the trial also stops at an interim analysis if z in the
    direction of benefit is at or below it; a trial that crosses a boundary that does not
    bind stops as well, so that the type I error is lower than planned.

    Attributes:
        rule: family of boundaries, or spending function.
        timing: fractions of the participants, rising to 1.
        futility: spending function of the type II error; None for no futility boundary.
        binding: whether the boundaries for efficacy depend on stopping for futility.
        power: at the planned effect, for the futility boundary.
        alpha: two-sided error.
        benefit: sign of an estimate in the direction of benefit.
        of_protocol: whether it is the design of ``[interim]``.
    """

    rule: Rule
    timing: tuple[float, ...]
    futility: Rule | None = None
    binding: bool = False
    power: float = 0.9
    alpha: float = ALPHA
    benefit: Literal[-1, 1] = 1
    of_protocol: bool = False

    @property
    def label(self) -> str:
        """The design as text: ``lan-demets-of:0.5,1``, or ``interim``."""
        if self.of_protocol:
            return PROTOCOL
        kind, parameter = self.rule.kind, self.rule.parameter
        rule = kind if parameter is None else f"{kind}={format_number(parameter)}"
        return f"{rule}:" + ",".join(map(format_number, self.timing))

    def sizes(self, n: int) -> tuple[int, ...]:
        """Participants included in each analysis of a trial of n."""
        # 0.55 * 20 is a little more than 11 in binary, and 11 participants are meant.
        return tuple(ceil(t * n - 1e-9) for t in self.timing)

    def boundaries(self, n: int) -> Floats:
        """The z, on either side, that stops a trial of n at each analysis.

        Raises:
            DesignError: EQ804, two analyses include the same participants.
        """
        return _boundaries(self, tuple(m / n for m in self.sizes(n)))[0]

    def futility_boundaries(self, n: int) -> Floats | None:
        """The z in the direction of benefit at or below which a trial of n stops.

        Returns:
            One for each analysis, -inf at the last; None without a futility boundary.

        Raises:
            DesignError: EQ804, two analyses include the same participants.
        """
        if self.futility is None:
            return None
        return _boundaries(self, tuple(m / n for m in self.sizes(n)))[1]


def format_number(number: float) -> str:
    """All digits of a number, without a decimal point if it is an integer."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


@cache
def _boundaries(
    design: SequentialDesign, fractions: tuple[float, ...]
) -> tuple[Floats, Floats]:
    """Boundaries for efficacy and futility, one for each analysis."""
    if design.futility is None:
        upper = efficacy(design.rule, fractions, design.alpha / 2)
        lower = np.full(len(upper), -np.inf)
    else:
        both = sequential(
            design.rule,
            fractions,
            design.alpha / 2,
            design.power,
            futility=design.futility,
            binding=design.binding,
        )
        upper, lower = both.upper.copy(), both.lower.copy()
        lower[-1] = -np.inf
    upper.flags.writeable = lower.flags.writeable = False
    return upper, lower


def default_designs(protocol: Protocol) -> tuple[str, ...]:
    """The design that is simulated unless another is named: that of the protocol."""
    return (FIXED,) if protocol.interim is None else (PROTOCOL,)


def protocol_design(protocol: Protocol) -> SequentialDesign:
    """The design of ``[interim]``.

    Raises:
        DesignError: EQ835, the protocol plans no interim analyses.
    """
    plan = stated(protocol)
    efficacy_rule, futility = rules(plan)
    return SequentialDesign(
        efficacy_rule,
        plan.analyses,
        futility,
        plan.binding,
        plan.power,
        plan.alpha,
        benefit(protocol, protocol.endpoint(plan.endpoint)),
        of_protocol=True,
    )


def read_design(text: str) -> SequentialDesign | None:
    """Reads a design from its text.

    Args:
        text: ``fixed`` for a trial without interim analyses (None), else a spending
            function or a family, its parameter if it has one, and the information
            fractions: ``lan-demets-of:0.5,1`` or ``hwang-shih-decani=-4:0.5,0.75,1``.

    Raises:
        SimulationError: EQ644, it cannot be read.
        DesignError: EQ804, the fractions do not rise to 1, or a parameter is missing.
    """
    if text == FIXED:
        return None
    head, _, fractions = text.partition(":")
    name, _, value = head.partition("=")
    kinds = {str(kind): kind for kind in KINDS}
    try:
        timing = tuple(float(part) for part in fractions.split(","))
        parameter = float(value) if value else None
        rule = Rule(kind=kinds[name], parameter=parameter)
    except (KeyError, ValueError) as error:
        raise SimulationError.single(
            "EQ644",
            f"{text!r} is not a design",
            where="simulate, design",
            fix="write fixed, interim for that of the protocol, or one of "
            f"{', '.join(kinds)}, its parameter if it has one, and the information "
            "fractions, such as lan-demets-of:0.5,1 or kim-demets=3:0.5,1",
        ) from error
    efficacy(rule, timing, ALPHA / 2)
    return SequentialDesign(rule, timing)


def interim_estimates(
    endpoint_set: EndpointSet,
    trials: Sequence[EfficacyData],
    design: SequentialDesign,
) -> Floats:
    """Estimates of the first endpoint at each analysis: trials x analyses x ``FIELDS``.

    Participants are in the order of their randomization.
    """
    sizes = design.sizes(len(trials[0].arm))
    analyses = [
        _first_endpoint(endpoint_set, [data.first(size) for data in trials])
        for size in sizes
    ]
    return np.stack(analyses, axis=1)


def _first_endpoint(
    endpoint_set: EndpointSet, trials: Sequence[EfficacyData]
) -> Floats:
    """Estimates of the first endpoint: trials x ``FIELDS``."""
    try:
        return np.asarray(estimate_trials(endpoint_set, trials)[:, 0])
    except AnalysisError:  # one of them has too few participants for the model
        if len(trials) == 1:
            return np.full((1, len(FIELDS)), np.nan)
        return np.concatenate([_first_endpoint(endpoint_set, [one]) for one in trials])


def stopping_analysis(
    estimates: Floats,
    boundaries: Floats,
    futility: Floats | None = None,
    benefit: Literal[-1, 1] = 1,
) -> np.ndarray:
    """Index of the analysis at which each trial ends, and whether it crossed there.

    Args:
        estimates: trials x analyses x ``FIELDS``; an analysis without an estimate does
            not stop a trial.
        boundaries: z at each analysis, for efficacy.
        futility: z in the direction of benefit at each analysis; None for none.
        benefit: sign of an estimate in that direction.

    Returns:
        2 x trials: the index, and 1 or 0 for a boundary for efficacy.
    """
    p = estimates[:, :, FIELDS.index("p")]
    # From the tail: 1 - p / 2 would be 1 for the smallest p.
    z = -special.ndtri(p / 2)
    crossed = z >= boundaries  # NaN crosses nothing
    stops = crossed
    if futility is not None:
        direction = benefit * np.sign(estimates[:, :, FIELDS.index("estimate")])
        stops = crossed | (direction * z <= futility)
    last = estimates.shape[1] - 1
    at = np.where(stops.any(axis=1), stops.argmax(axis=1), last)
    return np.array([at, crossed[np.arange(len(at)), at]], dtype=int)


def final_estimates(
    estimates: Floats,
    boundaries: Floats,
    futility: Floats | None = None,
    benefit: Literal[-1, 1] = 1,
) -> Floats:
    """The estimates with which each trial ends: trials x 1 x ``FIELDS``.

    Their p is 0 if the trial crossed a boundary and 1 if it did not, so that counting p
    below 0.05 counts decisions.

    Args:
        estimates: trials x analyses x ``FIELDS``.
        boundaries: as for ``stopping_analysis``, and the others too.
        futility: likewise.
        benefit: likewise.
    """
    at, crossed = stopping_analysis(estimates, boundaries, futility, benefit)
    final = estimates[np.arange(len(estimates)), at].copy()
    final[:, FIELDS.index("p")] = np.where(crossed == 1, CROSSED, NOT_CROSSED)
    return np.asarray(final[:, None, :])


def stopping_summary(
    estimates: Floats,
    boundaries: Floats,
    sizes: tuple[int, ...],
    futility: Floats | None = None,
    benefit: Literal[-1, 1] = 1,
) -> dict[str, float]:
    """Sample size at the end of trials, and where they stop, with Monte Carlo errors.

    Args:
        estimates: trials x analyses x ``FIELDS``.
        boundaries: as for ``stopping_analysis``, and the others too.
        sizes: participants included in each analysis.
        futility: likewise.
        benefit: likewise.

    Returns:
        ``expected_size``: mean number of participants at the end; ``stop_k``: proportion
        of trials that crossed the boundary for efficacy at analysis k and not before;
        with a futility boundary, ``futility_k``: of trials that stopped for futility.
    """
    at, crossed = stopping_analysis(estimates, boundaries, futility, benefit)
    trials = len(estimates)
    final_sizes = np.array(sizes, dtype=float)[at]
    sd = float(final_sizes.std(ddof=1)) if trials > 1 else float("nan")
    summary = {
        "expected_size": float(final_sizes.mean()),
        "expected_size_error": sd / float(np.sqrt(trials)),
    }
    last = len(sizes) - 1
    reasons = [("stop", crossed == 1, last + 1)]
    if futility is not None:
        reasons.append(("futility", crossed == 0, last))
    for name, reason, analyses in reasons:
        for k in range(analyses):
            stopped = float(((at == k) & reason).mean())
            summary[f"{name}_{k + 1}"] = stopped
            error = float(np.sqrt(stopped * (1 - stopped) / trials))
            summary[f"{name}_{k + 1}_error"] = error
    return summary
