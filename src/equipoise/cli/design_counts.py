"""``equipoise design counts``: two rates of events, Poisson or negative binomial."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.planning_options import NOTHING, Filing, filed

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.counts import CountRates
    from equipoise.design.planning.plan import Plan
    from equipoise.design.planning.question import Question

FARTHEST = 1e-3  # rate ratio beyond which no detectable one is sought


@partial(filed, without=("time_unit",))
def counts(
    first: Annotated[
        float,
        typer.Argument(
            help="rate in the first arm, events per participant and unit of time",
            callback=options.above_0,
        ),
    ],
    second: Annotated[
        float | None,
        typer.Argument(
            help="in the second arm; omit with --n to solve for the first arm, with "
            "FIRST as the rate in the second",
            callback=options.above_0,
        ),
    ] = None,
    exposure: Annotated[
        float,
        typer.Option(
            help="mean time at risk of a participant", callback=options.above_0
        ),
    ] = 1.0,
    dispersion: Annotated[
        float,
        typer.Option(
            help="k of the variance m + k m^2 of counts with mean m; 0 for Poisson",
            callback=options.within(0, 1e6, closed=True),
        ),
    ] = 0.0,
    time_unit: Annotated[
        str, typer.Option("--time-unit", help="unit of all times, such as months")
    ] = "",
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    dropout: options.Dropout = 0.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Sample size, power or detectable rate of events counted in participants.

    What is omitted is calculated: the size without --n; the power with --n and two
    rates; with --n and one rate, that of the second arm, the lower rate of the first
    arm that is nearest to it and detected.

    The test is the Wald test of the rate ratio in a Poisson regression or, with
    --dispersion, in a negative binomial regression, as in the report. The rate differs
    between participants in most trials: a dispersion of 0 needs a reason. R prints
    1 / dispersion as theta. --dropout is the proportion without any outcome; the time
    that others lose belongs in --exposure.

    Example: 0.8 and 0.5 panic attacks a week over 12 weeks, dispersion 0.7.
      equipoise design counts 0.5 0.8 --exposure 12 --dispersion 0.7 --time-unit weeks

    Example: the lower rate that 200 participants detect with 90% power.
      equipoise design counts 0.8 --exposure 12 --dispersion 0.7 --n 200 --power 0.9
    """
    from equipoise.design.planning.counts import CountRates
    from equipoise.design.planning.question import (
        detectable,
        nothing_left,
        plan_question,
    )

    solved = nothing_left("the second RATE", filing.n, second is not None, power)
    target = sided(Sided(alpha, sides, power or 0.8, ratio))
    control = first if second is None else second

    def rates(assumed: float) -> CountRates:
        return CountRates(
            first=assumed, second=control, exposure=exposure, dispersion=dispersion,
            unit=time_unit, dropout=dropout, target=target,
        )  # fmt: skip

    def ask(assumed: float) -> Question:
        return rates(assumed).question()

    if second is None:
        first = detectable(ask, filing.n or 0, control, FARTHEST * control)
    made = rates(first)
    plan = plan_question(made.question(), filing.n, solved, filing.source)
    if time_unit and filing.rate is not None:
        filing = filing.with_unit(time_unit)
    filing.show(plan, _numbers(made, plan), _text(made, plan))


def _numbers(made: CountRates, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.proportions import arms_of

    target = made.target
    arms = arms_of(plan.participants, target.ratio)
    numbers: dict[str, object] = {}
    if plan.solved_for == "size":
        arms = made.size().rounded
        numbers["before_rounding"] = made.size().total
    events = made.events(plan.participants)
    return numbers | {
        "first_arm": arms[0],
        "second_arm": arms[1],
        "rates": [made.first, made.second],
        "rate_ratio": made.ratio,
        "exposure": made.exposure,
        "dispersion": made.dispersion,
        "dropout": made.dropout,
        "expected_events": list(events),
        "test": made.question().test,
        "sides": target.sides,
        "alpha": target.alpha,
    }


def _text(made: CountRates, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.plan import power_text

    numbers = _numbers(made, plan)
    events = [terminal.number(d, 1) for d in made.events(plan.participants)]
    facts: dict[str, object] = {
        "participants": plan.participants,
        "first arm": numbers["first_arm"],
        "second arm": numbers["second_arm"],
        "test": f"{numbers['test']}, {level(made.target)}",
        "power": power_text(plan.power),
        "rates": f"{terminal.number(made.first, 4)} and {terminal.number(made.second, 4)}",
        "rate ratio": terminal.number(made.ratio, 4),
        "expected events": f"{events[0]} and {events[1]}",
    }
    if plan.solved_for == "size":
        facts["before rounding"] = terminal.number(made.size().total, 4)
    return facts
