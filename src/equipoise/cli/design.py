"""``equipoise design``: sample sizes and interim analyses from assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import design_maintenance, design_proportions, options, terminal

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Size
    from equipoise.design.sequential.plan import Sequential

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Sample sizes, numbers of events and interim analyses.",
)

Power = Annotated[float, typer.Option("--power", help="at the assumed effect")]
Alpha = Annotated[float, typer.Option("--alpha", help="two-sided error")]
Ratio = Annotated[float, typer.Option("--ratio", help="first arm to second")]
Dropout = Annotated[float, typer.Option("--dropout", help="proportion who withdraw")]
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

MEANS = """\
Participants for a difference of means (t test), or with a baseline (ANCOVA).

\b
Example: the difference of the reference trial with 90 % power, 10 % withdrawing,
and a baseline that correlates 0.5 with the outcome.
  equipoise design means --difference 11.88 --sd 10.51 --power 0.9 \\
    --correlation 0.5 --dropout 0.1
"""
EVENTS = """\
Events and participants for a time to event (log-rank test).

\b
Example: half the hazard of relapse, median 28 days, a year of recruitment.
  equipoise design events --hazard-ratio 0.5 --median 28 --accrual 365 --follow-up 182
"""
LOOKS = """\
Boundaries of a trial with interim analyses, and what they cost in sample size.

\b
Example: analyses at half and three quarters of the information, O'Brien and
Fleming by Lan and DeMets, futility that does not bind.
  equipoise design looks 0.5 0.75 1 --spending lan-demets-of \\
    --futility hwang-shih-decani --futility-parameter -2 --power 0.9
"""


@app.command(cls=terminal.Command, help=MEANS)
def means(
    difference: Annotated[float, typer.Option("--difference")],
    sd: Annotated[float, typer.Option("--sd")],
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    ratio: Ratio = 1.0,
    correlation: Annotated[float, typer.Option("--correlation")] = 0.0,
    dropout: Dropout = 0.0,
    as_json: options.Json = False,
) -> None:
    """Prints the size for a difference of means."""
    from equipoise.design.fixed import means as fixed
    from equipoise.design.fixed.inflation import for_dropout
    from equipoise.design.requirements import Target

    target = Target(alpha=alpha, power=power, ratio=ratio)
    size = fixed.means(difference, sd, target)
    test = "t test of two means"
    if correlation:
        size = fixed.ancova(difference, sd, correlation, target)
        test = "analysis of covariance (t test of the adjusted difference)"
    terminal.say(_said(for_dropout(size, dropout), test, alpha), as_json=as_json)


app.command("proportions", cls=terminal.Command, help=design_proportions.PROPORTIONS)(
    design_proportions.proportions
)


@app.command(cls=terminal.Command, help=EVENTS)
def events(
    hazard_ratio: Annotated[float, typer.Option("--hazard-ratio")],
    median: Annotated[float, typer.Option("--median", help="in the second arm")],
    accrual: Annotated[float, typer.Option("--accrual", help="length of recruitment")],
    follow_up: Annotated[float, typer.Option("--follow-up", help="of the last one")],
    power: Power = 0.8,
    alpha: Alpha = 0.05,
    ratio: Ratio = 1.0,
    as_json: options.Json = False,
) -> None:
    """Prints events and participants for a time to event."""
    from equipoise.design.fixed.events import survival
    from equipoise.design.requirements import Target

    target = Target(alpha=alpha, power=power, ratio=ratio)
    size = survival(hazard_ratio, median, accrual, follow_up, target)
    test = "log-rank test (Schoenfeld's normal approximation)"
    terminal.say(_said(size, test, alpha), as_json=as_json)


@app.command(cls=terminal.Command, help=LOOKS)
def looks(
    timing: Annotated[list[float], typer.Argument(help="fractions that rise to 1")],
    spending: Annotated[Spending, typer.Option("--spending")] = "lan-demets-of",
    parameter: Annotated[float | None, typer.Option("--parameter")] = None,
    futility: Annotated[Spending | None, typer.Option("--futility")] = None,
    futility_parameter: Annotated[
        float | None, typer.Option("--futility-parameter")
    ] = None,
    binding: Annotated[bool, typer.Option("--binding")] = False,
    power: Power = 0.9,
    alpha: Alpha = 0.05,
    as_json: options.Json = False,
) -> None:
    """Prints the boundaries of a trial with interim analyses."""
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.plan import sequential

    Target(alpha=alpha, power=power)  # rejects impossible values
    lower = Rule(kind=futility, parameter=futility_parameter) if futility else None
    made = sequential(
        Rule(kind=spending, parameter=parameter),
        timing,
        alpha / 2,
        power,
        futility=lower,
        binding=binding,
    )
    terminal.say(_boundaries(made), as_json=as_json)


app.command("maintenance", cls=terminal.Command, help=design_maintenance.MAINTENANCE)(
    design_maintenance.maintenance
)


def _said(size: Size, test: str, alpha: float) -> Mapping[str, object]:
    first, second = size.rounded
    said: dict[str, object] = {
        "participants": first + second,
        "first arm": first,
        "second arm": second,
        "test": f"{test}, two-sided at {100 * alpha:g} %",
        "before rounding": round(size.total, 4),
    }
    if size.events is not None:
        said["events"] = round(size.events, 1)
    return said


def _boundaries(made: Sequential) -> Mapping[str, object]:
    no, yes = made.crossing(0.0), made.crossing(1.0)
    rows = [
        f"analysis at {t:.0%}: efficacy at z ≥ {b:.4f}"
        + (f", futility at z ≤ {a:.4f}" if a > -1e300 else "")
        + f"; stops for efficacy {100 * p:.1f} % with the effect, {100 * q:.2f} % without"
        for t, b, a, p, q in zip(
            made.timing, made.upper, made.lower, yes.upper, no.upper, strict=True
        )
    ]
    return {
        "looks": rows,
        "largest size": f"{made.inflation:.4f} times that without interim analyses",
        "mean size with the effect": f"{made.expected(1.0):.4f} times",
        "mean size without": f"{made.expected(0.0):.4f} times",
    }
