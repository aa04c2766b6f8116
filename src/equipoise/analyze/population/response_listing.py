"""Individual efficacy response: scores of endpoints at each visit."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.listing_order import by_arm, described, signed
from equipoise.analyze.population.analyzed import primary_score, score_of
from equipoise.analyze.population.response_marks import (
    AFTER,
    after_events,
    event_notes,
    gaps,
    recorded_days,
    score_text,
)
from equipoise.analyze.result import Listing
from equipoise.dataset.attendance import attendance
from equipoise.dataset.derive import baseline, holds, score_table
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Definition
from equipoise.protocol.labels import score_label
from equipoise.protocol.model import Protocol

TITLE = "Individual efficacy response data"
HEAD = ("Participant", "Arm", "Visit", "Day", "Score", "Change", "Change, %")
NOTE = (
    "Change: from baseline, in points and as a percentage of the score at baseline. Visits "
    "at which the score was rated, or should have been: at these it is planned and the "
    "visit was due, or may have been. Day: of the visit, as recorded; empty where no day "
    "is recorded."
)


def responses(protocol: Protocol, data: UnblindedTrialData) -> Listing:
    """Score, change from baseline and response of each participant at each visit.

    Visits at which the score was rated, and those at which it should have been.
    Responses are the definitions on that score of which a binary endpoint asks that is
    not exploratory. Sorted by arm, participant and visit.

    Source: ICH E3 16.2.6.
    """
    _, score, _ = primary_score(protocol)
    if score is None:
        return Listing(
            id="efficacy-responses",
            title=TITLE,
            columns=HEAD,
            rows=(),
            note="The primary endpoint is not on a score.",
            group="16.2.6",
        )
    asked = {
        e.variable.definition
        for e in protocol.endpoints
        if e.type == "binary" and e.level != "exploratory"
    }
    rules = [d for d in protocol.definitions if d.score == score and d.id in asked]
    return Listing(
        id="efficacy-responses",
        title=f"{TITLE}: {score_label(protocol, score)}",
        columns=(*HEAD, *(rule.label for rule in rules)),
        rows=_rows(protocol, data, score, rules),
        note=" ".join(
            [
                described(data, "arm, participant and visit"),
                NOTE,
                *event_notes(protocol, data, [rule.id for rule in rules]),
            ]
        ),
        group="16.2.6",
    )


def secondary_responses(
    protocol: Protocol, data: UnblindedTrialData
) -> tuple[Listing, ...]:
    """The same for scores of secondary continuous endpoints, as a file.

    Returns:
        One listing of all these scores, which the report names and does not print; none
        without such an endpoint.

    Source: ICH E3 16.2.6.
    """
    first = primary_score(protocol)[1]
    scores = dict.fromkeys(
        score
        for e in protocol.endpoints
        if e.type == "continuous" and e.level != "exploratory"
        for score in (score_of(protocol, e),)
        if score is not None and score != first
    )
    if not scores:
        return ()
    rows = tuple(
        (*row[:2], score_label(protocol, score), *row[2:])
        for score in scores
        for row in _rows(protocol, data, score, [])
    )
    labels = ", ".join(score_label(protocol, score) for score in scores)
    order = described(data, "instrument, arm, participant and visit")
    return (
        Listing(
            id="efficacy-responses-secondary",
            title=f"{TITLE}: {labels}",
            columns=(*HEAD[:2], "Instrument", *HEAD[2:]),
            rows=rows,
            note=f"{order} {NOTE}",
            group="16.2.6",
            printed=False,
        ),
    )


def _rows(
    protocol: Protocol, data: UnblindedTrialData, score: str, rules: list[Definition]
) -> tuple[tuple[str, ...], ...]:
    """Rows of a score: participant, arm, visit, day, score, changes, responses."""
    table = _visits(protocol, data, score)
    start = table["participant"].map(baseline(data, protocol, score)).astype(float)
    table["change"] = table["value"] - start
    table["percent"] = 100 * table["change"] / start.where(start != 0)
    order = [visit.id for visit in protocol.schedule.visits]
    later = set(order[order.index(protocol.schedule.baseline) + 1 :])
    table.loc[~table["visit"].isin(later), ["change", "percent"]] = float("nan")
    for rule in rules:
        table[rule.id] = pd.Series(pd.NA, index=table.index, dtype="boolean")
        for visit, there in table.groupby("visit"):
            if visit in later:
                state = holds(data, protocol, rule.id, str(visit))
                table.loc[there.index, rule.id] = there["participant"].map(state)
        reached = after_events(protocol, data, rule.id)
        pairs = zip(table["participant"], table["visit"], strict=True)
        table[f"{rule.id} {AFTER}"] = [pair in reached for pair in pairs]
    missing = gaps(data, score)
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    arms = {arm.id: arm.label for arm in protocol.arms}
    key = by_arm(protocol, data)
    records = sorted(table.to_dict("records"), key=lambda r: key(str(r["participant"])))
    return tuple(
        (
            str(row["participant"]),
            arms[str(data.arm[row["participant"]])],
            labels[row["visit"]],
            "" if pd.isna(row["day"]) else f"{row['day']:g}".replace("-", "−"),
            score_text(row, missing),
            "" if pd.isna(row["change"]) else signed(row["change"]),
            "" if pd.isna(row["percent"]) else signed(row["percent"], 0),
            *(_flag(row[rule.id], row[f"{rule.id} {AFTER}"]) for rule in rules),
        )
        for row in records
    )


def _visits(protocol: Protocol, data: UnblindedTrialData, score: str) -> pd.DataFrame:
    """Visits with the score or at which it is missing: participant, visit, day, value.

    The day is the recorded one, missing without one.
    """
    schedule = protocol.schedule
    instrument = score.partition(".")[0]
    planned = [
        visit.id
        for visit in schedule.visits
        if any(part.instrument == instrument for part in schedule.assessments(visit))
    ]
    table = attendance(data, protocol)
    table = table[table["participant"].isin(data.arm.index)]
    table = table.merge(
        score_table(data, score), on=["participant", "visit"], how="left"
    )
    table["day"] = recorded_days(data, table)
    due = table["visit"].isin(planned) & table["expected"].fillna(True).astype(bool)
    chosen = table.loc[
        due | table["value"].notna(), ["participant", "visit", "day", "value"]
    ]
    return chosen.sort_values("participant", kind="stable", ignore_index=True)


def _flag(value: object, after: bool) -> str:
    text = "" if pd.isna(value) else ("yes" if value else "no")  # type: ignore[call-overload]
    return f"{text} ({AFTER})" if text and after else text
