"""Questions of two proportions: superiority by an exact test, or a margin."""

from __future__ import annotations

from dataclasses import replace
from math import floor

from equipoise.design.fixed.exact_size import LARGEST, exact_power, exact_size
from equipoise.design.fixed.exact_tests import Test
from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.margin_proportions import MarginProportions
from equipoise.design.fixed.proportions import (
    corrected,
    power_of_proportions,
    proportions,
)
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.question import Question
from equipoise.design.requirements import Size, Target

QUICK = 250  # participants in an arm up to which a size is searched by exact power
EXACT = (
    "Casagrande JT, Pike MC, Smith PG. The power function of the exact test for "
    "comparing two binomial distributions. Appl Stat 1978;27:176-180."
)
FORMULA = (
    "Casagrande JT, Pike MC, Smith PG. An improved approximate formula for calculating "
    "sample sizes for comparing two binomial distributions. Biometrics 1978;34:483-486."
)
MARGIN = (
    "Farrington CP, Manning G. Test statistics and sample size formulae for comparative "
    "binomial trials. Stat Med 1990;9:1447-1454."
)
NAMES: dict[Test, str] = {
    "fisher": "Fisher's exact test",
    "boschloo": "Boschloo's exact test",
    "score": "score test (chi-square)",
}


def arms_of(n: float, ratio: float) -> tuple[int, int]:
    """Participants of both arms, as near to the ratio as whole numbers are."""
    first = round(n * ratio / (1 + ratio))
    first = min(max(first, 1), int(n) - 1)
    return first, int(n) - first


def two_proportions(
    first: float, second: float, target: Target, *,
    test: Test = "fisher", dropout: float = 0.0, excluded: bool = False,
    many: int | None = None,
) -> Question:  # fmt: skip
    """Superiority of a proportion.

    Args:
        first: assumed proportion of the first arm.
        second: of the second.
        target: error, power and allocation.
        test: of the analysis.
        dropout: proportion without an outcome.
        excluded: whether participants without an outcome are excluded; otherwise they
            are counted as failures.
        many: participants to randomize, if they were calculated before.
    """
    stay = 1.0 if excluded else 1 - dropout
    lost = dropout if excluded else 0.0
    a, b = first * stay, second * stay

    def power(n: int) -> float:
        return _power(a, b, _analyzed(n, target.ratio, lost), target, test)

    def participants() -> int:
        n = many or _size(a, b, lost, target, test)
        while power(n) < target.power:
            n += 1
        return n

    def changes() -> list[tuple[str, Question]]:
        made = []
        for part in (0.8, 1.2):
            other = second + part * (first - second)
            if 0 < other < 1:
                made.append((f"difference {_sign(part)}20%", {"first": other}))
        for step in (-0.05, 0.05):
            moved = first + step, second + step
            if min(moved) > 0 and max(moved) < 1:
                label = f"both proportions {100 * step:+.0f} percentage points"
                made.append((label, {"first": moved[0], "second": moved[1]}))
        more = dropout + (1 - dropout) / 10
        made.append((f"without an outcome: {100 * more:.3g}%", {"dropout": more}))
        common = {"first": first, "second": second, "dropout": dropout}
        return [
            (
                f"{label} ({given['first']:.3g} and {given['second']:.3g})",
                two_proportions(
                    given["first"], given["second"], target, test=test,
                    dropout=given["dropout"], excluded=excluded,
                ),
            )
            for label, change in made
            for given in [common | change]
        ]  # fmt: skip

    return Question(
        title="difference of two proportions, superiority",
        test=NAMES[test],
        supposition=f"the true proportions are {first:.4g} and {second:.4g}",
        target=target,
        participants=participants,
        power=power,
        assumptions=_assumptions(first, second, dropout),
        changes=changes,
        dropout=dropout,
        missing="have no outcome and are excluded" if excluded
        else "have no outcome and are counted as failures",
        method="exact power, the sum over all tables that the test rejects; normal "
        f"approximation above {LARGEST} participants in an arm, and for sizes of the "
        f"sensitivity above {QUICK}",
        references=(EXACT, FORMULA),
    )  # fmt: skip


def margin_proportions(
    plan: MarginProportions, dropout: float = 0.0, *, excluded: bool = False
) -> Question:
    """Non-inferiority or equivalence of two proportions.

    Args:
        plan: with the proportions of all participants, before those without an outcome
            are counted as failures.
        dropout: proportion without an outcome.
        excluded: whether they are excluded; otherwise they are counted as failures.
    """
    stay = 1.0 if excluded else 1 - dropout
    lost = dropout if excluded else 0.0
    counted = replace(plan, first=plan.first * stay, second=plan.second * stay)
    target = plan.target

    def power(n: int) -> float:
        return counted.power(*_analyzed(n, target.ratio, lost))

    def participants() -> int:
        n = sum(for_dropout(Size(*counted.size().rounded), lost).rounded)
        while power(n) < target.power:
            n += 1
        return n

    def changes() -> list[tuple[str, Question]]:
        made = []
        for step in (-0.05, 0.05):
            moved = plan.first + step, plan.second + step
            if min(moved) > 0 and max(moved) < 1:
                label = f"both proportions {100 * step:+.0f} percentage points"
                made.append((label, replace(plan, first=moved[0], second=moved[1])))
        worse = plan.first - plan.margin / 5
        if worse > 0 and (
            plan.hypothesis == "noninferiority"
            or abs(worse - plan.second) < plan.margin
        ) and worse - plan.second > -plan.margin:  # fmt: skip
            label = f"first arm worse by a fifth of the margin ({worse:.3g})"
            made.append((label, replace(plan, first=worse)))
        return [
            (label, margin_proportions(other, dropout, excluded=excluded))
            for label, other in made
        ]

    return Question(
        title=f"two proportions, {plan.hypothesis}",
        test=f"score test of Farrington and Manning for {plan.hypothesis} with a margin "
        f"of {100 * plan.margin:.4g} percentage points",
        supposition=f"the true proportions are {plan.first:.4g} and {plan.second:.4g}",
        target=target,
        participants=participants,
        power=power,
        assumptions=(
            *_assumptions(plan.first, plan.second, dropout),
            Assumption("margin", plan.margin),
        ),
        changes=changes,
        dropout=dropout,
        missing="have no outcome and are excluded" if excluded
        else "have no outcome and are counted as failures",
        method="normal approximation with proportions constrained by the margin",
        references=(MARGIN,),
    )  # fmt: skip


def _assumptions(first: float, second: float, dropout: float) -> tuple[Assumption, ...]:
    return (
        Assumption("proportion in the first arm", first),
        Assumption("proportion in the second arm", second),
        Assumption("proportion without an outcome", dropout),
    )


def _analyzed(n: int, ratio: float, lost: float) -> tuple[int, int]:
    """Whole participants with an outcome, at least one in each arm."""
    first, second = arms_of(n, ratio)
    return (
        max(floor(first * (1 - lost) + 1e-9), 1),
        max(floor(second * (1 - lost) + 1e-9), 1),
    )


def _size(a: float, b: float, lost: float, target: Target, test: Test) -> int:
    plain = proportions(a, b, target)
    near = corrected(a, b, target) if test == "fisher" else plain
    needed = near.rounded
    if max(needed) <= QUICK:
        needed = exact_size(a, b, target, test=test).needed.arms
    return sum(for_dropout(Size(*needed), lost).rounded)


def _power(
    a: float, b: float, arms: tuple[int, int], target: Target, test: Test
) -> float:
    if max(arms) <= LARGEST:
        return exact_power(a, b, arms, target, test=test, error=False).power
    r, n = arms[0] / arms[1], float(arms[1])
    if test == "fisher":  # the correction of the size, solved for the size before it
        n = (n - (r + 1) / (2 * r * abs(a - b))) ** 2 / n
    return power_of_proportions(r * n, n, a, b, target)


def _sign(part: float) -> str:
    return "-" if part < 1 else "+"
