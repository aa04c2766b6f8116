"""Schedules, assumptions and trials as rows of texts, and as a file for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

import pandas as pd

from equipoise.numerics.rounding import fixed
from equipoise.report.table_cells import with_error
from equipoise.simulate.maintenance.compare import (
    OUTCOMES,
    Comparison,
    Number,
    ScheduleResult,
)
from equipoise.simulate.maintenance.mean_days import MeanDays
from equipoise.simulate.maintenance.smart import PotentialOutcomes, Smart
from equipoise.simulate.maintenance.withdrawal import LARGEST, Withdrawal

Rows = list[dict[str, str]]
NOTHING = "–"
TOO_MANY = f"> {LARGEST}"


def _said(number: Number, digits: int = 1, scale: float = 1.0) -> str:
    """A number and, in brackets, its Monte Carlo error; a dash where there is none."""
    return with_error(number.value, number.error, digits, scale)


def outcomes(comparison: Comparison) -> Rows:
    """One row per schedule, for printing."""
    return [_outcome(comparison, kept) for kept in comparison.kept]


def frame(comparison: Comparison) -> pd.DataFrame:
    """One row per schedule, unrounded: each outcome, its difference from none, errors."""
    rows = []
    for kept in comparison.kept:
        row: dict[str, object] = {"schedule": kept.schedule.spelling}
        for outcome in OUTCOMES:
            mean, gain = kept.mean(outcome), comparison.gain(kept, outcome)
            row |= {
                outcome: mean.value,
                f"{outcome}_mcse": mean.error,
                f"{outcome}_versus_none": gain.value,
                f"{outcome}_versus_none_mcse": gain.error,
            }
        price = comparison.infusions_per_gain(kept)
        middle, low, high = kept.median_loss()
        rows.append(
            row
            | {
                "infusions_per_10_days_gained": price.value,
                "infusions_per_10_days_gained_mcse": price.error,
                "median_first_loss": middle,
                "median_first_loss_low": low,
                "median_first_loss_high": high,
                "responders": comparison.responders,
            }
        )
    return pd.DataFrame(rows)


def differences(comparison: Comparison) -> Rows:
    """Days in response that the schedule of a row has more than that of a column."""
    return [
        {"schedule": row.schedule.spelling}
        | {
            f"than {column.schedule.spelling}": NOTHING
            if row is column
            else _said(comparison.gain(row, "days_true", column))
            for column in comparison.kept
        }
        for row in comparison.kept
    ]


def sensitivities(found: Mapping[str, Comparison]) -> Rows:
    """One row a changed assumption: days in response, more than none in brackets."""
    rows = []
    for name, comparison in found.items():
        share = comparison.responders / comparison.treated
        row = {"assumption": name, "respond": f"{fixed(100 * share, 0)}%"}
        for kept in comparison.kept:
            days = fixed(kept.mean("days_true").value, 1)
            gain = fixed(comparison.gain(kept, "days_true").value, 1)
            more = "" if kept is comparison.kept[0] else f" (+{gain})"
            row[kept.schedule.spelling] = days + more.replace("+-", "-")
        rows.append(row)
    return rows


def withdrawals(made: Sequence[tuple[str, Withdrawal | None, MeanDays | None]]) -> Rows:
    """One row per randomized withdrawal; None is one that is too large."""
    return [
        {"schedule against placebo": name}
        | dict(zip(WITHDRAWAL, _withdrawal(trial), strict=True))
        | dict(zip(DAYS, _days(days), strict=True))
        for name, trial, days in made
    ]


def _withdrawal(trial: Withdrawal | None) -> tuple[str, ...]:
    if trial is None:
        return (TOO_MANY, *[NOTHING] * (len(WITHDRAWAL) - 1))
    by_ratio = trial.schoenfeld
    return (
        str(trial.participants),
        str(trial.treated),
        fixed(trial.losses, 0),
        fixed(trial.hazard_ratio, 2),
        NOTHING if not isfinite(by_ratio) else fixed(by_ratio, 0),
        _said(trial.power, 1, 100) + " %",
        _said(trial.error, 1, 100) + " %",
    )


def _days(trial: MeanDays | None) -> tuple[str, ...]:
    if trial is None:
        return (TOO_MANY, *[NOTHING] * (len(DAYS) - 1))
    return (
        str(trial.participants),
        str(trial.treated),
        _said(trial.power, 1, 100) + " %",
    )


def smarts(people: PotentialOutcomes, made: Sequence[tuple[str, Smart | None]]) -> Rows:
    """One row per pair of regimes; None is one that is too large."""
    rows = []
    for name, trial in made:
        row = {"regimes": name}
        if trial is None:
            row |= dict.fromkeys(SMART, NOTHING) | {SMART[0]: TOO_MANY}
        else:
            again = people.lost.mean()
            cells = (
                str(trial.participants),
                str(trial.treated),
                fixed(100 * float(again), 0) + " %",
                _said(trial.difference),
                _said(trial.power, 1, 100) + " %",
                _said(trial.error, 1, 100) + " %",
            )
            row |= dict(zip(SMART, cells, strict=True))
        rows.append(row)
    return rows


WITHDRAWAL = (
    "responders randomized",
    "given the induction",
    "losses",
    "hazard ratio",
    "by Schoenfeld",
    "simulated power",
    "simulated error",
)
DAYS = ("by mean days", "their induction", "their power")
SMART = (
    "responders randomized",
    "given the induction",
    "randomized again",
    "days more",
    "simulated power",
    "simulated error",
)


def _outcome(comparison: Comparison, kept: ScheduleResult) -> dict[str, str]:
    first = kept is comparison.kept[0]
    gain = comparison.gain(kept, "days_true")
    return {
        "schedule": kept.schedule.spelling,
        "days in response": _said(kept.mean("days_true")),
        "more than none": NOTHING if first else _said(gain),
        "as rated": _said(kept.mean("days_rated")),
        "at the end": _said(kept.mean("end_true"), 1, 100) + " %",
        "first loss": _median(kept),
        "infusions": _said(kept.mean("infusions")),
        "per 10 days": _said(comparison.infusions_per_gain(kept), 2),
        "dissociation": _said(kept.mean("burden")),
        "ratings": fixed(kept.mean("ratings").value, 0),
    }


def _median(kept: ScheduleResult) -> str:
    middle, low, high = kept.median_loss()
    told = [fixed(day, 0) if isfinite(day) else "never" for day in (middle, low, high)]
    return f"{told[0]} ({told[1]} to {told[2]})"
