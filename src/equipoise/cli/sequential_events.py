"""``equipoise design group-sequential --endpoint events``: time to an event, in periods."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite
from typing import TYPE_CHECKING

import typer

from equipoise.cli import terminal
from equipoise.cli.design_target import level
from equipoise.cli.sequential_options import EndpointOptions, periods, recruitment_of
from equipoise.cli.sequential_output import pair, stop_numbers
from equipoise.cli.sequential_rules import rule_numbers
from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.piecewise_events import PiecewiseEvents
    from equipoise.design.sequential.piecewise_trial import (
        EventAnalysis,
        PiecewiseTrial,
    )

CONDITIONAL = (
    "conditional power of a trial exactly at the futility boundary that continues, "
    "with the assumed effect / with the observed effect"
)
METHOD = (
    "log-rank test; average hazard ratio of the events by each analysis (as gsDesign2) "
    "and Schoenfeld's information (with one hazard ratio as rpact and SAS SEQDESIGN)"
)


def show_events(
    given: EndpointOptions,
    target: Target,
    timing: Sequence[float],
    rules: tuple[Rule, Rule | None],
    binding: bool,
    *,
    as_json: bool,
) -> None:
    """Prints a trial with a time to event, with hazards and recruitment in periods.

    Raises:
        DesignError: EQ801, EQ802, EQ804, EQ808, EQ809, EQ810, EQ832.
    """
    from equipoise.design.sequential.piecewise_trial import piecewise_trial

    trial = piecewise_trial(
        _assumptions(given, target), rules[0], timing, alpha=target.one_sided,
        power=target.power, futility=rules[1], binding=binding,
    )  # fmt: skip
    if as_json:
        terminal.say_json(_json(trial, target, rules, binding))
        return
    terminal.say_table([_row(a) for a in trial.analyses], as_json=False)
    typer.echo("")
    terminal.say(_text(trial, target, given), as_json=False)


def _assumptions(given: EndpointOptions, target: Target) -> PiecewiseEvents:
    """The assumptions; hazards and hazard ratios get the periods of both."""
    from equipoise.design.sequential.piecewise_events import PiecewiseEvents

    recruitment = recruitment_of(given.recruitment)
    if recruitment is None or given.accrual is None or given.follow_up is None:
        raise AssertionError("options that are needed have been checked")
    hazards = _at_changes(str(given.hazard), "--hazard")
    ratios = _at_changes(str(given.hazard_ratio), "--hazard-ratio")
    changes = sorted({*hazards[1], *ratios[1]})
    starts = [0.0, *changes]
    return PiecewiseEvents(
        hazards=tuple(_value(hazards, t) for t in starts),
        hazard_ratios=tuple(_value(ratios, t) for t in starts),
        durations=tuple(b - a for a, b in zip(starts, changes, strict=False)),
        recruitment=recruitment,
        accrual=given.accrual,
        follow_up=given.follow_up,
        loss=given.loss or 0.0,
        ratio=target.ratio,
    )


Changing = tuple[tuple[float, ...], tuple[float, ...]]  # values, times of the changes


def _at_changes(text: str, option: str) -> Changing:
    values, durations = periods(text, option)
    durations = durations[: len(values) - 1]
    if not all(0 < d < 1e100 for d in durations):
        raise DesignError.single(
            "EQ832",
            f"a period of {option} {text!r} has no length",
            where=f"design, {option}",
            fix="give durations above 0, such as 1x3,0.6",
        )
    total, times = 0.0, []
    for duration in durations:
        total += duration
        times.append(total)
    return values, tuple(times)


def _value(changing: Changing, time: float) -> float:
    values, times = changing
    return values[sum(time >= t for t in times)]


def _row(a: EventAnalysis) -> dict[str, str]:
    return {
        "information": terminal.timing(a.fraction),
        "events": str(ceil(a.events - 1e-9)),
        "time": terminal.number(a.time, 1),
        "randomized": str(ceil(a.randomized - 1e-9)),
        "assumed HR": terminal.number(a.hazard_ratio, 3),
        "z": terminal.number(a.efficacy_z, 4),
        "HR": terminal.number(a.efficacy_hazard_ratio, 3),
        "futility z": terminal.number(a.futility_z, 4),
        "futility HR": terminal.number(a.futility_hazard_ratio, 3),
        **_stop_texts(a),
    }


def _stop_texts(a: EventAnalysis) -> dict[str, str]:
    assumed, observed = (terminal.percent(p) for p in a.conditional_power)
    known = isfinite(a.conditional_power[0])
    return {
        "error": terminal.percent(a.spent, 3),
        "power": terminal.percent(a.power),
        "stops, no effect": terminal.percent(sum(a.stops_without_effect)),
        "CP at futility": f"{assumed} / {observed}" if known else "-",
    }


def _text(
    trial: PiecewiseTrial, target: Target, given: EndpointOptions
) -> dict[str, object]:
    last = trial.analyses[-1]
    return {
        "maximum": f"{ceil(last.events - 1e-9)} events in "
        f"{ceil(trial.participants - 1e-9)} randomized (before rounding "
        f"{terminal.number(last.events, 2)} and "
        f"{terminal.number(trial.participants, 2)})",
        "recruitment": f"{terminal.number(trial.recruitment_factor, 4)} times the "
        f"assumed rates ({given.recruitment}) for {given.accrual:g}",
        "test": f"{level(target)}; {METHOD}",
        "expected events": pair(trial.expected_events),
        "expected randomized": pair(trial.expected_randomized),
        "assumed HR": "average over the events by then; HR: observed, at the boundary",
        "CP at futility": CONDITIONAL,
    }


def _json(
    trial: PiecewiseTrial,
    target: Target,
    rules: tuple[Rule, Rule | None],
    binding: bool,
) -> dict[str, object]:
    from scipy import special

    analyses = []
    for a in trial.analyses:
        efficacy, futility = isfinite(a.efficacy_z), isfinite(a.futility_z)
        z = a.efficacy_z, a.futility_z
        p = [float(special.ndtr(-value)) for value in z]
        analyses.append(
            {
                "information": a.fraction,
                "events": a.events,
                "events_first_arm": a.events_first,
                "events_second_arm": a.events_second,
                "time": a.time,
                "randomized": a.randomized,
                "statistical_information": a.information,
                "assumed_hazard_ratio": a.hazard_ratio,
                "efficacy_z": terminal.finite(z[0]),
                "efficacy_p": p[0] if efficacy else None,
                "efficacy_hazard_ratio": terminal.finite(a.efficacy_hazard_ratio),
                "futility_z": terminal.finite(z[1]),
                "futility_p": p[1] if futility else None,
                "futility_hazard_ratio": terminal.finite(a.futility_hazard_ratio),
                **stop_numbers(a),
            }
        )
    return {
        "endpoint": "events",
        "measure": "hazard ratio",
        "analyses": analyses,
        "efficacy": rule_numbers(rules[0]),
        "futility": rule_numbers(rules[1]),
        "binding": binding,
        "one_sided_alpha": target.one_sided,
        "power": target.power,
        "events": trial.analyses[-1].events,
        "participants": ceil(trial.participants - 1e-9),
        "before_rounding": trial.participants,
        "recruitment_factor": trial.recruitment_factor,
        "duration": trial.duration,
        "expected_events_with_effect": trial.expected_events[0],
        "expected_events_without_effect": trial.expected_events[1],
        "expected_randomized_with_effect": trial.expected_randomized[0],
        "expected_randomized_without_effect": trial.expected_randomized[1],
        "unit": "events",
    }
