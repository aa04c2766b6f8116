"""Compliance and dosing: one row for each participant, and one for each infusion."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import by_arm, described
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
VALUES = slice(4, 10)  # columns of an infusion that are the same at most infusions
EXCEPTION = (  # what a value is called that differs from that of the other infusions
    ("drug", ""), ("dose", " mg"), ("dose by weight", " mg/kg"), ("weight", " kg"),
    ("length", " min"), ("interrupted:", ""),
)  # fmt: skip


def dosing_listing(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """One row for each participant: infusions received, dose, exceptions.

    Drug, dose, weight, length and interruption are those of most infusions that the
    participant received; infusions that differ, or were due and not given, are named.
    Without any record of treatment there are no rows, and the note says so.

    Source: ICH E3 16.2.5.
    """
    rows = _infusions(protocol, data)
    note = (
        f"{described(data, 'arm and participant')} Values of most of the infusions that "
        "the participant received; exceptions name those that differ. An empty cell was "
        "not recorded."
    )
    return Listing(
        id="dosing",
        title="Compliance and dosing",
        columns=(*HEAD[:2], "Infusions received", *HEAD[VALUES], "Exceptions"),
        rows=tuple(
            _participant(list(own)) for _, own in groupby(rows, key=lambda row: row[0])
        ),
        note=note if rows else _absent(data),
        group="16.2.5",
    )


def infusion_listing(
    protocol: Protocol, data: UnblindedTrialData
) -> tuple[Listing, ...]:
    """Each infusion: drug, dose, weight, length, interruption; as a file.

    An infusion that was due and has no record is a row of its own. Without any row there
    is no listing.

    Source: ICH E3 16.2.5.
    """
    rows = _infusions(protocol, data)
    if not rows:
        return ()
    order = described(data, "arm, participant and infusion")
    return (
        Listing(
            id="dosing-infusions",
            title="Compliance and dosing: each infusion",
            columns=HEAD,
            rows=rows,
            note=f"{order} An empty cell was not recorded.",
            group="16.2.5",
            printed=False,
        ),
    )


def _infusions(
    protocol: Protocol, data: UnblindedTrialData
) -> tuple[tuple[str, ...], ...]:
    """A row for each infusion that was given or was due, by arm and participant."""
    if not collected(data, "exposures"):
        return ()
    labels = {arm.id: arm.label for arm in protocol.arms}
    rows = [
        _row(row, labels[str(row["arm"])])
        for row in infusions(data, protocol).to_dict("records")
    ]
    key = by_arm(protocol, data)
    return tuple(sorted(rows, key=lambda row: key(row[0])))


def _absent(data: UnblindedTrialData) -> str:
    """Why there are no rows."""
    if collected(data, "exposures"):
        return "No infusion was due and none was recorded."
    text = NOT_COLLECTED["exposures"]
    return f"{text[0].upper()}{text[1:]}."


def _participant(rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The infusions of a participant in one row."""
    given = [row for row in rows if row[9]]  # an infusion that was given has a flag
    usual = [_usual([row[k] for row in given]) for k in range(len(HEAD))[VALUES]]
    exceptions = []
    for row in rows:
        texts = []
        if row[9]:
            texts = [
                f"{name} {value}{unit}" if value else f"{name} {UNRECORDED}"
                for (name, unit), value, most in zip(
                    EXCEPTION, row[VALUES], usual, strict=True
                )
                if value != most
            ]
        texts += [row[10]] if row[10] else []
        if texts:
            exceptions.append(f"infusion {row[2]}: {', '.join(texts)}")
    return (*rows[0][:2], str(len(given)), *usual, "; ".join(exceptions))


def _usual(texts: list[str]) -> str:
    """The most frequent text, the first of several; empty for none."""
    return Counter(texts).most_common(1)[0][0] if texts else ""


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
