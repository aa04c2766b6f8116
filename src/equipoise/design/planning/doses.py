"""The question of a trial of several doses that drops the less effective ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil, isfinite, sqrt
from typing import Literal

from equipoise.design.adaptive.dose_dropping import (
    Simulated,
    binary_trials,
    normal_trials,
)
from equipoise.design.adaptive.dose_selection import (
    OperatingCharacteristics,
    operating_characteristics,
)
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.familywise_error import Familywise, familywise
from equipoise.design.adaptive.fixed_dunnett import size_of_all_doses
from equipoise.design.adaptive.sample_size import sample_size
from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.planning.plan import (
    Assumption,
    Plan,
    PlanTable,
    Solved,
    power_text,
)
from equipoise.design.planning.question import Question, plan_question
from equipoise.design.requirements import Size, Target
from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.numerics.rounding import fixed

Kind = Literal["known", "estimated", "binary"]
NEAR_CERTAIN = 0.9999  # power above which no other size is calculated
FEW_POINTS = (0.75, 1.0, 1.25)  # of a simulated curve
REFERENCES = {
    "combination": (
        "Posch M, Koenig F, Branson M, Brannath W, Dunger-Baldauf C, Bauer P. Testing and "
        "estimation in flexible group sequential designs with adaptive treatment "
        "selection. Stat Med 2005;24:3697-3714.",
        "Bretz F, Schmidli H, König F, Racine A, Maurer W. Confirmatory seamless phase "
        "II/III clinical trials with hypotheses selection at interim. Biom J "
        "2006;48:623-634.",
    ),
    "pooled": (
        "Thall PF, Simon R, Ellenberg SS. Two-stage selection and testing designs for "
        "comparative clinical trials. Biometrika 1988;75:303-310.",
    ),
}
MEASURES: dict[Kind, str] = {
    "binary": "score test of two proportions",
    "estimated": "t test, variance estimated",
    "known": "normal test, variance known",
}  # of a dose against control


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseTrial:
    """Assumptions of a two-stage trial that drops doses.

    Attributes:
        design: its sizes are participants with an outcome.
        effects: difference of each dose from control, above 0 in favor of the dose.
        sd: standard deviation within an arm; not used for proportions.
        kind: of the outcome and its test.
        control: proportion with control; for proportions alone.
        dropout: proportion without an outcome in every arm, 0 to below 1.
        target: error, power, and participants on a dose for each on control. The
            error in the direction of benefit is that of ``design``.
        trials: simulated, 2 or more.
        seed: of the random numbers.

    Raises:
        DesignError: EQ801.

    Example:
        >>> design = Doses(doses=2, first=12, second=12)
        >>> trial = DoseTrial(design=design, effects=(5.0, 11.88), sd=10.51)
        >>> trial.randomized(design), round(trial.characteristics().best, 3)
        (60, 0.913)
    """

    design: Doses
    effects: tuple[float, ...]
    sd: float = 1.0
    kind: Kind = "known"
    control: float = 0.0
    dropout: float = 0.0
    target: Target = field(default_factory=Target)
    trials: int = 50_000
    seed: int = 1

    def __post_init__(self) -> None:
        for_dropout(Size(1.0, 1.0), self.dropout)  # rejects impossible values

    @property
    def exact(self) -> bool:
        """Whether the power is integrated instead of simulated."""
        return self.kind == "known" and self.design.keep == 1

    def characteristics(self) -> OperatingCharacteristics:
        """Operating characteristics, integrated if possible."""
        if self.exact:
            return operating_characteristics(self.design, self.effects, self.sd)
        return self.simulated().characteristics

    def simulated(self) -> Simulated:
        """Simulated trials, with the estimates of the doses that continue."""
        return _simulated(self)

    def errors(self) -> Familywise:
        """Familywise error with and without effective doses."""

        def error(effects: Sequence[float]) -> float:
            made = replace(self, effects=tuple(effects))
            return made.characteristics().error

        return familywise(self.effects, error)

    def arms(self, design: Doses) -> tuple[tuple[int, int], tuple[int, int]]:
        """Randomized to a dose and to control, in stage 1 and in stage 2."""
        first, second = (
            (self._whole(size), self._whole(size * design.ratio))
            for size in (design.first, design.second)
        )
        return first, second

    def randomized(self, design: Doses) -> int:
        """In both stages if as many doses continue as can."""
        (dose, control), (later, again) = self.arms(design)
        return dose * design.doses + control + later * design.keep + again

    def _whole(self, analyzed: float) -> int:
        return ceil(analyzed / (1 - self.dropout) - 1e-9)

    def smallest(self) -> Doses:
        """The smallest design with the power to find the best dose effective.

        Raises:
            DesignError: EQ801, EQ802; EQ805, the power is simulated.
        """
        made = self.design
        if not self.exact:
            raise DesignError.single(
                "EQ805",
                "the sample size is searched only for one selected dose and a known "
                "variance",
                where="design, --first and --second",
                fix="give both --first and --second",
            )
        return sample_size(
            self.effects, self.sd, power=self.target.power, share=made.share,
            ratio=made.ratio, alpha=made.alpha, futility=made.futility,
            test=made.test, binding=made.binding,
        )  # fmt: skip

    def with_smallest_size(self) -> DoseTrial:
        """The same with the sizes of ``smallest``.

        Raises:
            DesignError: EQ801, EQ802.
        """
        known = replace(self, kind="known")  # an estimated variance is simulated later
        return replace(self, design=known.smallest())

    def without_dropping(self) -> int | None:
        """Participants to randomize in a trial without interim analysis.

        Returns:
            For the same power of the best dose; None if it is not integrated, if no dose
            is best, or if the power is at the limits.
        """
        largest, power = max(self.effects), self.characteristics().best
        several = self.effects.count(largest) > 1
        if not self.exact or largest <= 0 or several:
            return None
        if not self.design.alpha < power < NEAR_CERTAIN:
            return None
        words = {"ratio": self.design.ratio, "alpha": self.design.alpha}
        total = size_of_all_doses(self.effects, self.sd, power=power, **words)[1]
        return self._whole(total)

    def scaled(self, n: int) -> DoseTrial:
        """The same with so many randomized, in the proportions of its stages."""
        made = self.design
        if n == self.randomized(made):
            return self
        part = n / self.randomized(made)
        sizes = made.first * part, made.second * part
        if self.kind == "binary":
            sizes = max(round(sizes[0]), 1), max(round(sizes[1]), 1)
        return replace(self, design=replace(made, first=sizes[0], second=sizes[1]))

    def question(self) -> Question:
        """The question of its size."""
        rule = self.design
        return Question(
            title="several doses against a control, doses dropped at an interim analysis",
            test=self._test(),
            supposition=self._supposition(),
            target=self.target,
            participants=lambda: self.randomized(self.smallest()),
            power=lambda n: self.scaled(n).characteristics().best,
            assumptions=(
                *self._assumptions(),
                Assumption("proportion without an outcome", self.dropout),
            ),
            changes=self._changes,
            dropout=self.dropout,
            allocated=False,
            details=lambda n: self.scaled(n).sizes_sentence(),
            least=2 * (rule.doses + 1),
            method="numerical integration" if self.exact else
            f"simulation of {counted(self.trials, 'trial')}",
            references=REFERENCES[rule.test],
            seed=self.seed,
            errors=None if self.exact else
            (lambda p: sqrt(p * (1 - p) / self.trials)),
            points=None if self.exact else FEW_POINTS,
            searched=self.exact,
        )  # fmt: skip

    def _test(self) -> str:
        measure = MEASURES[self.kind]
        if self.design.test == "pooled":
            return (
                f"test of the best dose over both stages ({measure}, adjusted for the "
                "selection)"
            )
        return (
            f"closed test of the best dose ({measure}; Dunnett's test in each stage, "
            "combined by the inverse normal)"
        )

    def _supposition(self) -> str:
        values = " and ".join(f"{e:.4g}" for e in self.effects)
        if self.kind == "binary":
            rates = " and ".join(f"{self.control + e:.4g}" for e in self.effects)
            return (
                f"the true proportions are {self.control:.4g} with control and {rates}"
            )
        return (
            f"the true differences from control are {values} and the standard deviation "
            f"is {self.sd:g}"
        )

    def _assumptions(self) -> Iterator[Assumption]:
        if self.kind == "binary":
            yield Assumption("proportion with control", self.control)
            for dose, e in enumerate(self.effects, start=1):
                yield Assumption(f"proportion with dose {dose}", self.control + e)
            return
        for dose, e in enumerate(self.effects, start=1):
            yield Assumption(f"difference of dose {dose} from control", e, "points")
        yield Assumption("standard deviation within an arm", self.sd, "points")

    def _changes(self) -> Iterator[tuple[str, Question]]:
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            if self.kind != "binary":
                made = replace(self, sd=factor * self.sd)
                yield f"standard deviation {sign}20% ({made.sd:.4g})", made.question()
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            made = replace(self, effects=tuple(factor * e for e in self.effects))
            if self.kind != "binary" or max(made.effects) + self.control < 1:
                yield f"all differences {sign}20%", made.question()
        best = max(self.effects)
        if len(self.effects) > 1 and self.effects.count(best) == 1 and best > 0:
            near = sorted(self.effects)[-2] * 0.5 + best * 0.5
            place = self.effects.index(sorted(self.effects)[-2])
            closer = tuple(
                near if k == place else e for k, e in enumerate(self.effects)
            )
            made = replace(self, effects=closer)
            yield (
                f"difference of the second best dose {near:.4g}",
                made.question(),
            )

    def sizes_sentence(self) -> str:
        """Sizes of the stages, the rule of selection and the mean number, as text."""
        made, told = self.design, self.characteristics()
        (dose, control), (later, again) = self.arms(made)
        rule = "" if not isfinite(made.futility) else f" with z above {made.futility:g}"
        bound = "binding" if made.binding else "not binding"
        kept = "best dose" if made.keep == 1 else f"at most {made.keep} best doses"
        stops = f" Otherwise the trial stops ({bound})." if rule else ""
        verb = "continues" if made.keep == 1 else "continue"
        mean = told.size / (1 - self.dropout)
        return (
            f"Stage 1 randomizes {dose} to each of {made.doses} doses and {control} to "
            f"control. At the interim analysis the {kept}{rule} {verb} with {later} more "
            f"on each and {again} on control.{stops} {fixed(mean, 1)} are randomized on "
            f"average. The power to find any effective dose is {power_text(told.power)}. "
            f"The familywise error is controlled in the strong sense, at "
            f"{100 * made.alpha:g}% in the direction of benefit."
        )


@lru_cache(maxsize=64)
def _simulated(trial: DoseTrial) -> Simulated:
    made, words = trial.design, {"trials": trial.trials, "seed": trial.seed}
    if trial.kind == "binary":
        rates = [trial.control, *(trial.control + e for e in trial.effects)]
        return binary_trials(made, rates, **words)
    return normal_trials(made, trial.effects, trial.sd, variance=trial.kind, **words)


def plan_doses(trial: DoseTrial, solved: Solved, source: str = "") -> Plan:
    """The plan, with the doses as a table.

    Args:
        trial: with its sizes.
        solved: "size", it is the smallest; "power", the sizes were given.
        source: of the assumptions; empty if not stated.

    Raises:
        DesignError: EQ801, EQ802.
    """
    n = trial.randomized(trial.design)
    plan = plan_question(trial.question(), n, solved, source)
    told = trial.characteristics()
    rows = tuple(
        (str(k), f"{e:g}", power_text(going), power_text(claim))
        for k, (e, going, claim) in enumerate(
            zip(trial.effects, told.going, told.claimed, strict=True), start=1
        )
    )
    table = PlanTable(
        name="doses", title="Doses",
        head=("dose", "difference from control", "continues", "found effective"),
        rows=rows, note="Probabilities at the assumed effects.",
    )  # fmt: skip
    protocol = plan.protocol
    if solved == "size" and trial.kind == "estimated":
        protocol += (
            " The sample size is that for a known variance; the power stated here is "
            "that of the test with the estimated one."
        )
    return replace(plan, protocol=protocol, tables=(table,))
