"""``equipoise design proportions``: the sample size for the test of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.errors import DesignError
from equipoise.numerics.rounding import fixed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.exact_size import ExactPower, ExactSize
    from equipoise.design.requirements import Size, Target

TestName = Literal["fisher", "boschloo", "score"]
Missing = Literal["failure", "excluded"]
NAMES: dict[TestName, str] = {
    "fisher": "Fisher's exact test",
    "boschloo": "Boschloo's exact test",
    "score": "score test (chi-square)",
}
IN_THE_REPORT: dict[TestName, str] = {
    "fisher": "the planned test of a binary endpoint in the report",
    "boschloo": "a supporting test in the report; the planned test is Fisher's",
    "score": "not in the report; the planned test there is Fisher's",
}


def proportions(
    first: Annotated[float, typer.Argument(help="proportion in the first arm")],
    second: Annotated[float, typer.Argument(help="proportion in the second arm")],
    power: options.Power = 0.8,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    test: Annotated[
        TestName | None, typer.Option(help="test of the analysis [default: fisher]")
    ] = None,
    hypothesis: options.Hypothesis = "superiority",
    margin: options.Margin = None,
    dropout: options.Dropout = 0.0,
    missing: Annotated[Missing, typer.Option(help="missing outcomes")] = "failure",
    as_json: options.Json = False,
) -> None:
    r"""Sample size for a difference of proportions.

    The sample size is from the exact power of the test. The report of a binary endpoint
    prints the P value of Fisher's exact test. The sample size is therefore for that
    test, unless --test names another. Exact power is the sum of the probabilities of
    all tables that the test rejects; the formula (score test, normal approximation) is
    shown too. Exact power has a sawtooth shape: one participant more may lower it
    slightly. Two sample sizes are therefore shown: the first with the requested power,
    and the smallest from which all larger ones have it.

    --dropout is the proportion of participants without an outcome. They are counted as
    failures or excluded (--missing, as in a protocol); if they are excluded, the number
    randomized is increased accordingly.

    --hypothesis noninferiority shows that a good outcome is not rarer in the first arm
    by --margin, equivalence that the difference lies within it (two one-sided tests).
    The test is the score test of Farrington and Manning, whose interval is that of
    Miettinen and Nurminen in the report; --alpha is the error of one side, 0.025
    unless given.

    Example: the response rates of the reference trial, 90% power. The formula gives
    22 + 22, with which Fisher's test has 84% power; it needs 25 + 25.
      equipoise design proportions 0.67 0.20 --power 0.9

    Example: the same for Boschloo's test, allocation 2:1, and 10% without a rating,
    counted as failures.
      equipoise design proportions 0.67 0.20 --test boschloo --ratio 2 --dropout 0.1

    Example: not more than 10 percentage points fewer responders.
      equipoise design proportions 0.85 0.85 --hypothesis noninferiority --margin 0.1
    """
    from equipoise.design.fixed.exact_size import LARGEST, exact_size
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.proportions import corrected
    from equipoise.design.fixed.proportions import proportions as formula

    if hypothesis != "superiority":
        given = Sided(alpha, sides, power, ratio, one_sided=True)
        _with_margin(
            (first, second), hypothesis, margin, given, test, dropout, missing,
            as_json=as_json,
        )  # fmt: skip
        return
    if margin is not None:
        raise _no_effect("--margin has no effect for superiority")
    test = test or "fisher"
    target = sided(Sided(alpha, sides, power, ratio))
    for_dropout(formula(first, second, target), dropout)  # rejects impossible values
    stay = 1 - dropout if missing == "failure" else 1.0
    assumed = first * stay, second * stay
    lost = dropout if missing == "excluded" else 0.0
    plain = formula(*assumed, target)
    near = corrected(*assumed, target) if test == "fisher" else plain
    if max(near.rounded) > LARGEST:
        facts = _too_many(near, target, test, lost)
        terminal.say(facts, as_json=as_json)
        return
    with terminal.progress(as_json=as_json) as step:
        quiet = max(near.rounded) < QUICK
        made = exact_size(*assumed, target, test=test, progress=None if quiet else step)
    if as_json:
        terminal.say_json(_numbers(made, target, assumed, lost))
        return
    terminal.say(_text(made, target, assumed, lost), as_json=False)


def _with_margin(
    proportions: tuple[float, float],
    hypothesis: Literal["noninferiority", "equivalence"],
    margin: float | None,
    given: Sided,
    test: TestName | None,
    dropout: float,
    missing: Missing,
    *,
    as_json: bool,
) -> None:
    """Non-inferiority or equivalence, by the formula."""
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.margin_proportions import MarginProportions
    from equipoise.design.requirements import Size

    if margin is None:
        raise DesignError.single(
            "EQ811",
            f"{hypothesis} needs a margin",
            where="design, --margin",
            fix="give the largest difference that is still accepted, such as 0.1",
        )
    if test is not None:
        raise _no_effect(f"--test {test} has no effect for {hypothesis}")
    target = sided(given)
    for_dropout(Size(1.0, 1.0), dropout)  # rejects impossible values
    stay = 1 - dropout if missing == "failure" else 1.0
    plan = MarginProportions(
        first=proportions[0] * stay,
        second=proportions[1] * stay,
        margin=margin,
        hypothesis=hypothesis,
        target=target,
    )
    size = plan.size()
    analyzed = size.rounded
    first, second = _randomized(analyzed, dropout if missing == "excluded" else 0.0)
    power = plan.power(*map(float, analyzed))
    if as_json:
        terminal.say_json(
            {
                "participants": first + second,
                "first_arm": first,
                "second_arm": second,
                "analyzed": list(analyzed),
                "power": power,
                "before_rounding": size.total,
                "test": "score test (Farrington and Manning)",
                "hypothesis": hypothesis,
                "margin": margin,
                "sides": 1,
                "alpha": target.alpha,
                "target_power": target.power,
                "proportions": [plan.first, plan.second],
            }
        )
        return
    terminal.say(
        {
            "participants": first + second,
            "first arm": first,
            "second arm": second,
            "test": f"score test (Farrington and Manning), {hypothesis}, "
            f"{level(target)}",
            "margin": f"{margin:g}",
            "proportions": f"{_short(plan.first)} and {_short(plan.second)} as analyzed",
            "power": f"{terminal.percent(power)} with {_plus(analyzed)} analyzed, normal "
            "approximation",
            "before rounding": fixed(size.total, 4),
        },
        as_json=False,
    )


def _no_effect(what: str) -> DesignError:
    return DesignError.single(
        "EQ809",
        what,
        where="design, proportions",
        fix="omit the option, or choose the hypothesis that it is for",
    )


QUICK = 250  # participants in an arm whose search takes less than two seconds


def _randomized(arms: tuple[int, int], lost: float) -> tuple[int, int]:
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.requirements import Size

    return for_dropout(Size(*arms), lost).rounded


def _text(
    made: ExactSize, target: Target, assumed: tuple[float, float], lost: float
) -> Mapping[str, object]:
    """The result as text, line by line."""
    needed, test = made.needed, made.needed.test
    first, second = _randomized(needed.arms, lost)
    facts: dict[str, object] = {
        "participants": first + second,
        "first arm": first,
        "second arm": second,
        "test": f"{NAMES[test]}, {level(target)} ({IN_THE_REPORT[test]})",
        "proportions": f"{_short(assumed[0])} and {_short(assumed[1])} as analyzed",
        "exact power": terminal.percent(needed.power),
        "type I error": f"at most {terminal.percent(needed.error)}",
    }
    if lost:
        facts["analyzed"] = _plus(needed.arms)
    every = "" if made.step == 1 else f", every {made.step}th size"
    reached = made.first_reached
    return facts | {
        "first reached": f"{_plus(reached.arms)} has {terminal.percent(reached.power)}",
        "retained": f"from {_plus(needed.arms)} upward "
        f"(enumerated to {_plus(made.horizon)}{every})",
        "formula": f"{_plus(made.formula.rounded)} (score test, normal approximation; "
        f"{fixed(made.formula.total, 4)} in total before rounding)",
        f"with {_plus(made.formula.rounded)}": [_line(p) for p in made.at_formula],
        f"with {_plus(needed.arms)}": [_line(p) for p in made.at_needed],
    }


def _line(power: ExactPower) -> str:
    return (
        f"{NAMES[power.test]}: power {terminal.percent(power.power)}, "
        f"type I error at most {terminal.percent(power.error)}"
    )


def _numbers(
    made: ExactSize, target: Target, assumed: tuple[float, float], lost: float
) -> dict[str, object]:
    """The result as numbers."""
    first, second = _randomized(made.needed.arms, lost)

    def power(of: ExactPower) -> dict[str, object]:
        return {
            "test": of.test,
            "first_arm": of.arms[0],
            "second_arm": of.arms[1],
            "power": of.power,
            "type_1_error": of.error,
        }

    return {
        "participants": first + second,
        "first_arm": first,
        "second_arm": second,
        "test": made.needed.test,
        "sides": target.sides,
        "alpha": target.alpha,
        "target_power": target.power,
        "proportions": list(assumed),
        "needed": power(made.needed),
        "first_reached": power(made.first_reached),
        "enumerated_to": list(made.horizon),
        "enumerated_every": made.step,
        "formula": {
            "test": "score",
            "first_arm": made.formula.first,
            "second_arm": made.formula.second,
        },
        "at_formula": [power(p) for p in made.at_formula],
        "at_needed": [power(p) for p in made.at_needed],
    }


def _too_many(
    size: Size, target: Target, test: TestName, lost: float
) -> Mapping[str, object]:
    """The formula alone, if there are too many tables to enumerate."""
    first, second = _randomized(size.rounded, lost)
    how = "normal approximation" + (
        " with continuity correction" if test == "fisher" else ""
    )
    return {
        "participants": first + second,
        "first arm": first,
        "second arm": second,
        "test": f"{NAMES[test]}, {level(target)} ({IN_THE_REPORT[test]})",
        "before rounding": fixed(size.total, 4),
        "exact power": f"not enumerated for so many; sample size by {how}",
    }


def _plus(arms: tuple[int, int]) -> str:
    return f"{arms[0]} + {arms[1]}"


def _short(share: float) -> str:
    """A proportion with up to four decimals."""
    return fixed(share, 4).rstrip("0").rstrip(".")
