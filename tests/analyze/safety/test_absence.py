"""A law: what is dropped from the data never becomes a reassuring number."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.acute.effect_by_timepoint import acute
from equipoise.analyze.binary.incidence import incidence
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import adverse_events
from equipoise.analyze.safety.listings import safety_listings
from equipoise.analyze.safety.rules_table import rules_broken
from equipoise.analyze.safety.trend import side_effects
from equipoise.analyze.safety.vital_signs import vital_signs
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data

TABLES = ("visits", "recorded_scores", "exposures", "measurements", "events",
          "dispositions")  # fmt: skip
FLAGS = ("serious", "related", "severity", "action", "outcome")
# What a count of events depends on: kind of count, column of events.
DEPENDS = {
    "serious": "serious",
    "related": "related",
    "severity-severe": "severity",
    "discontinuation": "action",
}
REASSURING = ("No death and no serious", "No serious adverse event", "No death was",
              "No adverse event was")  # fmt: skip


def complete() -> UnblindedTrialData:
    """Data in which every kind of harm happened in both arms."""
    bad = {"serious": True, "severity": "severe", "action": "DRUG WITHDRAWN"}
    events = [event(p, "syncope", 1, **bad) for p in ("A1", "P1")]
    events += [event(p, "rash", 2) for p in ARMS]
    values = {(p, visit, minute): value
              for p in ARMS for visit in ("infusion", "infusion-2")
              for minute, value in ((-10, 160.0), (10, 190.0), (20, 185.0))}  # fmt: skip
    ratings = [(p, visit, minute, "moaas", value)
               for p in ARMS for visit in ("infusion", "infusion-2")
               for minute, value in ((-10, 5.0), (20, 3.0), (60, 5.0))]  # fmt: skip
    milestones = [
        (p, "study-completed", 14, None) for p in ARMS if p not in ("A2", "P2")
    ]
    milestones += [(p, "death", 9, "accident") for p in ("A2", "P2")]
    return trial_data(events=events, values=values, ratings=ratings,
                      milestones=milestones)  # fmt: skip


COMPLETE = complete()


def estimates(data: UnblindedTrialData) -> list[Estimate]:
    protocol = trial()
    made = [*adverse_events(protocol, data), *rules_broken(protocol, data)]
    for kind, function in (
        ("incidence", incidence), ("side-effects", side_effects),
        ("vital-signs", vital_signs), ("acute", acute),
    ):  # fmt: skip
        for endpoint in protocol.endpoints:
            if endpoint.type == kind:
                made += function(protocol, data, endpoint)
    return made


@cache
def before_dropping() -> dict[str, Estimate]:
    """Estimates of the complete data, which are those of every example."""
    return {e.id: e for e in estimates(COMPLETE)}


@settings(max_examples=20, deadline=None)
@given(st.sets(st.sampled_from(TABLES), min_size=1), st.sets(st.sampled_from(FLAGS)))
def test_a_dropped_table_or_flag_never_reads_as_none(
    tables: set[str], flags: set[str]
) -> None:
    dropped = {name: getattr(COMPLETE, name).iloc[:0] for name in tables}
    if "events" not in tables:
        dropped["events"] = COMPLETE.events.assign(
            **dict.fromkeys(flags, pd.NA)
        ).astype(COMPLETE.events.dtypes)
    data = replace(COMPLETE, **dropped)
    rows = {e.id: e for e in estimates(data)}
    before = before_dropping()
    if "events" in tables:
        numbers = [e for n, e in rows.items() if n.startswith(("events.", "harm."))]
        assert all(e.estimate is None and e.p is None for e in numbers)
    for kind, column in DEPENDS.items():
        for arm in ("active", "placebo"):
            row = rows.get(f"events.{kind}.{arm}")
            if row is not None and column in flags:
                assert row.estimate is None
    for name, row in rows.items():
        # No zero where the complete data have a number above zero.
        old = before.get(name)
        if old is not None and row.estimate == 0 and row.analysis != "values-recorded":
            assert old.estimate == 0, name
        # No denominator above that of the complete data.
        if old is not None and None not in (old.n, row.n):
            assert row.n <= old.n, name  # type: ignore[operator]
    for listing in safety_listings(trial(), data):
        assert not any(text in listing.note for text in REASSURING), listing.note


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_dropped_rows_never_enlarge_who_was_observed(draw: st.DataObject) -> None:
    name = draw.draw(st.sampled_from(TABLES))
    table = getattr(COMPLETE, name)
    if table.empty:
        return
    kept = draw.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
    data = replace(COMPLETE, **{name: table[kept].reset_index(drop=True)})
    before = before_dropping()
    for row in estimates(data):
        old = before.get(row.id)
        if old is None or row.n is None or old.n is None:
            continue
        if not row.id.startswith("events.term-"):  # terms are numbered by frequency
            assert row.n <= old.n, row.id
    if name != "events":
        measured = {
            (p, v) for p, v in data.measurements[["participant", "visit"]].to_numpy()
        }
        for arm in ("active", "placebo"):
            if not any(ARMS[p] == arm for p, _ in measured):
                row = next(
                    (e for e in estimates(data) if e.id == f"signs.marked.stop.{arm}"),
                    None,
                )
                assert row is None or row.estimate is None
