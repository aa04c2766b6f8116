"""The plan of ``equipoise design events`` with one analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from equipoise.cli import terminal
from equipoise.cli.design_target import level
from equipoise.cli.event_trial_output import NAMES
from equipoise.cli.planning_options import Filing
from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.planning.events import TimeToEvent
    from equipoise.design.planning.hazard_margin import HazardMargin
    from equipoise.design.planning.plan import Plan


def hazard_margin(
    hypothesis: str, margin: float | None, several: bool, variance: str | None
) -> HazardMargin | None:
    """The margin of the hypothesis, from the options.

    Raises:
        DesignError: EQ801; EQ809, an option without effect; EQ811, no margin.
    """
    from equipoise.design.planning.hazard_margin import HazardMargin

    if hypothesis == "superiority":
        if margin is not None:
            raise _without(
                "--margin", "for superiority", "omit it, or give --hypothesis"
            )
        return None
    if several or variance is not None:
        name = "--looks" if several else "--variance"
        raise _without(name, f"for {hypothesis}", "omit it")
    if margin is None:
        raise DesignError.single(
            "EQ811",
            f"{hypothesis} needs a margin",
            where="design, --margin",
            fix="give the hazard ratio that is not accepted, such as 1.3",
        )
    return HazardMargin(
        margin=margin,
        hypothesis="equivalence" if hypothesis == "equivalence" else "noninferiority",
    )


def _without(name: str, when: str, fix: str) -> DesignError:
    return DesignError.single(
        "EQ809", f"{name} has no effect {when}", where=f"design, {name}", fix=fix
    )


def show_event_plan(
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
        if trial.hypothesis == "equivalence":
            raise _without("--n alone", "for equivalence", "give --hazard-ratio")
        start = trial.margin.margin if trial.margin else 1.0
        far = FARTHEST[trial.variance]
        found = detectable(
            lambda assumed: replace(trial, hazard_ratio=assumed).question(),
            filing.n or 0, start, far if start < 1 else 1 / far,
        )  # fmt: skip
        trial = replace(trial, hazard_ratio=found)
    with_margin = trial.margin is not None
    check_hazard_ratio(trial.hazard_ratio, trial.variance, margin=with_margin)
    plan = plan_question(trial.question(), filing.n, solved, filing.source)
    numbers = _fixed_numbers(trial, plan)
    filing.show(plan, numbers, _fixed_text(trial, plan, numbers))


def _fixed_numbers(trial: TimeToEvent, plan: Plan) -> dict[str, object]:
    from equipoise.design.planning.proportions import arms_of

    n, target = plan.participants, trial.target
    plan_test = trial.question().test
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
        "test": plan_test,
        "hypothesis": trial.hypothesis,
        "margin": trial.margin.margin if trial.margin else None,
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
        "test": f"{numbers['test']}, {level(trial.target)} ({NAMES[trial.variance]})",
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
