"""Which participant has what at which visit; what is absent is never counted as zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.protocol.labels import instrument_label
from equipoise.protocol.model import Protocol
from equipoise.report.inspection.findings import Findings

STATES = ("complete", "partial", "reason", "absent", "not looked at")
STATE_LABELS = {
    "complete": "complete",
    "partial": "partial: some values are missing",
    "reason": "a reason instead of a value",
    "absent": "planned, nothing in the data",
    "not looked at": "not looked at: no column is mapped for it",
}
FORM = ["participant", "visit", "timepoint_min", "instrument"]
TABLES = {"measurements": "Measurements", "exposures": "Infusion"}


@dataclass(frozen=True)
class Planned:
    """What the protocol plans at a visit.

    Attributes:
        subject: an instrument, ``measurements`` or ``exposures``.
        values: number of forms or values per participant; 0 if it is not planned.
    """

    visit: str
    subject: str
    values: int


def subject_label(protocol: Protocol, subject: str) -> str:
    """Label of an instrument or table."""
    return TABLES.get(subject) or instrument_label(protocol, subject)


def planned(protocol: Protocol) -> list[Planned]:
    """What the protocol plans, in the order of the schedule."""
    found: dict[tuple[str, str], int] = {}
    schedule = protocol.schedule
    for visit in schedule.visits:
        if visit.infusion is not None:
            found[visit.id, "exposures"] = 1
        for part in schedule.assessments(visit):
            key = (visit.id, part.instrument)
            found[key] = found.get(key, 0) + max(1, len(part.minutes))
        for group in schedule.measurements(visit):
            key = (visit.id, "measurements")
            values = len(group.names) * max(1, len(group.minutes))
            found[key] = found.get(key, 0) + values
    return [Planned(*key, values) for key, values in found.items()]


def completeness(findings: Findings) -> pd.DataFrame:
    """The state of each participant, visit and instrument or table.

    Returns:
        ``participant, visit, subject, planned, state``: everything that is planned, and
        everything else that is in the data, which has ``planned`` False.
    """
    plan = planned(findings.protocol)
    keys = ["participant", "visit", "subject"]
    people = findings.tables["participants"]["participant"].dropna().unique()
    grid = pd.MultiIndex.from_product(
        [people, range(len(plan))], names=["participant", "at"]
    ).to_frame(index=False)
    visits = pd.Series([part.visit for part in plan], dtype="string")
    subjects = pd.Series([part.subject for part in plan], dtype="string")
    wanted = pd.Series([part.values for part in plan], dtype="Int64")
    looked = pd.Series(
        [findings.looked_at(p.subject, p.visit) for p in plan], dtype=bool
    )
    at = grid["at"].to_numpy(int)
    frame = pd.DataFrame(
        {
            "participant": grid["participant"].astype("string"),
            "visit": visits.take(at).array,
            "subject": subjects.take(at).array,
            "wanted": wanted.take(at).array,
            "looked": looked.take(at).array,
        }
    )
    observed = _observed(findings)
    both = frame.merge(observed, how="outer", on=keys, sort=False)
    both["planned"] = both["wanted"].notna()
    counts = both[["full", "some", "coded"]].fillna(0).astype(int)
    state = pd.Series("absent", index=both.index, dtype=object)
    state = state.mask(~both["looked"].astype("boolean").fillna(True), "not looked at")
    state = state.mask(counts["coded"] > 0, "reason")
    state = state.mask((counts["some"] > 0) | (counts["full"] > 0), "partial")
    enough = counts["full"] >= both["wanted"].fillna(1)
    state = state.mask(enough & (counts["full"] > 0), "complete")
    return both.assign(state=state)[[*keys, "planned", "state"]]


def _observed(findings: Findings) -> pd.DataFrame:
    """Forms or values of each participant, visit and subject: ``full, some, coded``."""
    keys = ["participant", "visit", "subject"]
    forms = _forms(findings).rename(columns={"instrument": "subject"})
    parts = [forms[[*keys, "full", "some", "coded"]]]
    for name in TABLES:
        table = findings.tables[name]
        mine = table.dropna(subset=["participant", "visit"])[keys[:2]]
        parts.append(mine.assign(subject=name, full=1, some=1, coded=0))
        coded = findings.coded.get(name)
        if coded is not None:
            rows = coded[keys[:2]].dropna()
            parts.append(rows.assign(subject=name, full=0, some=0, coded=1))
    texts = dict.fromkeys(keys, "string")
    filled = [part.astype(texts) for part in parts if len(part)]
    together = pd.concat(filled or [parts[0].astype(texts)], ignore_index=True)
    return together.groupby(keys, as_index=False, sort=False).sum()


def _forms(findings: Findings) -> pd.DataFrame:
    """Every form with ratings: whether it is complete, partial or only coded."""
    answers, scores = findings.tables["answers"], findings.scores
    recorded = findings.tables["recorded_scores"]
    filled = [table[FORM] for table in (answers, recorded) if len(table)]
    known = pd.concat(filled or [answers[FORM]]).drop_duplicates()
    main = {i: s.primary_score for i, s in findings.protocol.scales.items()}
    primary = scores[scores["score"] == scores["instrument"].map(main)]
    lacking: pd.Series[Any] = primary.groupby(FORM, dropna=False)["n_missing"].max()
    missing = lacking.reindex(pd.MultiIndex.from_frame(known)).to_numpy("float64")
    full = pd.Series(missing == 0, index=known.index)
    alone = pd.MultiIndex.from_frame(known).isin(
        pd.MultiIndex.from_frame(recorded[FORM])
    )
    items = pd.MultiIndex.from_frame(known).isin(
        pd.MultiIndex.from_frame(answers[FORM])
    )
    full |= alone & ~items
    rated = known.assign(full=full.astype(int), some=1, coded=0)
    coded = [
        findings.coded[name][FORM].drop_duplicates().assign(full=0, some=0, coded=1)
        for name in ("answers", "recorded_scores")
        if name in findings.coded
    ]
    filled = [part for part in (rated, *coded) if len(part)]
    everything = pd.concat(filled or [rated], ignore_index=True)
    return everything.dropna(subset=["participant", "visit", "instrument"])


def aggregated(table: pd.DataFrame) -> pd.DataFrame:
    """Number of participants in each state, by visit and subject.

    Returns:
        ``visit, subject, planned`` and a column for each of ``STATES``, in the order of
        ``table``.
    """
    keys = ["visit", "subject"]
    order = table.groupby(keys, sort=False)["planned"].any()
    counts = pd.crosstab([table["visit"], table["subject"]], table["state"])
    counts = counts.reindex(columns=list(STATES), fill_value=0)
    return order.to_frame().join(counts).reset_index()
