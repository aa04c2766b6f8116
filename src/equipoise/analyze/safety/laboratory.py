"""Laboratory results: highest toxicity grade by period and arm, and a listing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.listing_order import described
from equipoise.analyze.result import Estimate, Listing
from equipoise.dataset.collected import collected
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

TOPIC = "laboratory"
BEFORE, AFTER, UNKNOWN = "before", "after", "no-time"
GRADES = range(5)
HEAD = (
    "Participant", "Arm", "Sampled, UTC", "Visit", "Test", "Result", "Unit",
    "Reference range", "Against the range", "Clinically significant", "Grade",
)  # fmt: skip


def laboratory_grades(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants by the toxicity grade of each test, before and after the first infusion.

    Before: the last graded result before the start of the first infusion; of participants
    without a recorded infusion the last of all, where infusions were recorded. After: the
    highest grade. Results without a time of the sample, or without any record of
    infusions, are a period of their own. Results without a grade count nowhere.

    Returns:
        ``laboratory.<test>.<period>.grade-<0 to 4>.<arm>``, participants; ``n``: those
        with a graded result of the test in the period. Only tests and periods with one.
        Nothing without a table of laboratory results.

    Source: ICH E3 12.4.2, 14.3.4.
    """
    if not collected(data, TOPIC):
        return []
    rows = _placed(data)
    rows = rows[rows["grade"].notna() & rows["arm"].notna()]
    population = counted_population(data)
    estimates = []
    for test in rows["name"].drop_duplicates():
        for period in (BEFORE, AFTER, UNKNOWN):
            own = rows[(rows["name"] == test) & (rows["period"] == period)]
            if len(own):
                worst = _of_each(own, period)
                label = str(own["label"].iloc[0])
                start = f"{TOPIC}.{test}.{period}"
                estimates += _counts(protocol, worst, start, population, label)
    return estimates


def _counts(
    protocol: Protocol, worst: pd.DataFrame, start: str, population: str, label: str
) -> list[Estimate]:
    estimates = []
    for grade in GRADES:
        for arm in protocol.arms:
            own = worst[worst["arm"] == arm.id]
            count, n = int((own["grade"] == grade).sum()), len(own)
            estimates.append(
                Estimate(
                    id=f"{start}.grade-{grade}.{arm.id}",
                    endpoint=TOPIC,
                    analysis="grade",
                    population=population,
                    contrast=arm.id,
                    estimate=float(count) if n else None,
                    statistic=count / n if n else None,
                    n=n,
                    note=label,
                )
            )
    return estimates


def _placed(data: UnblindedTrialData) -> pd.DataFrame:
    """Results with arm and period."""
    rows = data.provided[TOPIC]
    first = data.exposures.groupby("participant")["started_at"].min()
    starts = rows["participant"].map(first)
    known = rows["sampled_at"].notna() & collected(data, "exposures")
    later = known & starts.notna() & (rows["sampled_at"] > starts)
    period = pd.Series(UNKNOWN, index=rows.index, dtype=object)
    period[known] = BEFORE
    period[later] = AFTER
    return rows.assign(arm=rows["participant"].map(data.arm), period=period)


def _of_each(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """The row of each participant that counts: the last one before, else the highest."""
    order = ["sampled_at"] if period == BEFORE else ["grade", "sampled_at"]
    return rows.sort_values(order, kind="stable").drop_duplicates(
        "participant", keep="last"
    )


def laboratory_listing(protocol: Protocol, data: UnblindedTrialData) -> list[Listing]:
    """Every laboratory result of a randomized participant.

    Nothing without a table of laboratory results.

    Source: ICH E3 16.2.8.
    """
    if not collected(data, TOPIC):
        return []
    rows = data.provided[TOPIC]
    rows = rows[rows["participant"].isin(data.arm.index)]
    rows = rows.sort_values(["participant", "sampled_at", "name"], kind="stable")
    note = "No laboratory result of a randomized participant was recorded."
    if len(rows):
        note = (
            f"{described(data, 'participant, time and test')} An empty cell: not "
            "recorded, or without a grade. Grades are calculated from the result and "
            "the reference range by the criteria that the form of the protocol states."
        )
    return [
        Listing(
            id="laboratory-results",
            title="Laboratory results by participant",
            columns=HEAD,
            rows=tuple(_row(protocol, data, row) for row in rows.to_dict("records")),
            note=note,
            group="16.2.8",
        )
    ]


def _row(
    protocol: Protocol, data: UnblindedTrialData, row: dict[Any, Any]
) -> tuple[str, ...]:
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    ends = [_text(row[name]) for name in ("low", "high")]
    significant = row["significant"]
    time = row["sampled_at"]
    return (
        str(row["participant"]),
        protocol.arm(str(data.arm[row["participant"]])).label,
        "" if pd.isna(time) else f"{time:%Y-%m-%d %H:%M}",
        labels.get(_text(row["visit"]), _text(row["visit"])),
        str(row["label"]),
        _text(row["value"]),
        _text(row["unit"]),
        f"{ends[0]} to {ends[1]}" if all(ends) else _one_end(*ends),
        _text(row["indicator"]).lower(),
        "" if pd.isna(significant) else ("yes" if significant else "no"),
        _text(row["grade"]),
    )


def _one_end(low: str, high: str) -> str:
    return f"≥ {low}" if low else f"≤ {high}" if high else ""


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
