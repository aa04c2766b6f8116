"""Output of ``equipoise design group-sequential --endpoint``."""

from __future__ import annotations

from math import ceil, isfinite
from typing import TYPE_CHECKING

import typer

from equipoise.cli import terminal
from equipoise.cli.design_target import level
from equipoise.cli.sequential_options import (
    Endpoint,
    EndpointOptions,
    check_dropout,
    outcome_of,
    recruitment_of,
)

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.participants import (
        InterimAnalysis,
        SequentialTrial,
    )
    from equipoise.design.sequential.piecewise_trial import EventAnalysis
    from equipoise.design.sequential.plan import Sequential

METHOD = {
    "means": "t test, size of one analysis times the inflation factor",
    "proportions": "score test, size of one analysis times the inflation factor",
    "mmrm": "mixed model for repeated measures (Lu, Luo and Chen 2008), size of one "
    "analysis times the inflation factor",
}
CONDITIONAL = (
    "conditional power of a trial exactly at the futility boundary that continues, "
    "with the assumed effect / with the observed effect"
)


def show_participants(
    given: EndpointOptions,
    endpoint: Endpoint,
    target: Target,
    plan: Sequential,
    numbers: dict[str, object],
    *,
    as_json: bool,
) -> None:
    """Prints a trial with means, proportions or a mixed model.

    Raises:
        DesignError: EQ801, EQ802, EQ803.
    """
    from equipoise.design.sequential.participants import sequential_trial

    dropout = check_dropout(given.dropout)
    trial = sequential_trial(
        outcome_of(given, endpoint, target),
        plan,
        dropout=0.0 if endpoint == "mmrm" else dropout,
        recruitment=recruitment_of(given.recruitment),
        delay=given.time_to_outcome or 0.0,
    )
    if as_json:
        terminal.say_json(numbers | _json(trial, endpoint, given))
        return
    terminal.say_table([_row(a) for a in trial.analyses], as_json=False)
    typer.echo("")
    terminal.say(_text(trial, endpoint, target), as_json=False)


def _row(a: InterimAnalysis) -> dict[str, str]:
    row = {
        "information": terminal.timing(a.fraction),
        "n": f"{ceil(a.first - 1e-9)} + {ceil(a.second - 1e-9)}",
        "z": terminal.number(a.efficacy_z, 4),
        "p": terminal.number(a.efficacy_p, 5) if isfinite(a.efficacy_z) else "-",
        "effect": terminal.number(a.efficacy_effect, 3),
        "futility z": terminal.number(a.futility_z, 4),
        "futility effect": terminal.number(a.futility_effect, 3),
        **stop_texts(a),
    }
    if a.overrun is not None:
        row["time"] = terminal.number(a.overrun.time, 1)
        row["overrun"] = str(ceil(a.overrun.without_outcome - 1e-9))
    return row


def _text(
    trial: SequentialTrial, endpoint: Endpoint, target: Target
) -> dict[str, object]:
    first, second = trial.maximum.rounded
    text: dict[str, object] = {
        "maximum sample size": f"{first + second} randomized, {first} and {second} "
        f"(before rounding {terminal.number(trial.maximum.total, 4)}; "
        f"with one analysis {terminal.number(trial.fixed.total, 4)})",
        "assumed effect": f"{trial.outcome.measure} {trial.outcome.effect:g}",
        "test": f"{level(target)}; {METHOD[endpoint]}",
        "expected sample size": pair(trial.expected),
    }
    if isfinite(trial.expected_randomized[0]):
        text["expected sample size with the overrun"] = pair(trial.expected_randomized)
    text["n"] = "participants included, first + second arm, each rounded up"
    text["effect"] = "observed effect at the boundary, first arm minus second"
    text["CP at futility"] = CONDITIONAL
    return text


def pair(values: tuple[float, float]) -> str:
    """A number with the assumed effect, and without an effect."""
    with_effect, without = (terminal.number(v, 1) for v in values)
    return f"{with_effect} with the assumed effect, {without} without"


def stop_texts(a: InterimAnalysis | EventAnalysis) -> dict[str, str]:
    """Errors and probabilities of stopping of one analysis, as columns of a table."""
    assumed, observed = (terminal.percent(p) for p in a.conditional_power)
    known = isfinite(a.conditional_power[0])
    return {
        "error": terminal.percent(a.spent, 3),
        "power": terminal.percent(a.power),
        "stops, no effect": terminal.percent(sum(a.stops_without_effect)),
        "CP at futility": f"{assumed} / {observed}" if known else "-",
    }


def stop_numbers(a: InterimAnalysis | EventAnalysis) -> dict[str, object]:
    """The same for JSON."""
    assumed, observed = (terminal.finite(p) for p in a.conditional_power)
    return {
        "cumulative_error": a.spent,
        "cumulative_power": a.power,
        "stops_for_efficacy_with_effect": a.stops_with_effect[0],
        "stops_for_efficacy_without_effect": a.stops_without_effect[0],
        "stops_for_futility_with_effect": a.stops_with_effect[1],
        "stops_for_futility_without_effect": a.stops_without_effect[1],
        "conditional_power_at_futility_assumed_effect": assumed,
        "conditional_power_at_futility_observed_effect": observed,
    }


def _json(
    trial: SequentialTrial, endpoint: Endpoint, given: EndpointOptions
) -> dict[str, object]:
    """Numbers that an endpoint adds to, or replaces in, those of the design."""
    analyses = []
    for a in trial.analyses:
        row: dict[str, object] = {
            "information": a.fraction,
            "first_arm": a.first,
            "second_arm": a.second,
            "randomized": a.randomized,
            "statistical_information": a.information,
            "efficacy_z": terminal.finite(a.efficacy_z),
            "efficacy_p": a.efficacy_p if isfinite(a.efficacy_z) else None,
            "efficacy_effect": terminal.finite(a.efficacy_effect),
            "futility_z": terminal.finite(a.futility_z),
            "futility_p": a.futility_p if isfinite(a.futility_z) else None,
            "futility_effect": terminal.finite(a.futility_effect),
            **stop_numbers(a),
        }
        if a.overrun is not None:
            row["time"] = a.overrun.time
            row["randomized_by_then"] = a.overrun.randomized
            row["overrun"] = a.overrun.without_outcome
        analyses.append(row)
    first, second = trial.maximum.rounded
    numbers: dict[str, object] = {
        "endpoint": endpoint,
        "measure": trial.outcome.measure,
        "effect": trial.outcome.effect,
        "analyses": analyses,
        "participants": first + second,
        "first_arm": first,
        "second_arm": second,
        "before_rounding": trial.maximum.total,
        "with_one_analysis": trial.fixed.total,
        "inflation": trial.design.inflation,
        "expected_participants_with_effect": trial.expected[0],
        "expected_participants_without_effect": trial.expected[1],
        "unit": "participants",
        "dropout": given.dropout or 0.0,
    }
    if isfinite(trial.expected_randomized[0]):
        numbers["expected_randomized_with_effect"] = trial.expected_randomized[0]
        numbers["expected_randomized_without_effect"] = trial.expected_randomized[1]
    return numbers
