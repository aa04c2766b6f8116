"""Compliance and dosing: one row for each infusion that was given or was due."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.population.dosing_deviations import infusions
from equipoise.analyze.result import Listing
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol

UNRECORDED = "not recorded"
HEAD = (
    "Participant", "Arm", "Infusion", "Day", "Drug", "Dose, mg", "Dose, mg/kg",
    "Weight, kg", "Length, min", "Interrupted", "Note",
)  # fmt: skip


def dosing_listing(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """Each infusion: drug, dose, weight, length, interruption.

    An infusion that was due and has no record is a row of its own. Without any record of
    treatment there are no rows, and the note says so.

    Source: ICH E3 16.2.5.
    """
    rows: tuple[tuple[str, ...], ...] = ()
    known = collected(data, "exposures")
    if known:
        labels = {arm.id: arm.label for arm in protocol.arms}
        rows = tuple(
            _row(row, labels[str(row["arm"])])
            for row in infusions(data, protocol).to_dict("records")
        )
    text = NOT_COLLECTED["exposures"]
    empty = "No infusion was due and none was recorded."
    note = "An empty cell was not recorded."
    if not rows:
        note = empty if known else f"{text[0].upper()}{text[1:]}."
    return Listing(
        id="dosing",
        title="Compliance and dosing",
        columns=HEAD,
        rows=rows,
        note=note,
        group="16.2.5",
    )


def _row(row: dict[Any, Any], arm: str) -> tuple[str, ...]:
    start = (str(row["participant"]), arm, str(row["infusion"]))
    reason = "" if pd.isna(row["reason"]) else str(row["reason"])
    if not row["given"]:
        what = "not given or not recorded"
        if pd.isna(row["expected"]):
            what = "not recorded; whether it was due is not known"
        elif row["status"] == "missed":
            what = "not given"
        return (*start, *[""] * 7, f"{what}: {reason}" if reason else what)
    flag = row["interrupted"]
    interrupted = UNRECORDED if pd.isna(flag) else ("yes" if flag else "no")
    by_weight = row["dose_mg"] / row["weight_kg"] if row["weight_kg"] else float("nan")
    return (
        *start,
        _number(row["day"], 0),
        "" if pd.isna(row["drug"]) else str(row["drug"]),
        _number(row["dose_mg"], 2),
        _number(by_weight, 3),
        _number(row["weight_kg"], 1),
        _number(row["minutes"], 0),
        interrupted,
        reason,
    )


def _number(value: Any, digits: int) -> str:
    return "" if pd.isna(value) else fixed(float(value), digits)
