"""How a group sequential trial with a time to event is shown: as text and numbers."""

from __future__ import annotations

from math import ceil, isfinite
from typing import TYPE_CHECKING

from equipoise.cli import terminal
from equipoise.cli.design_target import level
from equipoise.cli.sequential_rules import rule_numbers

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.boundaries import Rule
    from equipoise.design.sequential.event_trial import Analysis, EventTrial

NAMES: dict[str, str] = {
    "schoenfeld": "Schoenfeld's normal approximation; as East, SAS SEQDESIGN and rpact",
    "freedman": "Freedman's normal approximation; as rpact",
    "lachin-foulkes": "Lachin and Foulkes' normal approximation; as gsDesign",
}


def analysis_row(analysis: Analysis, trial: EventTrial) -> dict[str, str]:
    """One analysis of a trial, as a row of a table."""
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


def trial_text(trial: EventTrial, target: Target) -> dict[str, object]:
    """The trial as text, line by line."""
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


def trial_numbers(
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
