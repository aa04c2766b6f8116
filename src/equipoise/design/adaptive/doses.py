"""A trial of several doses against one control that drops doses half way."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, sqrt
from typing import Literal

from equipoise.design.requirements import out_of_range
from equipoise.errors import DesignError, Problem, refuse

Test = Literal["combination", "pooled"]
MOST_DOSES = 8  # closed testing visits 2^doses - 1 intersections


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """Two stages: all doses and the control, then those that continue and the control.

    At the interim look the ``keep`` doses with the largest effects continue, of those whose
    standardized difference is above ``futility``; if there is none, the trial stops.

    Attributes:
        doses: how many, 1 to 8.
        first: participants on each dose in the first stage.
        second: on each dose that continues, in the second stage.
        ratio: participants on control for each on a dose, in both stages.
        alpha: familywise error, one-sided.
        keep: how many doses continue at most.
        futility: z at the interim look that a dose must exceed; -inf for no bound.
        test: ``combination``: closed testing, Dunnett's test in each stage, stages
            combined by the inverse normal. ``pooled``: the statistic of both stages
            together of the one dose kept, with a critical value adjusted for the selection.
        binding: a trial that should stop does stop; lowers the critical value of the
            pooled test. The combination test keeps its error either way.
        weight: share of the first stage in the combination test, weights being roots of
            shares; by default that of its participants.

    Raises:
        DesignError: EQ801, a number is out of range; EQ805, the choice does not fit.

    Source: Posch et al. 2005, Stat Med 24:3697-3714; Bretz et al. 2006, Biom J
    48:623-634; Thall, Simon and Ellenberg 1988, Biometrika 75:303-310.
    """

    doses: int
    first: float
    second: float
    ratio: float = 1.0
    alpha: float = 0.025
    keep: int = 1
    futility: float = -inf
    test: Test = "combination"
    binding: bool = False
    weight: float | None = None

    def __post_init__(self) -> None:
        refuse(DesignError, [*_numbers(self), *_choice(self)])

    @property
    def correlation(self) -> float:
        """Of two differences from the control."""
        return 1 / (1 + self.ratio)

    @property
    def share(self) -> float:
        """Share of the first stage in what is known of a dose that continues."""
        return self.first / (self.first + self.second)

    @property
    def weights(self) -> tuple[float, float]:
        """Of the two stages in the combination test; their squares sum to 1."""
        share = self.share if self.weight is None else self.weight
        return sqrt(share), sqrt(1 - share)

    @property
    def start(self) -> float:
        """Participants of the first stage, all arms."""
        return self.first * (self.doses + self.ratio)

    @property
    def largest(self) -> float:
        """Participants of both stages if ``keep`` doses continue."""
        return self.start + self.second * (self.keep + self.ratio)

    def drifts(self, effect: float, sd: float) -> tuple[float, float]:
        """Mean of z in either stage, of a dose with this effect."""
        root = sqrt(self.ratio / (1 + self.ratio)) * effect / sd
        return root * sqrt(self.first), root * sqrt(self.second)


def _numbers(design: Doses) -> list[Problem]:
    checks = [
        ("doses", design.doses, 1 <= design.doses <= MOST_DOSES, "from 1 to 8"),
        ("first stage", design.first, 0.001 <= design.first <= 1e9, "above 0"),
        ("second stage", design.second, 0.001 <= design.second <= 1e9, "above 0"),
        ("ratio", design.ratio, 0.001 <= design.ratio <= 1000, "from 0.001 to 1000"),
        ("alpha", design.alpha, 1e-9 < design.alpha < 0.5, "between 1e-9 and 0.5"),
        ("futility", design.futility, design.futility < 5, "below 5"),
    ]
    if design.weight is not None:
        within = 1e-9 < design.weight < 1 - 1e-9
        checks.append(("weight", design.weight, within, "between 0 and 1"))
    return [out_of_range(n, v, needed) for n, v, good, needed in checks if not good]


def _choice(design: Doses) -> list[Problem]:
    found = []
    if not 1 <= design.keep <= max(design.doses, 1):
        found.append(
            _unfit(
                f"{design.keep} of {design.doses} doses are kept",
                "keep at least one dose, and no more than there are",
            )
        )
    if design.test not in {"combination", "pooled"}:
        found.append(
            _unfit(f"the test {design.test!r} is not known", "combination or pooled")
        )
    if design.test == "pooled" and (design.keep > 1 or design.weight is not None):
        found.append(
            _unfit(
                "the pooled test is for one dose kept, and has no weights",
                "keep one dose and give no weight, or choose the combination test",
            )
        )
    if design.binding and (design.test != "pooled" or isinf(design.futility)):
        found.append(
            _unfit(
                "a binding bound needs a futility bound and the pooled test",
                "give a futility bound and the pooled test, or leave binding out",
            )
        )
    return found


def _unfit(what: str, fix: str) -> Problem:
    return Problem(code="EQ805", what=what, where="design, doses", fix=fix)
