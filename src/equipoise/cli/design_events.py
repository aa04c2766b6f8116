"""``equipoise design events``: a time to event, with one analysis or several."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import log
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.event_trial_output import (
    NAMES,
    analysis_row,
    trial_numbers,
    trial_text,
)
from equipoise.cli.planning_options import NOTHING, Filing, filed
from equipoise.cli.sequential_rules import (
    FutilityParameter,
    FutilityRule,
    Parameter,
    Spending,
    rules,
)
from equipoise.errors import DesignError, Problem, refuse

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.events import TimeToEvent
    from equipoise.design.planning.plan import Plan
    from equipoise.design.sequential.event_trial import EventTrial

Variance = Literal["schoenfeld", "freedman", "lachin-foulkes"]


@partial(filed, without=("rate", "last_visit", "time_unit"))
def events(
    follow_up: Annotated[
        float,
        typer.Option(help="after the last randomization", callback=options.above_0),
    ],
    hazard_ratio: Annotated[
        float | None,
        typer.Option(
            help="first arm to second; omit with --n to solve for it",
            callback=options.above_0,
        ),
    ] = None,
    median: Annotated[
        float | None,
        typer.Option(help="median time in the second arm", callback=options.above_0),
    ] = None,
    hazard: Annotated[
        float | None,
        typer.Option(help="instead of --median: hazard", callback=options.above_0),
    ] = None,
    accrual: Annotated[
        float | None,
        typer.Option(help="duration of recruitment", callback=options.above_0),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            help="instead of --accrual: participants per unit of time",
            callback=options.above_0,
        ),
    ] = None,
    ramp: Annotated[
        float,
        typer.Option(
            help="first part of recruitment, with a rising rate",
            callback=options.within(0, 1e9, closed=True),
        ),
    ] = 0.0,
    time_unit: Annotated[
        str, typer.Option("--time-unit", help="unit of all times, such as days")
    ] = "",
    dropout: Annotated[
        float,
        typer.Option(
            help="proportion lost by --dropout-time",
            callback=options.within(0, 1, closed=True),
        ),
    ] = 0.0,
    dropout_time: Annotated[
        float | None,
        typer.Option(
            help="time of --dropout after randomization", callback=options.above_0
        ),
    ] = None,
    looks: Annotated[
        str | None, typer.Option(help="information fractions, such as 0.5,0.75,1")
    ] = None,
    planned: Annotated[
        str | None,
        typer.Option("--events", help="instead of --looks: events at each analysis"),
    ] = None,
    spending: Spending = "lan-demets-of",
    parameter: Parameter = None,
    futility: FutilityRule = None,
    futility_parameter: FutilityParameter = None,
    binding: options.Binding = False,
    variance: Annotated[
        Variance | None,
        typer.Option(help="variance of the log-rank test [default: schoenfeld]"),
    ] = None,
    power: options.PowerIfSize = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    filing: Filing = NOTHING,
) -> None:
    r"""Events and sample size, power or detectable hazard ratio (log-rank).

    What is omitted is calculated: the size without --n; the power with --n and
    --hazard-ratio; the hazard ratio below 1 that is nearest to it with --n alone. The
    number of events is a whole number, and so many are expected in the participants.

    Times to event and to loss are exponential, with the same unit throughout.
    --dropout is the proportion lost by --dropout-time; it is followed until then. The
    power is that of the events expected by the end of follow-up. The approximation
    does not hold for a hazard ratio beyond 0.25 or 4 (freedman: 0.1 or 10).

    With --looks the trial is group sequential: the table shows, for each analysis, the
    events, the calendar time from the first randomization, and the boundaries as z,
    one-sided P value and observed hazard ratio. With --events the numbers of events
    are given, and the power is calculated.

    --variance selects the variance of the log-rank statistic: schoenfeld is that of
    East, SAS SEQDESIGN and rpact, freedman that of rpact, lachin-foulkes that of
    gsDesign.

    Example: hazard ratio 0.5 for relapse, median 28 days, a year of recruitment.
      equipoise design events --hazard-ratio 0.5 --median 28 --accrual 365 --follow-up 182

    Example: one interim analysis after 75% of the events, with non-binding futility;
    20% lost in 12 months. SAS SEQDESIGN: 234.43 events, 396.92 participants.
      equipoise design events --hazard-ratio 0.6 --median 9.4 --accrual 24 \
        --follow-up 10 --dropout 0.2 --dropout-time 12 --looks 0.75,1 \
        --futility hwang-shih-decani --futility-parameter -10 \
        --alpha 0.0125 --sides 1 --power 0.95

    Example: the same with analyses after 176 and 235 events. East: power 0.9505.
      equipoise design events --hazard-ratio 0.6 --median 9.4 --accrual 24 \
        --follow-up 10 --dropout 0.2 --dropout-time 12 --events 176,235 \
        --futility hwang-shih-decani --futility-parameter -10 --alpha 0.0125 --sides 1
    """
    from equipoise.design.planning.events import TimeToEvent, check_hazard_ratio

    boundaries: dict[str, object] = {
        "--spending": None if spending == "lan-demets-of" else spending,
        "--parameter": parameter,
        "--futility": futility,
        "--futility-parameter": futility_parameter,
        "--binding": binding or None,
    }
    target = sided(Sided(alpha, sides, 0.8 if power is None else power, ratio))
    hazard = _one_of("--median", median, "--hazard", hazard, log(2))
    _one_of("--accrual", accrual, "--rate", rate, 1.0)  # rejects both, and neither
    _check_loss(dropout, dropout_time)
    _check_ramp(ramp, accrual)
    trial = TimeToEvent(
        hazard_ratio=hazard_ratio or 0.5, hazard=hazard, follow_up=follow_up,
        accrual=accrual, rate=rate, ramp=ramp, dropout=dropout,
        dropout_time=dropout_time, unit=time_unit, variance=variance or "schoenfeld",
        target=target,
    )  # fmt: skip
    if looks is None and planned is None:
        _no_effect(boundaries, "without --looks", "omit it, or give --looks")
        _fixed(trial, hazard_ratio, power, filing)
        return
    if hazard_ratio is None:
        raise DesignError.single(
            "EQ809",
            "--hazard-ratio is not given, and is not solved for with several analyses",
            where="design, --hazard-ratio",
            fix="give it, or omit --looks and --events",
        )
    check_hazard_ratio(hazard_ratio, trial.variance)
    if planned is not None:
        _no_effect({"--looks": looks, "--power": power, "--variance": variance})
    _no_effect(
        {f"--{name.replace('_', '-')}": value for name, value in filing.given.items()}
        | {"--time-unit": time_unit or None},
        "with --looks or --events",
        "omit it, or omit --looks and --events",
    )
    rule, lower = rules(spending, parameter, futility, futility_parameter, binding)
    boundary = {"rule": rule, "futility": lower, "binding": binding}
    made = _sequential(trial, looks, planned, boundary)
    if filing.as_json:
        terminal.say_json(trial_numbers(made, target, rule, lower))
        return
    if len(made.analyses) > 1:
        rows = [analysis_row(a, made) for a in made.analyses]
        terminal.say_table(rows, as_json=False)
        typer.echo("")
    terminal.say(trial_text(made, target), as_json=False)


def _no_effect(
    values: dict[str, object],
    when: str = "with --events",
    fix: str = "omit it, or omit --events",
) -> None:
    """Rejects options that have no effect here.

    Args:
        values: options; None for one that was not given.
        when: in which they have none.
        fix: what to do.
    """
    refuse(
        DesignError,
        [
            Problem(
                code="EQ809",
                what=f"{name} has no effect {when}",
                where=f"design, {name}",
                fix=fix,
            )
            for name, value in values.items()
            if value is not None
        ],
    )


def _fixed(
    trial: TimeToEvent, hazard_ratio: float | None, power: float | None, filing: Filing
) -> None:
    """One analysis: a plan."""
    from equipoise.design.planning.events import FARTHEST, check_hazard_ratio
    from equipoise.design.planning.question import (
        detectable,
        nothing_left,
        plan_question,
    )

    solved = nothing_left("--hazard-ratio", filing.n, hazard_ratio is not None, power)
    if hazard_ratio is None:
        found = detectable(
            lambda assumed: replace(trial, hazard_ratio=assumed).question(),
            filing.n or 0, 1.0, 1 / FARTHEST[trial.variance],
        )  # fmt: skip
        trial = replace(trial, hazard_ratio=found)
    check_hazard_ratio(trial.hazard_ratio, trial.variance)
    plan = plan_question(trial.question(), filing.n, solved, filing.source)
    numbers = _fixed_numbers(trial, plan)
    filing.show(plan, numbers, _fixed_text(trial, plan, numbers))


def _fixed_numbers(trial: TimeToEvent, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.proportions import arms_of

    n, target = plan.participants, trial.target
    arms, events = arms_of(n, target.ratio), trial.expected(n)
    numbers: dict[str, object] = {}
    if plan.solved_for == "size":
        exact = trial.size(whole=False)
        arms = trial.size().rounded
        numbers = {
            "events": exact.events,
            "planned_events": trial.planned_events,
            "before_rounding": exact.total,
        }
    return numbers | {
        "first_arm": arms[0],
        "second_arm": arms[1],
        "expected_events": sum(events),
        "expected_events_first": events[0],
        "expected_events_second": events[1],
        "test": "log-rank test",
        "variance": trial.variance,
        "sides": target.sides,
        "alpha": target.alpha,
        "hazard_ratio": trial.hazard_ratio,
        "significant_hazard_ratio": trial.critical(n),
        "hazard": trial.hazard,
        "dropout": trial.dropout,
        "recruitment": trial.accrual_of(n),
        "duration": trial.accrual_of(n) + trial.follow_up,
    }


def _fixed_text(
    trial: TimeToEvent, plan: Plan, numbers: dict[str, object]
) -> dict[str, object]:
    from equipoise.design.planning.plan import power_text

    n = plan.participants
    expected = [terminal.number(d, 1) for d in trial.expected(n)]
    facts: dict[str, object] = {
        "participants": n,
        "first arm": numbers["first_arm"],
        "second arm": numbers["second_arm"],
        "test": f"log-rank test, {level(trial.target)} ({NAMES[trial.variance]})",
    }
    if plan.solved_for == "size":
        exact = trial.size(whole=False)
        facts["before rounding"] = terminal.number(exact.total, 4)
        needed = terminal.number(exact.events or 0.0, 2)
        facts["events"] = f"{trial.planned_events} needed ({needed})"
    return facts | {
        "expected events": f"{expected[0]} and {expected[1]}",
        "power": power_text(plan.power),
        "hazard ratio": terminal.number(trial.hazard_ratio, 4),
        "recruitment": trial.time(trial.accrual_of(n)),
        "duration": trial.time(trial.accrual_of(n) + trial.follow_up),
    }


def _sequential(
    trial: TimeToEvent, looks: str | None, planned: str | None, words: dict[str, Any]
) -> EventTrial:
    """Several analyses, with the boundaries that are given."""
    from equipoise.design.sequential.event_trial import (
        SHORTEST,
        accrual_at_rate,
        event_trial,
        event_trial_with,
    )

    words = words | {"alpha": trial.target.one_sided}

    def made(duration: float) -> EventTrial:
        assumed = trial.assumptions(duration)
        if planned is not None:
            return event_trial_with(assumed, events=_list(planned, "--events"), **words)
        return event_trial(
            assumed, timing=_list(looks or "1", "--looks"), power=trial.target.power,
            variance=trial.variance, **words,
        )  # fmt: skip

    if trial.rate is None:
        return made(trial.accrual or 0.0)
    shortest = made(trial.ramp or SHORTEST)  # the same boundaries for every duration
    return made(
        accrual_at_rate(
            trial.rate,
            trial.ramp,
            lambda time: shortest.participants_with(trial.assumptions(time)),
        )
    )


def _one_of(
    name: str, first: float | None, other: str, second: float | None, times: float
) -> float:
    """``times / first``, or ``second``, whichever of two options is given."""
    if (first is None) == (second is None):
        raise DesignError.single(
            "EQ809",
            f"{'both' if first is not None else 'neither'} of {name} and {other} given",
            where=f"design, {name}",
            fix="give one of the two",
        )
    return times / first if first is not None else second or 0.0


def _check_loss(dropout: float, time: float | None) -> None:
    """Rejects a proportion that is lost without its time, and the reverse."""
    if (dropout > 0) != (time is not None):
        raise DesignError.single(
            "EQ809",
            "--dropout and --dropout-time belong together",
            where="design, --dropout",
            fix="give the proportion lost, and the time by which it is lost",
        )


def _check_ramp(ramp: float, accrual: float | None) -> None:
    """Rejects a start of recruitment that is longer than recruitment."""
    if accrual is not None and ramp > accrual:
        raise DesignError.single(
            "EQ801",
            f"--ramp is {ramp:g}, longer than --accrual",
            where="design, --ramp",
            fix=f"give a number from 0 to {accrual:g}",
        )


def _list(text: str, name: str) -> list[float]:
    try:
        return [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        raise DesignError.single(
            "EQ804",
            f"{name} {text!r} is not a list of numbers",
            where=f"design, {name}",
            fix="separate the numbers by commas, such as 0.5,0.75,1",
        ) from None
