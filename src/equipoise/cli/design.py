"""``equipoise design``: sample sizes and interim analyses, from assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import design_maintenance, design_proportions, options, terminal

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Size
    from equipoise.design.sequential.plan import Sequential

app = typer.Typer(
    cls=terminal.Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Calculate sample sizes and interim analyses.",
)

Spending = Literal[
    "obrien-fleming",
    "pocock",
    "wang-tsiatis",
    "haybittle-peto",
    "lan-demets-of",
    "lan-demets-pocock",
    "hwang-shih-decani",
    "kim-demets",
]


@app.command(cls=terminal.Command)
def means(
    difference: Annotated[float, typer.Option(help="assumed difference of means")],
    sd: Annotated[float, typer.Option(help="standard deviation within an arm")],
    power: options.Power = 0.8,
    alpha: options.Alpha = 0.05,
    ratio: options.Ratio = 1.0,
    correlation: Annotated[float, typer.Option(help="baseline and outcome")] = 0.0,
    dropout: options.Dropout = 0.0,
    as_json: options.Json = False,
) -> None:
    r"""Sample size for a difference of means.

    The test is a t test, or with --correlation an analysis of covariance (ANCOVA).

    Example: the difference of the reference trial with 90% power, 10% without an
    outcome, and a correlation of 0.5 between baseline and outcome.
      equipoise design means --difference 11.88 --sd 10.51 --power 0.9 \
        --correlation 0.5 --dropout 0.1
    """
    from equipoise.design.fixed import means as fixed
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.requirements import Target

    target = Target(alpha=alpha, power=power, ratio=ratio)
    size = fixed.means(difference, sd, target)
    test = "t test of two means"
    if correlation:
        size = fixed.ancova(difference, sd, correlation, target)
        test = "analysis of covariance (t test of the adjusted difference)"
    terminal.say(_sizes(for_dropout(size, dropout), test, alpha), as_json=as_json)


app.command(cls=terminal.Command)(design_proportions.proportions)


@app.command(cls=terminal.Command)
def events(
    hazard_ratio: Annotated[float, typer.Option(help="first arm to second")],
    median: Annotated[float, typer.Option(help="median time in the second arm")],
    accrual: Annotated[float, typer.Option(help="duration of recruitment")],
    follow_up: Annotated[float, typer.Option(help="after the last randomization")],
    power: options.Power = 0.8,
    alpha: options.Alpha = 0.05,
    ratio: options.Ratio = 1.0,
    as_json: options.Json = False,
) -> None:
    """Events and sample size for a time to event (log-rank).

    Example: hazard ratio 0.5 for relapse, median 28 days, a year of recruitment.
      equipoise design events --hazard-ratio 0.5 --median 28 --accrual 365 --follow-up 182
    """
    from equipoise.design.fixed.events import survival
    from equipoise.design.requirements import Target

    target = Target(alpha=alpha, power=power, ratio=ratio)
    size = survival(hazard_ratio, median, accrual, follow_up, target)
    test = "log-rank test (Schoenfeld's normal approximation)"
    terminal.say(_sizes(size, test, alpha), as_json=as_json)


@app.command(cls=terminal.Command)
def group_sequential(
    timing: Annotated[
        list[float], typer.Argument(help="information fractions, increasing to 1")
    ],
    spending: Annotated[
        Spending, typer.Option("--spending", help="boundary or spending function")
    ] = "lan-demets-of",
    parameter: Annotated[float | None, typer.Option(help="of --spending")] = None,
    futility: Annotated[
        Spending | None, typer.Option("--futility", help="the same for futility")
    ] = None,
    futility_parameter: Annotated[
        float | None, typer.Option(help="of --futility")
    ] = None,
    binding: options.Binding = False,
    power: options.Power = 0.9,
    alpha: options.Alpha = 0.05,
    as_json: options.Json = False,
) -> None:
    r"""Stopping boundaries of a group sequential trial.

    Example: interim analyses after 50% and 75% of the information, O'Brien-Fleming
    spending function of Lan and DeMets, non-binding futility.
      equipoise design group-sequential 0.5 0.75 1 --spending lan-demets-of \
        --futility hwang-shih-decani --futility-parameter -2 --power 0.9
    """
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.plan import sequential

    Target(alpha=alpha, power=power)  # rejects impossible values
    lower = Rule(kind=futility, parameter=futility_parameter) if futility else None
    plan = sequential(
        Rule(kind=spending, parameter=parameter),
        timing,
        alpha / 2,
        power,
        futility=lower,
        binding=binding,
    )
    terminal.say(_boundaries(plan), as_json=as_json)


app.command(cls=terminal.Command)(design_maintenance.maintenance)


def _sizes(size: Size, test: str, alpha: float) -> Mapping[str, object]:
    first, second = size.rounded
    facts: dict[str, object] = {
        "participants": first + second,
        "first arm": first,
        "second arm": second,
        "test": f"{test}, two-sided at {100 * alpha:g}%",
        "before rounding": round(size.total, 4),
    }
    if size.events is not None:
        facts["events"] = round(size.events, 1)
    return facts


def _boundaries(plan: Sequential) -> Mapping[str, object]:
    no, yes = plan.crossing(0.0), plan.crossing(1.0)
    rows = [
        f"analysis at {t:.0%}: efficacy at z ≥ {b:.4f}"
        + (f", futility at z ≤ {a:.4f}" if a > -1e300 else "")
        + f"; stops for efficacy {100 * p:.1f}% with the effect, {100 * q:.2f}% without"
        for t, b, a, p, q in zip(
            plan.timing, plan.upper, plan.lower, yes.upper, no.upper, strict=True
        )
    ]
    return {
        "analyses": rows,
        "maximum sample size": f"{plan.inflation:.4f} times the fixed sample size",
        "expected sample size with the effect": f"{plan.expected(1.0):.4f} times",
        "expected sample size without": f"{plan.expected(0.0):.4f} times",
    }
