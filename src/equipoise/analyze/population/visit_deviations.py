"""Protocol deviations of visits: missed, not recorded, outside window, not rated."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from equipoise.analyze.population.deviation import RATING, Deviation
from equipoise.dataset.attendance import attendance, undocumented
from equipoise.dataset.collected import NOT_COLLECTED, collected, missed_recorded
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors.counted import counted
from equipoise.protocol.labels import instrument_label
from equipoise.protocol.model import Protocol

AT_A_VISIT = ("visits", "answers", "recorded_scores", "exposures", "measurements")
NO_STATUS = "the data do not record whether a visit was missed"
SLOT = ["participant", "visit", "instrument", "timepoint_min"]


def visits(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Visits that were due and not held: missed as recorded, or not recorded.

    A visit of which the data cannot show whether any participant had it is excluded: see
    ``visits_without_record``. Where infusions were recorded, the visit of an infusion
    counts as an infusion that was not given, not here.
    """
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    silent = undocumented(protocol, data)
    for row in _absent(protocol, data).to_dict("records"):
        person, where = str(row["participant"]), labels[row["visit"]]
        if row["visit"] in silent:
            continue  # see ``visits_without_record``
        if pd.isna(row["expected"]):
            what = "whether it was due is not known"
            yield Deviation(person, "visit-unrecorded", where, what, known=False)
        elif row["status"] == "missed":
            reason = "no reason recorded" if pd.isna(row["reason"]) else row["reason"]
            yield Deviation(person, "visit-missed", where, f"missed: {reason}")
        else:
            yield Deviation(person, "visit-unrecorded", where, "no record of the visit")


def _absent(protocol: Protocol, data: UnblindedTrialData) -> pd.DataFrame:
    table = attendance(data, protocol)
    table = table[table["participant"].isin(data.arm.index) & ~table["held"]]
    if collected(data, "exposures"):
        given = [v.id for v in protocol.schedule.visits if v.infusion is not None]
        table = table[~table["visit"].isin(given)]
    return table[table["expected"].fillna(True).astype(bool)]


def visits_unknown(data: UnblindedTrialData) -> dict[str, str]:
    """For each kind, why the data cannot show it; empty if they can."""
    any_visit = any(collected(data, name) for name in AT_A_VISIT)
    none = "the data hold nothing that was recorded at a visit"
    stated = "" if collected(data, "visits") else NOT_COLLECTED["visits"]
    dated = data.visits["actual_day"].notna() | data.visits["in_window"].notna()
    no_day = stated or "the data hold no days of visits"
    return {
        "visit-missed": "" if missed_recorded(data) else (stated or NO_STATUS),
        "visit-unrecorded": "" if any_visit else none,
        "window": "" if dated.any() else no_day,
    }


def visits_without_record(
    protocol: Protocol, data: UnblindedTrialData
) -> dict[str, str]:
    """Kinds for single visits that the data cannot show for any participant, and why.

    Returns:
        As ``<kind>.<visit>``: of ``visit-unrecorded`` the visits at which nothing of
        what is planned was collected; of ``window`` those that were held and of which no
        day is recorded. Empty for a kind that no visit can show (``visits_unknown``).
    """
    silent = undocumented(protocol, data)
    held = attendance(data, protocol)
    held = held[held["held"] & held["participant"].isin(data.arm.index)]
    undated = set(held["visit"]) - _dated(data)
    order = [visit.id for visit in protocol.schedule.visits]
    nothing = "the data hold nothing of what is planned at the visit"
    no_day = "the data hold no day of the visit"
    found = {f"visit-unrecorded.{v}": nothing for v in order if v in silent}
    if _dated(data):
        found |= {f"window.{v}": no_day for v in order if v in undated}
    hidden = [kind for kind, why in visits_unknown(data).items() if why]
    return {k: why for k, why in found.items() if k.partition(".")[0] not in hidden}


def _dated(data: UnblindedTrialData) -> set[str]:
    """Visits with a day, or a statement on the window, for at least one participant."""
    rows = data.visits[data.visits["participant"].isin(data.arm.index)]
    stated = rows["actual_day"].notna() | rows["in_window"].notna()
    return set(rows.loc[stated, "visit"])


def windows(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Visits that were held on a day outside their window.

    From the actual day and the window of the protocol, or as the data state it
    (``in_window``); a visit with neither gives a row with ``known`` False. A visit with
    neither for any participant is excluded: see ``visits_without_record``.
    """
    planned = {visit.id: visit for visit in protocol.schedule.visits}
    table = attendance(data, protocol)
    table = table[table["held"] & table["participant"].isin(data.arm.index)]
    table = table[table["visit"].isin(_dated(data))]
    keys = pd.MultiIndex.from_frame(table[["participant", "visit"]])
    rows = data.visits.set_index(["participant", "visit"])
    rows = rows[["actual_day", "in_window"]].reindex(keys)
    day = rows["actual_day"].astype(float).to_numpy(float, na_value=np.nan)
    stated = rows["in_window"].astype("boolean")
    low, high = (
        np.array([planned[v].day + planned[v].window[end] for v in table["visit"]])
        for end in (0, 1)
    )
    outside = (day < low) | (day > high) | (~stated).fillna(False).to_numpy(bool)
    unknown = np.isnan(day) & stated.isna().to_numpy(bool)
    for at in np.flatnonzero(outside | unknown):
        person, visit = (
            str(table["participant"].iloc[at]),
            planned[table["visit"].iloc[at]],
        )
        window = f"window day {low[at]:g} to {high[at]:g}"
        text = "day not recorded" if np.isnan(day[at]) else f"day {day[at]:g}"
        what = f"{text}, {window}"
        yield Deviation(person, "window", visit.label, what, known=not unknown[at])


def ratings(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Ratings of the schedule that are missing at visits held, or that give no score.

    An instrument without any rating in the data is excluded: see ``ratings_unknown``.
    """
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    missing = missing_ratings(data, protocol)
    for key, rows in missing.groupby(
        ["participant", "visit", "instrument"], sort=False
    ):
        person, visit, instrument = map(str, key)
        minutes = rows["timepoint_min"].dropna()
        at = (
            f" at minute {', '.join(f'{m:g}' for m in minutes)}" if len(minutes) else ""
        )
        what = f"{instrument_label(protocol, instrument)} not rated{at}"
        yield Deviation(person, f"{RATING}{instrument}", labels[visit], what)
    for row in incomplete_ratings(data, protocol).to_dict("records"):
        person, instrument = str(row["participant"]), str(row["instrument"])
        minute = row["timepoint_min"]
        at = "" if pd.isna(minute) else f" at minute {minute:g}"
        gaps = [
            f"{protocol.scales[instrument].scores[score].label} not calculable "
            f"({missing} of {counted(items, 'item')} missing)"
            for score, missing, items in row["gaps"]
        ]
        what = f"{instrument_label(protocol, instrument)}{at}: {'; '.join(gaps)}"
        yield Deviation(person, f"{RATING}{instrument}", labels[row["visit"]], what)


@derived_once
def incomplete_ratings(data: UnblindedTrialData, protocol: Protocol) -> pd.DataFrame:
    """Ratings of the schedule with an item, and without a score that they should give.

    A rating of which items are recorded, but so many are missing that the instrument
    gives no score. A score without any value in the data is excluded: its items were not
    collected.

    Returns:
        ``participant, visit, instrument, timepoint_min, gaps``: of each score without a
        value its id, the number of its items that are missing, and that of its items.
    """
    planned = {
        (visit.id, part.instrument)
        for visit in protocol.schedule.visits
        for part in protocol.schedule.assessments(visit)
    }
    table = data.scores
    table = table[table["participant"].isin(data.arm.index)]
    rated = table[table["value"].notna()]
    given = set(zip(rated["instrument"], rated["score"], strict=True))
    table = table[
        table["value"].isna()
        & (table["n_missing"] > 0).fillna(False)
        & (table["n_missing"] < table["n_items"]).fillna(False)
    ]
    found: dict[tuple[object, ...], list[tuple[str, int, int]]] = {}
    for row in table.to_dict("records"):
        name = (row["instrument"], row["score"])
        if name in given and (row["visit"], row["instrument"]) in planned:
            gap = (str(row["score"]), int(row["n_missing"]), int(row["n_items"]))
            found.setdefault(tuple(row[key] for key in SLOT), []).append(gap)
    rows = [
        dict(zip(SLOT, slot, strict=True)) | {"gaps": g} for slot, g in found.items()
    ]
    return pd.DataFrame(rows, columns=[*SLOT, "gaps"])


@derived_once
def missing_ratings(data: UnblindedTrialData, protocol: Protocol) -> pd.DataFrame:
    """Ratings of the schedule that are missing at visits that were held.

    A rating is there if any of its items, or a score, is recorded at its minute; a rating
    without a minute counts for each minute of its visit.

    Returns:
        ``participant, visit, instrument, timepoint_min``, in the order of the schedule.
    """
    planned = [
        (visit.id, part.instrument, float(minute))
        for visit in protocol.schedule.visits
        for part in protocol.schedule.assessments(visit)
        for minute in (part.minutes or (np.nan,))
    ]
    slots = pd.DataFrame(planned, columns=["visit", "instrument", "timepoint_min"])
    present = _rated(data)
    slots = slots[slots["instrument"].isin(present["instrument"].unique())]
    table = attendance(data, protocol)
    table = table[table["held"] & table["participant"].isin(data.arm.index)]
    due = table[["participant", "visit"]].merge(slots, on="visit")
    due = due.drop_duplicates()[SLOT]
    at_minute = pd.MultiIndex.from_frame(due).isin(pd.MultiIndex.from_frame(present))
    whole = present.loc[present["timepoint_min"].isna(), SLOT[:3]]
    at_visit = pd.MultiIndex.from_frame(due[SLOT[:3]]).isin(
        pd.MultiIndex.from_frame(whole)
    )
    untimed = due["timepoint_min"].isna() & pd.MultiIndex.from_frame(
        due[SLOT[:3]]
    ).isin(pd.MultiIndex.from_frame(present[SLOT[:3]]))
    return due[~(at_minute | at_visit | untimed)].reset_index(drop=True)


def ratings_unknown(protocol: Protocol, data: UnblindedTrialData) -> dict[str, str]:
    """For each instrument of the schedule, why missing ratings cannot be shown."""
    present = set(_rated(data)["instrument"])
    asked = dict.fromkeys(
        part.instrument
        for visit in protocol.schedule.visits
        for part in protocol.schedule.assessments(visit)
    )
    return {
        f"{RATING}{name}": "" if name in present else "the data hold no rating with it"
        for name in asked
    }


def rating_label(protocol: Protocol, kind: str) -> str:
    """Label of the kind ``rating.<instrument>``."""
    name = instrument_label(protocol, kind.removeprefix(RATING))
    return f"{name} not rated, or its score not calculable, at a visit that was held"


@derived_once
def _rated(data: UnblindedTrialData) -> pd.DataFrame:
    """Participants, visits, instruments and minutes with an item or a score."""
    both = pd.concat([data.answers[SLOT], data.recorded_scores[SLOT]])
    both = both.drop_duplicates()
    minute = both["timepoint_min"].astype("Float64").to_numpy(float, na_value=np.nan)
    return both.assign(timepoint_min=minute)
