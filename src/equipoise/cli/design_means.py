"""``equipoise design means``: superiority, non-inferiority and equivalence of two means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.mean_comparison import MeanComparison
    from equipoise.design.planning.means import MeansQuestion
    from equipoise.design.planning.plan import Plan

Layout = Literal["parallel", "paired", "crossover"]


@filed
def means(
    sd: options.Sd,
    difference: Annotated[
        float | None,
        typer.Option(help="assumed difference of means; omit with --n to solve for it"),
    ] = None,
    hypothesis: options.Hypothesis = "superiority",
    layout: Annotated[Layout, typer.Option(help="layout of the trial")] = "parallel",
    margin: options.Margin = None,
    lower: Annotated[
        float | None, typer.Option(help="lower margin of equivalence")
    ] = None,
    upper: Annotated[
        float | None, typer.Option(help="upper margin of equivalence")
    ] = None,
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    correlation: Annotated[
        float, typer.Option(help="baseline and outcome, or the two outcomes")
    ] = 0.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable difference of means.

    What is omitted is calculated: the size without --n; the power with --n and
    --difference; the smallest detectable difference with --n alone (at --power).

    The test is a t test. In parallel arms, --correlation is that of baseline and
    outcome (analysis of covariance, ANCOVA); in a paired or cross-over trial it is
    that of the two outcomes of a participant.

    --hypothesis noninferiority shows that the first arm is not worse by --margin; a
    positive difference favors the first arm. --hypothesis equivalence
    shows that the difference lies between the margins (two one-sided tests; the
    interval with level 1 - 2 alpha lies between them). Both are one-sided: --alpha is
    the error of one side, 0.025 unless given.

    Example: the difference of the reference trial with 90% power, 10% without an
    outcome, and a correlation of 0.5 between baseline and outcome.
      equipoise design means --difference 11.88 --sd 10.51 --power 0.9 \
        --correlation 0.5 --dropout 0.1

    Example: equivalence within 5 mmHg if there is no difference; 45 in each arm.
      equipoise design means --difference 0 --sd 8 --hypothesis equivalence \
        --margin 5 --alpha 0.05

    Example: bioequivalence in a cross-over trial, a ratio of 0.95 within 0.8 and 1.25
    and a coefficient of variation of 30% (SD of the logarithm 0.294); 40 participants.
      equipoise design means --difference -0.0513 --sd 0.29356 --layout crossover \
        --hypothesis equivalence --margin 0.22314 --alpha 0.05
    """
    from equipoise.design.fixed.mean_comparison import MeanComparison
    from equipoise.design.planning.means import MeansQuestion, plan_means
    from equipoise.design.planning.question import nothing_left

    n = filing.n
    solved = nothing_left("--difference", n, difference is not None, power)
    target = sided(
        Sided(alpha, sides, power or 0.8, ratio, hypothesis != "superiority")
    )
    comparison = MeanComparison(
        difference=_start(hypothesis) if difference is None else difference,
        sd=sd,
        hypothesis=hypothesis,
        layout=layout,
        margin=margin,
        lower=lower,
        upper=upper,
        correlation=correlation,
        target=target,
    )
    question = MeansQuestion(comparison, _test(comparison), dropout, filing.source)
    if n is not None and difference is None:
        found = replace(comparison, difference=question.detectable(n))
        question = replace(question, comparison=found)
    plan = plan_means(question, n, solved)
    numbers = _numbers(question, plan)
    filing.show(plan, numbers, _text(question.comparison, numbers))


def _start(hypothesis: str) -> float:
    """A difference that every margin allows, from which the detectable one is sought."""
    return 1.0 if hypothesis == "superiority" else 0.0


def _numbers(question: MeansQuestion, plan: Plan) -> dict[str, object]:
    made, target = question.comparison, question.comparison.target
    numbers: dict[str, object] = {"participants": plan.participants}
    if plan.solved_for == "size":
        randomized = question.randomized()
        numbers |= {
            "first_arm": randomized[0],
            "second_arm": randomized[1],
            "analyzed": sum(question.analyzed(None)),
            "power": plan.power,
            "before_rounding": made.size().total / (1 - question.dropout),
        }
        if made.layout == "paired":
            del numbers["first_arm"], numbers["second_arm"]
    else:
        numbers |= {
            "analyzed": plan.participants * (1 - question.dropout),
            "power": plan.power,
        }
    return numbers | {
        "test": _test(made),
        "hypothesis": made.hypothesis,
        "layout": made.layout,
        "sides": target.sides,
        "alpha": target.alpha,
        "target_power": None if plan.solved_for == "power" else target.power,
        "difference": made.difference,
        "sd": made.sd,
        "margins": _margins(made),
        "correlation": made.correlation,
        "dropout": question.dropout,
    }


def _text(plan: MeanComparison, numbers: dict[str, object]) -> dict[str, object]:
    names = {"parallel": "arm", "crossover": "sequence", "paired": ""}[plan.layout]
    facts: dict[str, object] = {"participants": numbers["participants"]}
    if names and "first_arm" in numbers:
        facts[f"first {names}"] = numbers["first_arm"]
        facts[f"second {names}"] = numbers["second_arm"]
    facts["test"] = f"{_test(plan)}, {level(plan.target)}"
    margins = _margins(plan)
    if margins is not None:
        shown = [f"{m:g}" for m in margins if m is not None]
        facts["margins" if len(shown) > 1 else "margin"] = " and ".join(shown)
    power = terminal.percent(float(str(numbers["power"])))
    analyzed = terminal.number(float(str(numbers["analyzed"])), 1).removesuffix(".0")
    facts["power"] = f"{power} with {analyzed} expected to be analyzed"
    facts["difference"] = f"{plan.difference:g}"
    if "before_rounding" in numbers:
        exact = float(str(numbers["before_rounding"]))
        facts["before rounding"] = terminal.number(exact, 4)
    return facts


def _test(plan: MeanComparison) -> str:
    test = {
        "parallel": "t test of two means",
        "paired": "paired t test",
        "crossover": "t test of the differences between periods",
    }[plan.layout]
    if plan.covariate:
        test = "analysis of covariance (t test of the adjusted difference)"
    if plan.hypothesis == "noninferiority":
        return f"{test}, non-inferiority"
    if plan.hypothesis == "equivalence":
        return f"{test}, both margins (TOST)"
    return test


def _margins(plan: MeanComparison) -> list[float | None] | None:
    if plan.hypothesis == "equivalence":
        return list(plan.margins)
    if plan.hypothesis == "noninferiority" and plan.margin is not None:
        return [-plan.margin, None]
    return None
