"""Dates and study days: windows of visits, order, durations."""

from __future__ import annotations

import pandas as pd

from equipoise.report.inspection.findings import Findings

DURATIONS = (  # table, start, end, what it is
    ("exposures", "started_at", "stopped_at", "infusion"),
    ("events", "started_day", "stopped_day", "adverse event"),
)
DATED = (
    ("participants", "consented_at", "Consent"),
    ("participants", "randomized_at", "Randomization"),
    ("exposures", "started_at", "Start of an infusion"),
)
REMARKS = ["participant", "visit", "what", "day", "expected", "file", "row"]


def visit_days(findings: Findings) -> list[tuple[str, ...]]:
    """Recorded days of each visit against its window.

    Returns:
        Label, planned day, window, number of recorded days, earliest, median, latest,
        number outside of the window; a dash where there is nothing to state.
    """
    visits = findings.tables["visits"].dropna(subset=["actual_day"])
    rows: list[tuple[str, ...]] = []
    for visit in findings.protocol.schedule.visits:
        days = visits.loc[visits["visit"] == visit.id, "actual_day"].astype(float)
        low, high = visit.day + visit.window[0], visit.day + visit.window[1]
        head = (visit.label, str(visit.day), f"{low} to {high}")
        if days.empty:
            state = "none recorded"
            if not findings.looked_at("visits", visit.id):
                state = "not looked at"
            rows.append((*head, state, "–", "–", "–", "–"))
            continue
        outside = int((~days.between(low, high)).sum())
        span = (f"{days.min():g}", f"{days.median():g}", f"{days.max():g}")
        rows.append((*head, str(len(days)), *span, str(outside) if outside else "none"))
    return rows


def date_ranges(findings: Findings) -> list[tuple[str, str, str, str]]:
    """First and last date of each kind; no date of a single participant otherwise."""
    rows = []
    for table, column, label in DATED:
        dates = findings.tables[table][column].dropna()
        if len(dates):
            span = (f"{dates.min():%Y-%m-%d}", f"{dates.max():%Y-%m-%d}")
            rows.append((label, str(len(dates)), *span))
    return rows


def remarks(findings: Findings) -> pd.DataFrame:
    """Days that need a look: ``participant, visit, what, day, expected, file, row``."""
    frames = [*_outside(findings), *_order(findings), *_durations(findings)]
    if not frames:
        return pd.DataFrame({name: [] for name in REMARKS})
    return pd.concat(frames, ignore_index=True).reindex(columns=REMARKS)


def _outside(findings: Findings) -> list[pd.DataFrame]:
    visits = _placed(findings, "visits", "actual_day")
    frames = []
    for visit in findings.protocol.schedule.visits:
        mine = visits[(visits["visit"] == visit.id) & visits["actual_day"].notna()]
        day = mine["actual_day"].astype(float)
        low, high = visit.day + visit.window[0], visit.day + visit.window[1]
        wrong = mine[~day.between(low, high)]
        if len(wrong):
            days = wrong["actual_day"].astype(float)
            what = pd.Series("outside of the window", index=wrong.index)
            early = (days < 0) & (visit.day >= 0)
            what = what.mask(early, "before day 0")
            shown = days.map("{:g}".format)
            frames.append(
                wrong.assign(what=what, day=shown, expected=f"{low} to {high}")
            )
    return frames


def _order(findings: Findings) -> list[pd.DataFrame]:
    """Visits with an earlier day than the visit before them."""
    order = {visit.id: n for n, visit in enumerate(findings.protocol.schedule.visits)}
    visits = _placed(findings, "visits", "actual_day").dropna(subset=["actual_day"])
    visits = visits[visits["visit"].isin(list(order))]
    visits = visits.assign(place=visits["visit"].map(order), at=visits["actual_day"])
    visits = visits.sort_values(["participant", "place"])
    before = visits.groupby("participant")["at"].shift()
    wrong = visits[(visits["at"] < before).fillna(False).astype(bool)]
    if wrong.empty:
        return []
    expected = "at least " + before.loc[wrong.index].astype(str)
    what = "before the visit that precedes it"
    day = wrong["at"].astype(str)
    return [wrong.assign(what=what, day=day, expected=expected)]


def _durations(findings: Findings) -> list[pd.DataFrame]:
    frames = []
    for table, start, stop, label in DURATIONS:
        rows = _placed(findings, table, stop)
        wrong = rows[(rows[stop] < rows[start]).fillna(False).astype(bool)]
        if len(wrong):
            days = wrong[stop].astype(str)
            expected = "not before " + wrong[start].astype(str)
            what = f"{label} ends before it starts"
            frames.append(wrong.assign(what=what, day=days, expected=expected))
    return frames


def _placed(findings: Findings, table: str, column: str) -> pd.DataFrame:
    """The rows of a table with the file and row of a column, where it is unique."""
    rows, cells = findings.tables[table], findings.cells
    if "visit" not in rows:
        rows = rows.assign(visit=pd.Series(pd.NA, index=rows.index, dtype="string"))
    keys = ["participant", "visit"]
    if cells is None or cells.empty:
        return rows.assign(**dict.fromkeys(("file", "row"), None))
    mine = cells[(cells["table"] == table) & (cells["field"] == column)]
    texts = dict.fromkeys(keys, "string")
    places = mine[[*keys, "file", "row"]].astype(texts)
    if table == "events":  # several events of one participant: the row is not known
        places = places[~places.duplicated(keys, keep=False)]
    places = places.drop_duplicates(keys)
    return rows.astype(texts).merge(places, how="left", on=keys)
