"""Output of ``equipoise design group-sequential --endpoint``."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import typer

from equipoise.cli import terminal
from equipoise.cli.design_target import level
from equipoise.cli.planning_options import Filing
from equipoise.cli.sequential_options import Endpoint, EndpointOptions, ask_trial

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.interim_trial import InterimAnalyses
    from equipoise.design.planning.question import Question
    from equipoise.design.requirements import Target
    from equipoise.design.sequential.participants import (
        InterimAnalysis,
        SequentialTrial,
    )
    from equipoise.design.sequential.piecewise_trial import EventAnalysis


def show_participants(
    given: EndpointOptions,
    endpoint: Endpoint,
    target: Target,
    interim: InterimAnalyses,
    power: float | None,
    filing: Filing,
    numbers: dict[str, object],
) -> None:
    """Prints and files a trial with means, proportions or a mixed model.

    Args:
        given: the options of the endpoint.
        endpoint: other than events.
        target: error, power and allocation.
        interim: analyses and boundaries.
        power: as typed.
        filing: the options of every plan.
        numbers: of the boundaries alone.

    Raises:
        DesignError: EQ801, EQ802, EQ803.
    """
    from equipoise.design.planning.interim_trial import interim_question, plan_interim
    from equipoise.design.planning.question import detectable, nothing_left

    ask, none, farthest = ask_trial(given, endpoint, target)
    effect = given.effect(endpoint)
    name = "--first" if endpoint == "proportions" else "--difference"
    solved = nothing_left(name, filing.n, effect is not None, power)
    if effect is None:
        design = interim.design(target)

        def question(assumed: float) -> Question:
            return interim_question(ask(assumed), design, target)

        effect = detectable(question, filing.n or 0, none, farthest)
    plan, trial = plan_interim(
        ask(effect), interim, target, filing.n, solved, filing.source
    )
    if not filing.as_json:
        for table in plan.tables:
            rows = [dict(zip(table.head, row, strict=True)) for row in table.rows]
            terminal.say_table(rows, as_json=False)
            typer.echo(f"{table.note}\n")
    more = numbers | _json(trial, endpoint, given) | {
        "sides": target.sides, "alpha": target.alpha, "ratio": target.ratio,
        "target_power": target.power,
    }  # fmt: skip
    filing.show(plan, more, _text(trial, target, plan.power))


def _text(trial: SequentialTrial, target: Target, power: float) -> dict[str, object]:
    from equipoise.design.planning.plan import power_text

    first, second = trial.maximum.rounded
    text: dict[str, object] = {
        "maximum sample size": f"{first + second} randomized, {first} and {second} "
        f"(before rounding {terminal.number(trial.maximum.total, 4)}; "
        f"with one analysis {terminal.number(trial.fixed.total, 4)})",
        "power": power_text(power),
        "assumed effect": f"{trial.outcome.measure} {trial.outcome.effect:g}",
        "level": level(target),
        "expected sample size": pair(trial.expected),
    }
    if isfinite(trial.expected_randomized[0]):
        text["expected sample size with the overrun"] = pair(trial.expected_randomized)
    return text


def pair(values: tuple[float, float]) -> str:
    """A number with the assumed effect, and without an effect."""
    with_effect, without = (terminal.number(v, 1) for v in values)
    return f"{with_effect} with the assumed effect, {without} without"


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
