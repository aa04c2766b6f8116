"""``equipoise design events``: a time to event, with one analysis or several."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, isfinite, log
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from equipoise.cli import options, terminal
from equipoise.cli.design_target import Sided, level, sided
from equipoise.cli.sequential_rules import (
    FutilityParameter,
    FutilityRule,
    Parameter,
    Spending,
    rule_numbers,
    rules,
)
from equipoise.errors import DesignError, Problem, refuse

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.fixed.event_assumptions import EventAssumptions
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.event_trial import Analysis, EventTrial

Variance = Literal["schoenfeld", "freedman", "lachin-foulkes"]
NAMES: dict[str, str] = {
    "schoenfeld": "Schoenfeld's normal approximation; as East, SAS SEQDESIGN and rpact",
    "freedman": "Freedman's normal approximation; as rpact",
    "lachin-foulkes": "Lachin and Foulkes' normal approximation; as gsDesign",
}


def events(
    hazard_ratio: Annotated[float, typer.Option(help="first arm to second")],
    follow_up: Annotated[float, typer.Option(help="after the last randomization")],
    median: Annotated[
        float | None, typer.Option(help="median time in the second arm")
    ] = None,
    hazard: Annotated[
        float | None, typer.Option(help="instead of --median: hazard")
    ] = None,
    accrual: Annotated[
        float | None, typer.Option(help="duration of recruitment")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(help="instead of --accrual: participants per unit of time"),
    ] = None,
    ramp: Annotated[
        float, typer.Option(help="first part of recruitment, with a rising rate")
    ] = 0.0,
    dropout: Annotated[
        float, typer.Option(help="proportion lost by --dropout-time")
    ] = 0.0,
    dropout_time: Annotated[
        float | None, typer.Option(help="time of --dropout after randomization")
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
    power: Annotated[
        float | None, typer.Option(help="power at the assumed effect [default: 0.8]")
    ] = None,
    alpha: options.OneError = None,
    sides: options.Sides = None,
    ratio: options.Ratio = 1.0,
    as_json: options.Json = False,
) -> None:
    r"""Events and sample size for a time to event (log-rank).

    Times to event and to loss are exponential, with the same unit throughout.
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
    from equipoise.design.sequential.event_trial import event_trial, event_trial_with

    if looks is None and planned is None:
        changed = None if spending == "lan-demets-of" else spending
        given: dict[str, object] = {
            "--spending": changed,
            "--parameter": parameter,
            "--futility": futility,
            "--futility-parameter": futility_parameter,
            "--binding": binding or None,
        }
        _no_effect(given, "without --looks", "omit it, or give --looks")
    if planned is not None:
        _no_effect({"--looks": looks, "--power": power, "--variance": variance})
    target = sided(Sided(alpha, sides, 0.8 if power is None else power, ratio))
    rule, lower = rules(spending, parameter, futility, futility_parameter, binding)
    hazard = _one_of("--median", median, "--hazard", hazard, log(2))
    loss = _loss(dropout, dropout_time)
    words = {"hazard_ratio": hazard_ratio, "hazard": hazard, "follow_up": follow_up}

    def assumptions(duration: float) -> EventAssumptions:
        return _assumptions(words, duration, ramp, loss, target)

    def made(duration: float) -> EventTrial:
        assumed = assumptions(duration)
        if planned is not None:
            return event_trial_with(
                assumed, rule, _list(planned, "--events"), alpha=target.one_sided,
                futility=lower, binding=binding,
            )  # fmt: skip
        return event_trial(
            assumed, rule, _list(looks or "1", "--looks"), alpha=target.one_sided,
            power=target.power, futility=lower, binding=binding,
            variance=variance or "schoenfeld",
        )  # fmt: skip

    trial = made(_duration(accrual, rate, ramp, made, assumptions))
    if as_json:
        terminal.say_json(_numbers(trial, target, rule, lower))
        return
    if len(trial.analyses) > 1:
        terminal.say_table([_row(a, trial) for a in trial.analyses], as_json=False)
        typer.echo("")
    terminal.say(_text(trial, target), as_json=False)


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


def _assumptions(
    words: dict[str, float], duration: float, ramp: float, loss: float, target: Target
) -> EventAssumptions:
    from equipoise.design.fixed.enrolment import Enrolment
    from equipoise.design.fixed.event_assumptions import EventAssumptions

    return EventAssumptions(
        **words,
        enrolment=Enrolment(duration=duration, ramp=ramp),
        loss=loss,
        ratio=target.ratio,
    )


def _one_of(
    name: str, first: float | None, other: str, second: float | None, times: float
) -> float:
    """``times / first``, or ``second``, whichever of two options is given."""
    from equipoise.design.requirements import check_positive

    if (first is None) == (second is None):
        raise DesignError.single(
            "EQ809",
            f"{'both' if first is not None else 'neither'} of {name} and {other} given",
            where=f"design, {name}",
            fix="give one of the two",
        )
    if first is not None:
        check_positive(**{name.removeprefix("--"): first})
        return times / first
    return second if second is not None else 0.0


def _loss(dropout: float, time: float | None) -> float:
    """Hazard of loss, from the proportion lost by a time."""
    from equipoise.design.requirements import check_positive, out_of_range

    if not 0 <= dropout < 1:
        raise DesignError(out_of_range("dropout", dropout, "from 0 to below 1"))
    if (dropout > 0) != (time is not None):
        raise DesignError.single(
            "EQ809",
            "--dropout and --dropout-time belong together",
            where="design, --dropout",
            fix="give the proportion lost, and the time by which it is lost",
        )
    if time is None:
        return 0.0
    check_positive(dropout_time=time)
    return -log(1 - dropout) / time


def _duration(
    accrual: float | None,
    rate: float | None,
    ramp: float,
    made: Callable[[float], EventTrial],
    assumptions: Callable[[float], EventAssumptions],
) -> float:
    """Duration of recruitment: given, or that in which the rate enrols as many."""
    from equipoise.design.sequential.event_trial import SHORTEST, accrual_at_rate

    _one_of("--accrual", accrual, "--rate", rate, 1.0)  # rejects both, and neither
    if accrual is not None:
        return accrual
    shortest = made(ramp or SHORTEST)  # boundaries are the same for every duration
    return accrual_at_rate(
        rate or 0.0, ramp, lambda time: shortest.participants_with(assumptions(time))
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


def _row(analysis: Analysis, trial: EventTrial) -> dict[str, str]:
    row = {
        "analysis": f"{terminal.number(100 * analysis.information, 4)}%",
        "events": terminal.number(analysis.events, 2),
        "time": terminal.number(analysis.time, 2),
        "enrolled": terminal.number(analysis.enrolled, 1),
        "efficacy z": terminal.number(analysis.efficacy_z, 4),
        "p": terminal.number(analysis.efficacy_p, 4),
        "hazard ratio": terminal.number(analysis.efficacy_hazard_ratio, 4),
        "stops": terminal.percent(analysis.stops_with_effect[0]),
        "stops, no effect": terminal.percent(analysis.stops_without_effect[0], 2),
    }
    if any(isfinite(a.futility_z) for a in trial.analyses):
        row |= {
            "futility z": terminal.number(analysis.futility_z, 4),
            "futility hazard ratio": terminal.number(analysis.futility_hazard_ratio, 4),
            "futile": terminal.percent(analysis.stops_with_effect[1]),
            "futile, no effect": terminal.percent(analysis.stops_without_effect[1]),
        }
    return row


def _text(trial: EventTrial, target: Target) -> dict[str, object]:
    first, second = ceil(trial.first - 1e-9), ceil(trial.second - 1e-9)
    last = trial.analyses[-1]
    facts: dict[str, object] = {
        "participants": first + second,
        "first arm": first,
        "second arm": second,
        "test": f"log-rank test, {level(target)} ({NAMES[trial.variance]})",
        "before rounding": terminal.number(trial.participants, 4),
        "events": f"{ceil(last.events - 1e-6)} ({terminal.number(last.events, 2)}: "
        f"{terminal.number(last.events_first, 2)} and "
        f"{terminal.number(last.events_second, 2)})",
        "power": terminal.percent(trial.power, 2),
        "recruitment": terminal.number(trial.accrual, 2),
        "duration": terminal.number(trial.duration, 2),
    }
    if len(trial.analyses) > 1:
        for name, pair in (
            ("expected events", trial.expected_events),
            ("expected duration", trial.expected_duration),
        ):
            effect, none = (terminal.number(value, 2) for value in pair)
            facts[name] = f"{effect} with the effect, {none} without"
    return facts


def _numbers(
    trial: EventTrial, target: Target, rule: Rule, lower: Rule | None
) -> dict[str, object]:
    """The trial as numbers; null for a boundary at infinity."""
    first, second = ceil(trial.first - 1e-9), ceil(trial.second - 1e-9)
    return {
        "participants": first + second,
        "first_arm": first,
        "second_arm": second,
        "before_rounding": trial.participants,
        "events": trial.analyses[-1].events,
        "analyses": [_analysis_numbers(a) for a in trial.analyses],
        "test": "log-rank test",
        "variance": trial.variance,
        "sides": target.sides,
        "alpha": target.alpha,
        "power": trial.power,
        "efficacy": rule_numbers(rule),
        "futility": rule_numbers(lower),
        "binding": trial.design.binding,
        "fixed_events": trial.fixed_events,
        "recruitment": trial.accrual,
        "duration": trial.duration,
        "expected_events_with_effect": trial.expected_events[0],
        "expected_events_without_effect": trial.expected_events[1],
        "expected_duration_with_effect": trial.expected_duration[0],
        "expected_duration_without_effect": trial.expected_duration[1],
        "expected_participants_with_effect": trial.expected_participants[0],
        "expected_participants_without_effect": trial.expected_participants[1],
    }


def _analysis_numbers(analysis: Analysis) -> dict[str, object]:
    names = (
        "information", "events", "events_first", "events_second", "time", "enrolled",
        "efficacy_z", "efficacy_p", "efficacy_hazard_ratio", "futility_z", "futility_p",
        "futility_hazard_ratio",
    )  # fmt: skip
    numbers: dict[str, object] = {
        name: terminal.finite(getattr(analysis, name)) for name in names
    }
    if not isfinite(analysis.efficacy_z):
        numbers["efficacy_p"] = None
    if not isfinite(analysis.futility_z):
        numbers["futility_p"] = None
    return numbers | {
        "stops_for_efficacy_with_effect": analysis.stops_with_effect[0],
        "stops_for_futility_with_effect": analysis.stops_with_effect[1],
        "stops_for_efficacy_without_effect": analysis.stops_without_effect[0],
        "stops_for_futility_without_effect": analysis.stops_without_effect[1],
        "spent": analysis.spent,
    }
