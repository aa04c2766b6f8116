"""``equipoise design proportions``: the sample size for the test of the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.errors import DesignError
from equipoise.numerics.rounding import fixed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.exact_size import ExactPower, ExactSize
    from equipoise.design.planning.question import Question
    from equipoise.design.requirements import Size, Target

TestName = Literal["fisher", "boschloo", "score"]
Missing = Literal["failure", "excluded"]
MarginHypothesis = Literal["noninferiority", "equivalence"]
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


@filed
def proportions(
    first: Annotated[
        float,
        typer.Argument(help="proportion in the first arm", callback=options.fraction),
    ],
    second: Annotated[
        float | None,
        typer.Argument(
            help="in the second arm; omit with --n to solve for the first arm, with "
            "FIRST as the proportion in the second",
            callback=options.fraction,
        ),
    ] = None,
    power: options.PowerIfSize = None,
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
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable difference of proportions.

    What is omitted is calculated: the size without --n; the power with --n and two
    proportions; with --n and one proportion, that of the second arm, the smallest
    higher proportion of the first arm that is detected.

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
    from equipoise.design.planning.plan import power_text
    from equipoise.design.planning.proportions import two_proportions
    from equipoise.design.planning.question import nothing_left, plan_question

    solved = nothing_left("PROPORTION", filing.n, second is not None, power)
    excluded = missing == "excluded"
    one_sided = hypothesis != "superiority"
    target = sided(Sided(alpha, sides, power or 0.8, ratio, one_sided))
    if one_sided and test is not None:
        raise _no_effect(f"--test {test} has no effect for {hypothesis}")
    if not one_sided and margin is not None:
        raise _no_effect("--margin has no effect for superiority")
    if excluded and not dropout:
        raise _no_effect("--missing excluded has no effect without --dropout")

    def ask(a: float, b: float) -> Question:
        if hypothesis != "superiority":
            return _with_margin((a, b), hypothesis, margin, target, dropout, excluded)
        return two_proportions(
            a, b, target, test=test or "fisher", dropout=dropout, excluded=excluded
        )

    control = first if second is None else second
    if second is None:
        first = _detectable(ask, control, hypothesis, margin, filing.n or 0)
    if filing.n is None and not one_sided:
        question, numbers, text = _exact(
            (first, control), target, test or "fisher", dropout, excluded,
            as_json=filing.as_json,
        )  # fmt: skip
    else:
        question = ask(first, control)
        numbers, text = _of_question(question, hypothesis, margin, filing.n)
    plan = plan_question(question, filing.n, solved, filing.source)
    if filing.n is not None or one_sided:
        text["power"] = power_text(plan.power)
        text["proportions"] = f"{_short(first)} and {_short(control)}"
    numbers["proportions"] = numbers.get("proportions", [first, control])
    filing.show(plan, numbers, text)


def _detectable(
    ask: Callable[[float, float], Question],
    control: float,
    hypothesis: options.HypothesisName,
    margin: float | None,
    n: int,
) -> float:
    """Proportion of the first arm that so many participants detect."""
    from equipoise.design.planning.question import detectable

    if hypothesis == "equivalence":
        raise _no_effect("--n with one proportion has no meaning for equivalence")
    none = control - (margin or 0.0)
    return detectable(lambda a: ask(a, control), n, max(none, 1e-6), 1 - 1e-6)


def _exact(
    proportions: tuple[float, float],
    target: Target,
    test: TestName,
    dropout: float,
    excluded: bool,
    *,
    as_json: bool,
) -> tuple[Question, dict[str, object], dict[str, object]]:
    """The question with the size by exact power, or by the formula if it is large."""
    from equipoise.design.fixed.exact_size import LARGEST, exact_size
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.proportions import corrected
    from equipoise.design.fixed.proportions import proportions as formula
    from equipoise.design.planning.proportions import two_proportions

    stay = 1.0 if excluded else 1 - dropout
    a, b = (p * stay for p in proportions)
    lost = dropout if excluded else 0.0
    plain = formula(a, b, target)
    for_dropout(plain, dropout)  # rejects impossible values
    near = corrected(a, b, target) if test == "fisher" else plain
    if max(near.rounded) > LARGEST:
        many = sum(_randomized(near.rounded, lost))
        text = _too_many(near, target, test, lost)
        numbers: dict[str, object] = {"test": test, "before_rounding": near.total}
    else:
        with terminal.progress(as_json=as_json) as step:
            quiet = max(near.rounded) < QUICK
            made = exact_size(a, b, target, test=test, progress=None if quiet else step)
        many = sum(_randomized(made.needed.arms, lost))
        text = _text(made, target, (a, b), lost)
        numbers = _numbers(made, target, (a, b), lost)
    question = two_proportions(
        *proportions, target, test=test, dropout=dropout, excluded=excluded, many=many
    )
    return question, numbers, text


def _with_margin(
    proportions: tuple[float, float],
    hypothesis: MarginHypothesis,
    margin: float | None,
    target: Target,
    dropout: float,
    excluded: bool,
) -> Question:
    """Non-inferiority or equivalence, by the formula."""
    from equipoise.design.fixed.margin_proportions import MarginProportions
    from equipoise.design.planning.proportions import margin_proportions

    if margin is None:
        raise DesignError.single(
            "EQ811",
            f"{hypothesis} needs a margin",
            where="design, --margin",
            fix="give the largest difference that is still accepted, such as 0.1",
        )
    plan = MarginProportions(
        first=proportions[0], second=proportions[1], margin=margin,
        hypothesis=hypothesis, target=target,
    )  # fmt: skip
    return margin_proportions(plan, dropout, excluded=excluded)


def _of_question(
    question: Question,
    hypothesis: str,
    margin: float | None,
    n: int | None,
) -> tuple[dict[str, object], dict[str, object]]:
    """Numbers and text of a question without an exact search."""
    from equipoise.design.planning.proportions import arms_of

    many = question.participants() if n is None else n
    first, second = arms_of(many, question.target.ratio)
    numbers: dict[str, object] = {
        "first_arm": first,
        "second_arm": second,
        "test": question.test,
        "hypothesis": hypothesis,
        "sides": question.target.sides,
        "alpha": question.target.alpha,
        "target_power": question.target.power,
    }
    text: dict[str, object] = {
        "participants": many,
        "first arm": first,
        "second arm": second,
        "test": f"{question.test}, {level(question.target)}",
    }
    if margin is not None:
        numbers["margin"], text["margin"] = margin, f"{margin:g}"
    return numbers, text


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
) -> dict[str, object]:
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
) -> dict[str, object]:
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
