"""``equipoise design means``: superiority, non-inferiority and equivalence of two means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.mean_comparison import MeanComparison

Layout = Literal["parallel", "paired", "crossover"]


def means(
    difference: Annotated[float, typer.Option(help="assumed difference of means")],
    sd: Annotated[float, typer.Option(help="standard deviation within an arm")],
    hypothesis: options.Hypothesis = "superiority",
    layout: Annotated[Layout, typer.Option(help="layout of the trial")] = "parallel",
    margin: options.Margin = None,
    lower: Annotated[
        float | None, typer.Option(help="lower margin of equivalence")
    ] = None,
    upper: Annotated[
        float | None, typer.Option(help="upper margin of equivalence")
    ] = None,
    power: options.Power = 0.8,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    correlation: Annotated[
        float, typer.Option(help="baseline and outcome, or the two outcomes")
    ] = 0.0,
    dropout: options.Dropout = 0.0,
    as_json: options.Json = False,
) -> None:
    r"""Sample size for a difference of means.

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
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.fixed.mean_comparison import MeanComparison
    from equipoise.design.requirements import Size

    target = sided(Sided(alpha, sides, power, ratio, hypothesis != "superiority"))
    plan = MeanComparison(
        difference=difference,
        sd=sd,
        hypothesis=hypothesis,
        layout=layout,
        margin=margin,
        lower=lower,
        upper=upper,
        correlation=correlation,
        target=target,
    )
    size, analyzed = plan.size(), plan.rounded()
    lost = for_dropout(size, dropout)
    randomized = lost.rounded
    if layout == "crossover":
        randomized = for_dropout(Size(*map(float, analyzed)), dropout).rounded
    numbers: dict[str, object] = {
        "participants": sum(randomized),
        "first_arm": randomized[0],
        "second_arm": randomized[1],
        "analyzed": sum(analyzed),
        "power": plan.power(*map(float, analyzed)),
        "before_rounding": lost.total,
        "test": _test(plan),
        "hypothesis": hypothesis,
        "layout": layout,
        "sides": target.sides,
        "alpha": target.alpha,
        "target_power": power,
        "difference": difference,
        "sd": sd,
        "margins": _margins(plan),
        "correlation": correlation,
        "dropout": dropout,
    }
    if layout == "paired":
        del numbers["first_arm"], numbers["second_arm"]
    if as_json:
        terminal.say_json(numbers)
        return
    terminal.say(_text(plan, numbers), as_json=False)


def _text(plan: MeanComparison, numbers: dict[str, object]) -> dict[str, object]:
    names = {"parallel": "arm", "crossover": "sequence", "paired": ""}[plan.layout]
    facts: dict[str, object] = {"participants": numbers["participants"]}
    if names:
        facts[f"first {names}"] = numbers["first_arm"]
        facts[f"second {names}"] = numbers["second_arm"]
    facts["test"] = f"{_test(plan)}, {level(plan.target)}"
    margins = _margins(plan)
    if margins is not None:
        shown = [f"{m:g}" for m in margins if m is not None]
        facts["margins" if len(shown) > 1 else "margin"] = " and ".join(shown)
    power = terminal.percent(float(str(numbers["power"])))
    facts["power"] = f"{power} with {numbers['analyzed']} analyzed"
    facts["before rounding"] = terminal.number(
        float(str(numbers["before_rounding"])), 4
    )
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
