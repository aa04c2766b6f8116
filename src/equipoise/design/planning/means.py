"""The plan of a comparison of two means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt

from scipy.optimize import brentq

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.mean_comparison import MeanComparison
from equipoise.design.planning.plan import (
    SOFTWARE,
    Assumption,
    Plan,
    Scenario,
    Solved,
    power_text,
)
from equipoise.design.requirements import Size
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

LARGEST = 1e3  # standard deviations: no difference beyond it is looked for
CHANGE = 0.2  # of the sensitivity table
POINTS = (0.5, 0.75, 1.0, 1.25, 1.5)  # of the curve, times the planned number
METHOD = "noncentral t distribution, as R power.t.test and SAS PROC POWER"
REFERENCES = (
    "Chow SC, Shao J, Wang H, Lokhnygina Y. Sample Size Calculations in Clinical "
    "Research. 3rd ed. Chapman & Hall/CRC; 2018, chapter 3.",
)


@dataclass(frozen=True, slots=True)
class MeansQuestion:
    """A comparison of means with the proportion that has no outcome.

    Attributes:
        test: its name, as the texts print it.
        dropout: proportion of those randomized who have no outcome.
        source: of the assumptions; empty if not stated.
    """

    comparison: MeanComparison
    test: str
    dropout: float = 0.0
    source: str = ""

    def participants(self) -> int:
        """Randomized, for the power of the target.

        Raises:
            DesignError: EQ801 or EQ802.
        """
        return sum(self.randomized())

    def randomized(self) -> tuple[int, int]:
        """The same by arm, or by sequence; pairs have no second one.

        Raises:
            DesignError: EQ801 or EQ802.
        """
        size = self.comparison.size()
        if self.comparison.layout == "crossover":
            size = Size(*map(float, self.comparison.rounded()))
        return for_dropout(size, self.dropout).rounded

    def power(self, participants: float) -> float:
        """With so many randomized, of whom the expected number has an outcome.

        Raises:
            DesignError: EQ801, too few for the test.
        """
        for_dropout(Size(1.0, 1.0), self.dropout)  # rejects impossible values
        with_outcome = participants * (1 - self.dropout)
        if with_outcome < self.comparison.least:
            raise DesignError.single(
                "EQ801",
                f"{with_outcome:g} of {participants:g} participants have an outcome",
                where="design, --n",
                fix=f"give a number of which {ceil(self.comparison.least)} or more have",
            )
        return self.comparison.power(*self.comparison.arms(with_outcome))

    def analyzed(self, n: int | None) -> tuple[float, float]:
        """Participants who are expected to have an outcome in each arm.

        Args:
            n: randomized; None for the calculated size.
        """
        stay = 1 - self.dropout
        if n is None:
            first, second = self.randomized()
            return first * stay, second * stay
        return self.comparison.arms(n * stay)

    def detectable(self, participants: int) -> float:
        """Smallest difference that so many find with the power of the target.

        Raises:
            DesignError: EQ802, no difference is found; EQ809 for equivalence.
        """
        if self.comparison.hypothesis == "equivalence":
            raise DesignError.single(
                "EQ809",
                "an equivalence trial has no detectable difference",
                where="design, --n",
                fix="give --difference, or choose another --hypothesis",
            )
        start = -(self.comparison.margin or 0.0)
        if self.comparison.hypothesis == "superiority":
            start = 0.0

        def surplus(step: float) -> float:
            assumed = replace(self.comparison, difference=start + step)
            made = replace(self, comparison=assumed).power(participants)
            return made - self.comparison.target.power

        low, high = 1e-9 * self.comparison.sd, self.comparison.sd
        while surplus(high) < 0:
            high *= 2
            if high > LARGEST * self.comparison.sd:
                raise DesignError.single(
                    "EQ802",
                    "no difference has this power with "
                    f"{counted(participants, 'participant')}",
                    where="design, --n",
                    fix="give more participants, or less power",
                )
        return start + float(brentq(surplus, low, high, xtol=1e-10 * high))


def plan_means(question: MeansQuestion, n: int | None, solved: Solved) -> Plan:
    """The plan, with its texts and sensitivity.

    Args:
        question: with the difference that is assumed, or that was solved for.
        n: randomized; None to calculate it.
        solved: what was calculated.

    Raises:
        DesignError: as of the question.
    """
    planned = question.participants() if n is None else n
    if n is not None:
        question.power(n)  # rejects too few
    arms = question.analyzed(n)
    power = question.comparison.power(*arms)
    curve = tuple(
        (many, question.comparison.power(*_times(arms, many / planned)))
        for many in sorted({max(round(planned * part), 1) for part in POINTS})
        if sum(arms) * many / planned >= question.comparison.least
    )
    return Plan(
        question=f"difference of two means, {question.comparison.hypothesis}",
        solved_for=solved,
        participants=planned,
        power=power,
        target_power=question.comparison.target.power,
        protocol=_protocol(question, planned, arms, solved),
        sap=_sap(question, planned, arms),
        assumptions=_assumptions(question),
        sensitivity=_sensitivity(question, arms),
        curve=curve,
        references=REFERENCES,
    )


def _assumptions(question: MeansQuestion) -> tuple[Assumption, ...]:
    made, source = question.comparison, question.source
    found = [
        Assumption("difference of means", made.difference, "points", source),
        Assumption("standard deviation within an arm", made.sd, "points", source),
        Assumption("proportion without an outcome", question.dropout, "", source),
    ]
    if made.margin is not None:
        found.append(Assumption("margin", made.margin, "points", source))
    if made.correlation:
        found.append(Assumption("correlation", made.correlation, "", source))
    return tuple(found)


def _times(arms: tuple[float, float], factor: float) -> tuple[float, float]:
    return arms[0] * factor, arms[1] * factor


def _sensitivity(
    question: MeansQuestion, arms: tuple[float, float]
) -> tuple[Scenario, ...]:
    made = question.comparison
    changed: list[tuple[str, MeansQuestion]] = [("as assumed", question)]
    for sign, factor in (("-", 1 - CHANGE), ("+", 1 + CHANGE)):
        other = replace(made, sd=factor * made.sd)
        label = f"standard deviation {sign}20% ({other.sd:g})"
        changed.append((label, replace(question, comparison=other)))
    for sign, factor in (("-", 1 - CHANGE), ("+", 1 + CHANGE)):
        if made.difference == 0 or made.hypothesis != "superiority":
            continue
        other = replace(made, difference=factor * made.difference)
        label = f"difference {sign}20% ({other.difference:g})"
        changed.append((label, replace(question, comparison=other)))
    lost = question.dropout + (1 - question.dropout) / 10
    changed.append(
        (f"without an outcome: {100 * lost:.3g}%", replace(question, dropout=lost))
    )
    stay = 1 - question.dropout
    found = (
        _scenario(label, other, _times(arms, (1 - other.dropout) / stay))
        for label, other in changed
    )
    return tuple(scenario for scenario in found if scenario is not None)


def _scenario(
    label: str, question: MeansQuestion, arms: tuple[float, float]
) -> Scenario | None:
    """None if too few are left for the test; a size of None if none has the power."""
    if sum(arms) < question.comparison.least:
        return None
    many: int | None
    try:
        many = question.participants()
    except DesignError:
        many = None
    return Scenario(label, question.comparison.power(*arms), many)


def _protocol(
    question: MeansQuestion, n: int, arms: tuple[float, float], solved: Solved
) -> str:
    made, target = question.comparison, question.comparison.target
    side = "two-sided" if target.sides == 2 else "one-sided"
    allocated = (made.layout == "parallel" and f", allocated {target.ratio:g}:1") or ""
    lost = f" {100 * question.dropout:g}% are expected to have no outcome."
    why = {
        "size": f"The sample size was calculated for a power of {100 * target.power:g}%.",
        "power": "The power was calculated for a fixed sample size.",
        "difference": "The difference is the smallest that a fixed sample size detects "
        f"with a power of {100 * target.power:g}%.",
    }[solved]
    margin = ""
    if made.hypothesis == "noninferiority":
        margin = f", non-inferiority margin {made.margin:g}"
    elif made.hypothesis == "equivalence":
        margin = ", margins {:g} and {:g}".format(*made.margins)
    source = question.source or "the source of these assumptions remains to be stated"
    return (
        f"With {counted(n, 'participant')} randomized{allocated}, a {side} test at the "
        f"{100 * target.alpha:g}% level ({question.test}{margin}) has a power of "
        f"{power_text(made.power(*arms))} with {_count(arms)} expected to be analyzed "
        f"if the true difference of means is {made.difference:g} and the "
        f"standard deviation {made.sd:g}{_correlated(made)} ({source}).{lost} {why} "
        f"Method: {METHOD}. Calculated with {SOFTWARE}; nothing was simulated."
    )


def _correlated(made: MeanComparison) -> str:
    if not made.correlation:
        return ""
    explained = f" (residual {made.sd * sqrt(1 - made.correlation**2):.4g})"
    return f", correlation {made.correlation:g}{explained if made.covariate else ''}"


def _count(arms: tuple[float, float]) -> str:
    """Participants with an outcome, not more than there are expected to be."""
    return f"{int(10 * sum(arms) + 1e-6) / 10:.10g}"


def _sap(question: MeansQuestion, n: int, arms: tuple[float, float]) -> str:
    target = question.comparison.target
    return (
        f"The test for which the size was calculated is the {question.test}, "
        f"{'two' if target.sides == 2 else 'one'}-sided at {100 * target.alpha:g}%. "
        f"{counted(n, 'participant', 'is')} randomized and {_count(arms)} "
        "expected to be analyzed, "
        "with a power of "
        f"{power_text(question.comparison.power(*arms))}. The sensitivity of "
        "the size to its assumptions is tabulated in the plan of the sample size."
    )
