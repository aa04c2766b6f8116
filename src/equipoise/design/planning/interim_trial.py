"""The plan of a group sequential trial of means, proportions or a mixed model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.planning import interim_texts
from equipoise.design.planning.fixed_trial import FixedTrial
from equipoise.design.planning.plan import Plan, Solved
from equipoise.design.planning.question import Question, check_number, plan_question
from equipoise.design.requirements import Size, Target, split
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.participants import SequentialTrial, sequential_trial
from equipoise.design.sequential.plan import Sequential, fixed_drift, sequential
from equipoise.design.sequential.recruitment import Recruitment

REFERENCE = (
    "Jennison C, Turnbull BW. Group Sequential Methods with Applications to Clinical "
    "Trials. Chapman & Hall/CRC; 2000, chapters 3, 4 and 7."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimAnalyses:
    """When a trial is analyzed, and when it stops.

    Attributes:
        timing: information fractions, increasing to 1.
        efficacy: boundary or spending function.
        futility: spending function of the type II error; None for none.
        binding: whether futility must stop the trial.
        recruitment: over time; None if the overrun is not asked for.
        delay: from randomization to the outcome, in the unit of the recruitment.
    """

    timing: tuple[float, ...]
    efficacy: Rule
    futility: Rule | None = None
    binding: bool = False
    recruitment: Recruitment | None = None
    delay: float = 0.0

    def design(self, target: Target) -> Sequential:
        """The boundaries, and the information for the power of the target.

        Raises:
            DesignError: EQ801, EQ804, EQ808, EQ809.
        """
        return sequential(
            self.efficacy, self.timing, target.one_sided, target.power,
            futility=self.futility, binding=self.binding,
        )  # fmt: skip


def interim_question(fixed: FixedTrial, design: Sequential, target: Target) -> Question:
    """The question of the size of a group sequential trial.

    The power with other participants, or under other assumptions, is that of the same
    boundaries: z of the planned analyses does not change.

    Args:
        fixed: endpoint and assumptions.
        design: boundaries for the power of the target.
        target: error, power and allocation.
    """
    stay = 1 - fixed.lost

    def participants() -> int:
        size = fixed.outcome().fixed
        most = Size(size.first * design.inflation, size.second * design.inflation)
        return sum(for_dropout(most, fixed.lost).rounded)

    def changes() -> list[tuple[str, Question]]:
        return [
            (label, interim_question(other, design, target))
            for label, other in fixed.changes()
        ]

    return Question(
        title=f"{fixed.measure}, group sequential",
        test=f"group sequential test with {len(design.timing)} analyses ({fixed.test})",
        supposition=fixed.supposition,
        target=target,
        participants=participants,
        power=lambda n: power_at(fixed, design, n * stay),
        assumptions=fixed.assumptions,
        changes=changes,
        dropout=fixed.dropout,
        missing=fixed.missing,
        method="size of a trial with one analysis times the inflation factor "
        f"({design.inflation:.4f}); boundaries and power by numerical integration",
        references=(REFERENCE,),
        least=_least(fixed, design, target),
    )


def power_at(fixed: FixedTrial, design: Sequential, counted: float) -> float:
    """Power of boundaries with so many participants at the last analysis.

    Args:
        fixed: endpoint and assumptions.
        design: boundaries.
        counted: as ``fixed.power`` counts them, both arms.

    Source: as ``sequential_trial``: the trial has the drift of one whose single analysis
    has the participants over the inflation factor, times the root of that factor.
    """
    share = drift_at(fixed, design, counted) / design.drift
    return float(design.crossing(share).upper.sum())


def drift_at(fixed: FixedTrial, design: Sequential, counted: float) -> float:
    """Assumed effect times root information, with so many participants."""
    power = min(max(fixed.power(counted / design.inflation), 1e-16), 1 - 1e-16)
    return fixed_drift(design.alpha, power) * sqrt(design.inflation)


def plan_interim(
    fixed: FixedTrial,
    interim: InterimAnalyses,
    target: Target,
    n: int | None = None,
    solved: Solved = "size",
    source: str = "",
) -> tuple[Plan, SequentialTrial]:
    """The plan with its texts, and the trial in participants.

    Args:
        fixed: endpoint and assumptions.
        interim: analyses and boundaries.
        target: error, power and allocation.
        n: randomized; None to calculate it.
        solved: what was calculated.
        source: of the assumptions; empty if not stated.

    Returns:
        The plan, and its analyses: before rounding if the size was calculated, otherwise
        with ``n`` participants.

    Raises:
        DesignError: EQ801, EQ802, EQ804, EQ808, EQ809.

    Example:
        >>> from equipoise.design.planning.fixed_trial import trial_of_proportions
        >>> rule, target = Rule(kind="lan-demets-of"), Target(power=0.9)
        >>> interim = InterimAnalyses(timing=(0.5, 1.0), efficacy=rule)
        >>> plan, trial = plan_interim(
        ...     trial_of_proportions(0.5, 0.3, target), interim, target
        ... )
        >>> plan.participants, round(trial.analyses[0].efficacy_z, 4)
        (250, 2.9626)
    """
    design = interim.design(target)
    question = interim_question(fixed, design, target)
    trial = trial_with(fixed, interim, design, target, question, n)
    said = interim_texts.details(trial, interim.efficacy, interim.futility, target)
    question = replace(
        question,
        details=lambda _: said,
        references=(
            REFERENCE,
            *interim_texts.references(interim.efficacy, interim.futility),
        ),
    )
    plan = plan_question(question, n, solved, source)
    rules = interim_texts.analysis_rules(trial, interim.efficacy, interim.futility)
    return replace(
        plan,
        sap=f"{plan.sap} {rules}",
        tables=interim_texts.tables(trial, fixed.unit),
        figures=interim_texts.figures(trial, fixed.unit),
    ), trial


def trial_with(
    fixed: FixedTrial,
    interim: InterimAnalyses,
    design: Sequential,
    target: Target,
    question: Question,
    n: int | None,
) -> SequentialTrial:
    """The analyses with so many participants, or with the size that has the power."""
    outcome = fixed.outcome()
    if n is not None:
        check_number(question, n)
        counted = n * (1 - fixed.lost)
        drift = drift_at(fixed, design, counted)
        design = replace(design, drift=drift, power=power_at(fixed, design, counted))
        single = (drift / fixed_drift(design.alpha, design.power)) ** 2
        outcome = replace(outcome, fixed=split(counted / single, target))
    return sequential_trial(
        outcome, design, dropout=fixed.lost, recruitment=interim.recruitment,
        delay=interim.delay,
    )  # fmt: skip


def _least(fixed: FixedTrial, design: Sequential, target: Target) -> int:
    """Fewest randomized with which the first analysis can be made."""
    first = float(design.timing[0])
    uneven = target.spread / 4
    fewest = fixed.least * uneven / first
    return int(max(fewest * design.inflation, fewest) / (1 - fixed.lost)) + 1
