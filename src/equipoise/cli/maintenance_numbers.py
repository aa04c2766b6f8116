"""The tables of ``equipoise design maintenance`` as numbers, for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from equipoise.cli.terminal import finite

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.simulate.maintenance.compare import Comparison, Number
    from equipoise.simulate.maintenance.mean_days import MeanDays
    from equipoise.simulate.maintenance.smart import PotentialOutcomes, Smart
    from equipoise.simulate.maintenance.withdrawal import Withdrawal

Rows = list[dict[str, object]]


def schedules(found: Comparison) -> Rows:
    """One row per schedule, with Monte Carlo errors (``_mcse``)."""
    from equipoise.report.maintenance.tables import frame

    return [
        {
            str(name): finite(value) if isinstance(value, float) else value
            for name, value in row.items()
        }
        for row in frame(found).astype(object).to_dict("records")
    ]


def sensitivities(found: Mapping[str, Comparison]) -> Rows:
    """One row per changed assumption: days in response of each schedule."""
    return [
        {
            "assumption": name,
            "respond": comparison.responders / comparison.treated,
            "schedules": [
                {
                    "schedule": kept.schedule.spelling,
                    "days": finite(kept.mean("days_true").value),
                    "versus none": finite(comparison.gain(kept, "days_true").value),
                }
                for kept in comparison.kept
            ],
        }
        for name, comparison in found.items()
    ]


def withdrawals(made: Sequence[tuple[str, Withdrawal | None, MeanDays | None]]) -> Rows:
    """One row per randomized withdrawal; null where it is too large."""
    rows: Rows = []
    for name, trial, days in made:
        row: dict[str, object] = {"schedule against placebo": name}
        row |= {
            "responders randomized": trial and trial.participants,
            "given the induction": trial and trial.treated,
            "losses": trial and finite(trial.losses),
            "hazard ratio": trial and finite(trial.hazard_ratio),
            "by Schoenfeld": trial and finite(trial.schoenfeld),
            "simulated power": _number(trial.power if trial else None),
            "simulated error": _number(trial.error if trial else None),
            "by mean days": days and days.participants,
            "their induction": days and days.treated,
            "their power": _number(days.power if days else None),
        }
        rows.append(row)
    return rows


def smarts(people: PotentialOutcomes, made: Sequence[tuple[str, Smart | None]]) -> Rows:
    """One row per pair of regimes; null where the trial is too large."""
    return [
        {
            "regimes": name,
            "responders randomized": trial and trial.participants,
            "given the induction": trial and trial.treated,
            "randomized again": float(people.lost.mean()) if trial else None,
            "days more": _number(trial.difference if trial else None),
            "simulated power": _number(trial.power if trial else None),
            "simulated error": _number(trial.error if trial else None),
        }
        for name, trial in made
    ]


def _number(number: Number | None) -> dict[str, float | None] | None:
    if number is None:
        return None
    return {"value": finite(number.value), "mcse": finite(number.error)}
