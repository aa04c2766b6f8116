"""The question of a 2 x 2 factorial trial, such as a drug by a psychotherapy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil

from equipoise.design.fixed.factorial_tests import EFFECTS, Effect, FactorialTests
from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.smallest_total import smallest_total
from equipoise.design.planning.plan import (
    Assumption,
    Plan,
    PlanTable,
    Solved,
    power_text,
)
from equipoise.design.planning.question import Question, detectable, plan_question
from equipoise.design.requirements import (
    Size,
    check_finite,
    limited,
    out_of_range,
    split,
)
from equipoise.design.root import root
from equipoise.errors import DesignError
from equipoise.numerics.rounding import fixed

LEAST = 8.0  # analyzed, two in each cell
FARTHEST = 100.0  # standard deviations: no detectable effect is looked for beyond it
NAMES: dict[Effect, str] = {
    "first": "main effect of the first factor",
    "second": "main effect of the second factor",
    "interaction": "interaction",
}
SAP = (
    "Main effects are differences of the margins: the mean of all participants with the "
    "treatment less that of all without it. The interaction and the effects of each "
    "treatment with and without the other are reported with their intervals, whether or "
    "not the interaction is significant."
)
REFERENCES = (
    "Montgomery AA, Peters TJ, Little P. Design, analysis and presentation of factorial "
    "randomised controlled trials. BMC Med Res Methodol 2003;3:26.",
    "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat "
    "1979;6:65-70.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorialTrial:
    """Assumptions of a 2 x 2 factorial trial with a continuous outcome.

    Attributes:
        tests: which tests decide, and at which level.
        effects: main effects at the margins, and the interaction: the effect of the
            first treatment with the second less that without it; points. A primary
            effect is not 0.
        dropout: proportion without an outcome, 0 to below 1.

    Raises:
        DesignError: EQ801; EQ802, more than 1e9 participants.

    Example:
        >>> tests = FactorialTests(primary=("first", "second"), sd=10.0)
        >>> trial = FactorialTrial(
        ...     tests=tests, effects={"first": 5.0, "second": 5.0, "interaction": 0.0}
        ... )
        >>> trial.participants()
        128
    """

    tests: FactorialTests
    effects: Mapping[Effect, float]
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_finite(**{e: self.effects[e] for e in EFFECTS})
        for effect in self.tests.primary:
            if abs(self.effects[effect]) < 1e-9 * self.tests.sd:
                problem = out_of_range(effect, self.effects[effect], "other than 0")
                raise DesignError(problem)
        for_dropout(Size(1.0, 1.0), self.dropout)  # rejects impossible values

    def total(self) -> float:
        """Participants to randomize, before rounding."""
        target = self.tests.target
        analyzed = smallest_total(
            lambda n: self.tests.power(self.effects, n) - target.power, LEAST
        )
        return for_dropout(limited(split(analyzed, target)), self.dropout).total

    def participants(self) -> int:
        """The same with each cell rounded up."""
        return self.tests.rounded(self.total())

    def power(self, n: float) -> float:
        """With so many randomized, of whom the expected proportion has an outcome."""
        return self.tests.power(self.effects, n * (1 - self.dropout))

    def cell_means(self) -> tuple[float, float, float]:
        """Mean of the first alone, the second alone and both, less that of neither."""
        p, q = self.tests.shares
        joint = self.effects["interaction"]
        first = self.effects["first"] - q * joint
        second = self.effects["second"] - p * joint
        return first, second, first + second + joint

    def detectable(self, effect: Effect, n: int) -> float:
        """Value of one effect whose own test has the target's power, above 0.

        Raises:
            DesignError: EQ808, it is beyond 100 standard deviations.
        """
        target, analyzed = self.tests.target, n * (1 - self.dropout)
        scale = self.tests.standard_error(effect, analyzed)
        return scale * root(
            lambda z: self.tests.power_of(effect, z * scale, analyzed) - target.power,
            1e-6, 1e4, what=f"no {NAMES[effect]} has this power", xtol=1e-10,
        )  # fmt: skip

    def question(self) -> Question:
        """The question of its size."""
        tests, e = self.tests, self.effects
        values = ", ".join(f"{NAMES[k]} {e[k]:.4g}" for k in EFFECTS)
        return Question(
            title="2 x 2 factorial trial, difference of means",
            test=self._test(),
            supposition=f"the true effects in points are: {values}; and the standard "
            f"deviation within a cell is {tests.sd:g}",
            target=tests.target,
            participants=self.participants,
            power=self.power,
            assumptions=(
                *(Assumption(NAMES[k], e[k], "points") for k in EFFECTS),
                Assumption("standard deviation within a cell", tests.sd, "points"),
                Assumption("proportion without an outcome", self.dropout),
            ),
            changes=self._changes,
            dropout=self.dropout,
            allocated=False,
            details=self._details,
            least=ceil(LEAST / (1 - self.dropout)),
            method="noncentral t distribution with N - 4 degrees of freedom, integrated "
            "over the residual variance where several tests decide",
            references=REFERENCES[: 2 if tests.multiplicity == "holm" else 1],
        )

    def _test(self) -> str:
        """The primary tests and when the trial succeeds, as a noun phrase."""
        tests = self.tests
        names = " and ".join(NAMES[k] for k in tests.primary)
        model = "two-way analysis of variance with an interaction"
        if len(tests.primary) == 1:
            return f"t test of the {names} ({model})"
        goal = {
            "each": "each with this power",
            "all": "all of which have to reject",
            "any": "at least one of which has to reject",
        }[tests.success]
        adjusted = {
            "none": "without adjustment for multiplicity",
            "bonferroni": "with Bonferroni's adjustment",
            "holm": "with Holm's adjustment",
        }[tests.multiplicity]
        return f"group of t tests ({names}; {model}; {goal}; {adjusted})"

    def _changes(self) -> Iterator[tuple[str, Question]]:
        tests = self.tests
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            sd = factor * tests.sd
            made = replace(self, tests=replace(tests, sd=sd))
            yield f"standard deviation {sign}20% ({sd:.4g})", made.question()
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            effects = {k: factor * v for k, v in self.effects.items()}
            yield f"all effects {sign}20%", replace(self, effects=effects).question()
        for factor in (0.25, 0.5) if "interaction" not in tests.primary else ():
            made = self.less_together(factor)
            if all(abs(made.effects[k]) > 1e-9 * tests.sd for k in tests.primary):
                label = f"with both, {100 * factor:.0f}% of the smaller effect lost"
                yield label, made.question()
        more = self.dropout + (1 - self.dropout) / 10
        label = f"without an outcome: {100 * more:.3g}%"
        yield label, replace(self, dropout=more).question()

    def less_together(self, factor: float) -> FactorialTrial:
        """The same effects of each treatment alone, and less of them together.

        Args:
            factor: proportion of the smaller of the two effects alone that is lost.
        """
        p, q = self.tests.shares
        first, second, both = self.cell_means()
        lost = factor * min(first, second, key=abs)
        joint = both - lost - first - second
        effects: dict[Effect, float] = {
            "first": first + q * joint,
            "second": second + p * joint,
            "interaction": joint,
        }
        return replace(self, effects=effects)

    def _details(self, n: int) -> str:
        cells = self.tests.cells(n)
        parts = self.tests.shares
        found = [
            "Participants are randomized to neither treatment, the first alone, the "
            f"second alone or both ({', '.join(map(str, cells))}); "
            f"{100 * parts[0]:.3g}% receive the first and {100 * parts[1]:.3g}% the "
            "second treatment."
        ]
        analyzed = n * (1 - self.dropout)
        primary = self.tests.primary
        if len(primary) > 1:
            powers = self.tests.powers(self.effects, analyzed)
            each = " and ".join(
                f"{power_text(powers[k])} ({NAMES[k]})" for k in primary
            )
            both = self.tests.joint_power(self.effects, analyzed, "all")
            found.append(
                f"The power of the tests is {each}; that all reject is expected with a "
                f"probability of {power_text(both)}."
            )
        if "interaction" not in primary:
            least = self.detectable("interaction", n)
            found.append(
                "The trial is not sized for the interaction: it detects one of "
                f"{fixed(least, 1)} points or more with a power of "
                f"{power_text(self.tests.target.power)}."
            )
        return " ".join(found)


def detectable_effect(
    trial: FactorialTrial, omitted: tuple[Effect, ...], n: int
) -> FactorialTrial:
    """The trial with the smallest value that all omitted effects share.

    Args:
        trial: with any value for the omitted effects.
        omitted: primary effects to solve for.
        n: randomized.

    Raises:
        DesignError: EQ801, EQ802; EQ808, every value has the power.
    """

    def at(value: float) -> FactorialTrial:
        effects = {**trial.effects, **dict.fromkeys(omitted, value)}
        return replace(trial, effects=effects)

    farthest = FARTHEST * trial.tests.sd
    return at(detectable(lambda v: at(v).question(), n, 0.0, farthest))


def plan_factorial(
    trial: FactorialTrial, n: int | None, solved: Solved, source: str = ""
) -> Plan:
    """The plan, with the cells and the tests as tables.

    Args:
        trial: with the effects that are assumed, or that were solved for.
        n: randomized; None to calculate it.
        solved: what was calculated.
        source: of the assumptions; empty if not stated.

    Raises:
        DesignError: EQ801, EQ802.
    """
    plan = plan_question(trial.question(), n, solved, source)
    sap = f"{plan.sap} {SAP}"
    return replace(plan, sap=sap, tables=_tables(trial, plan.participants))


def _tables(trial: FactorialTrial, n: int) -> tuple[PlanTable, ...]:
    names = "neither", "first alone", "second alone", "both"
    means = 0.0, *trial.cell_means()
    analyzed = n * (1 - trial.dropout)
    cells = tuple(
        (name, str(many), fixed(mean, 2))
        for name, many, mean in zip(names, trial.tests.cells(n), means, strict=True)
    )
    powers = trial.tests.powers(trial.effects, analyzed)
    target = power_text(trial.tests.target.power)
    effects = tuple(
        (
            NAMES[k],
            fixed(trial.effects[k], 2),
            fixed(trial.tests.standard_error(k, analyzed), 2),
            power_text(powers[k]) if k in powers else "not tested for the size",
            fixed(trial.detectable(k, n), 2),
        )
        for k in EFFECTS
    )
    return (
        PlanTable(
            name="cells", title="Cells", head=("treatment", "randomized", "mean"),
            rows=cells, note="Means are points more than with neither treatment.",
        ),
        PlanTable(
            name="effects", title="Effects",
            head=("effect", "assumed", "standard error", "power", "detectable"),
            rows=effects,
            note="Points. A main effect is the mean of all participants with the "
            "treatment less that of all without it. Detectable: the effect whose own "
            f"test has a power of {target}.",
        ),
    )  # fmt: skip
