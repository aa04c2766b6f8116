"""The summary of deviations, and the law that absence is never reassuring."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.analyze.population.deviations import (
    UNKNOWN,
    deviations,
    kind_label,
    summary,
    unknown_kinds,
)
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import SCORES, data, protocol

COVER = {  # kind -> kinds that count a participant whose record is gone
    "treatment": {"infusion-missed"},
    "dose": {"infusion-missed"},
    "duration": {"infusion-missed"},
    "infusion": {"infusion-missed"},
    "rule": {"infusion-missed"},
    "visit-missed": {"visit-unrecorded", "infusion-missed"},
    "visit-unrecorded": {"visit-missed", "infusion-missed"},
    "window": {"visit-unrecorded", "visit-missed", "infusion-missed"},
    "rating.hamd17": {"visit-unrecorded", "visit-missed", "infusion-missed"},
    "consent-visit": {"visit-unrecorded", "infusion-missed"},
}


def counted(known: UnblindedTrialData) -> dict[str, Estimate]:
    rows = summary(full_protocol(), known, deviations(full_protocol(), known))
    assert len({row.id for row in rows}) == len(rows)
    return {row.id.removeprefix("deviations."): row for row in rows}


def test_a_trial_as_planned_has_only_what_was_missed() -> None:
    found = deviations(feder(), virtual())
    assert {d.kind for d in found if d.known} <= {"visit-missed", "rule"}
    assert all(d.known for d in found)


def test_participants_are_counted_once_for_each_kind() -> None:
    found = counted(trial())
    assert found["visit-missed.active"].estimate == 2  # A3 and A4, three visits
    assert found["visit-missed.active"].n == 4
    assert found["visit-missed.active"].percent == 50
    assert found["visit-unrecorded.active"].estimate == 0
    assert found["window.placebo"].estimate == 0


def test_a_deviation_counts_before_what_is_not_known_of_the_same_participant() -> None:
    where = {"participant": "A1", "visit": "week-2"}
    visits = changed("visits", where, actual_day=17)
    other = (visits["participant"] == "A1") & (visits["visit"] == "week-1")
    visits.loc[other, "actual_day"] = None
    found = counted(trial(visits=visits))
    assert found["window.active"].estimate == 1
    assert found[f"window{UNKNOWN}.active"].estimate == 0


def test_what_the_data_cannot_show_has_no_number_and_a_reason() -> None:
    found = counted(trial(exposures=tables()["exposures"].iloc[:0]))
    for kind in ("treatment", "dose", "infusion", "infusion-missed", "rule"):
        row = found[f"{kind}.active"]
        assert row.estimate is None
        assert str(row.note).endswith(
            ": not known, the data hold no record of treatment given"
        )
        assert found[f"{kind}{UNKNOWN}.active"].estimate is None


def test_where_it_is_not_known_of_anybody_there_is_no_zero() -> None:
    rows = tables()["exposures"].astype(object)
    active = rows["drug"] == "active drug"
    rows.loc[active, "interrupted"] = None
    found = counted(trial(exposures=rows))
    assert found["infusion.active"].estimate is None
    assert found[f"infusion{UNKNOWN}.active"].estimate == 4
    assert found["infusion.placebo"].estimate == 0


def test_absent_visits_are_counted_without_any_table_of_visits() -> None:
    rows = summary(protocol(), data(), deviations(protocol(), data()))
    found = {row.id: row.estimate for row in rows}
    assert found["deviations.visit-unrecorded.active"] == 2
    assert found["deviations.visit-unrecorded.placebo"] == 1
    assert found["deviations.visit-missed.active"] is None
    assert found["deviations.window.active"] is None


def test_who_was_not_randomized_cannot_deviate() -> None:
    known = data(screened=["X1"])
    people = {d.participant for d in deviations(protocol(), known)}
    assert people <= set(SCORES)


def test_an_arm_with_one_participant() -> None:
    scores = {p: row for p, row in SCORES.items() if row[0] == "active" or p == "P1"}
    rows = summary(protocol(), data(scores), deviations(protocol(), data(scores)))
    found = {row.id: row for row in rows}
    assert found["deviations.visit-unrecorded.placebo"].n == 1
    assert found["deviations.visit-unrecorded.placebo"].estimate == 0


def test_labels_of_kinds() -> None:
    assert kind_label(full_protocol(), "dose").startswith("Dose more than 10%")
    assert kind_label(full_protocol(), "rating.hamd17").startswith("HAMD-17 not rated")


@cache
def planted() -> dict[str, pd.DataFrame]:
    """A trial with a deviation of every kind."""
    made = tables()
    people = changed("participants", {"participant": "P1"}, age=70.0)
    people.loc[people["participant"] == "P3", "consented_at"] = "2026-01-11"
    made["participants"] = people
    made["dispositions"] = changed(
        "dispositions", {"participant": "P2", "milestone": "consented"}, day=0
    )
    given_ = changed("exposures", {"participant": "A1"}, dose_mg=50.0)
    given_.loc[given_["participant"] == "A2", "drug"] = "saline"
    given_.loc[given_["participant"] == "P1", "interrupted"] = True
    given_.loc[given_["participant"] == "P2", "interrupted"] = None
    given_.loc[given_["participant"] == "A3", "stopped_at"] = "2026-01-10T10:10"
    made["exposures"] = given_[given_["participant"] != "P4"]
    high = {"participant": "A4", "timepoint_min": 20}
    made["measurements"] = changed("measurements", high, value=120.0)
    visits = changed("visits", {"participant": "P4", "visit": "week-2"}, actual_day=20)
    lost = (visits["participant"] == "P3") & (visits["visit"] == "week-6")
    gone = (visits["participant"] == "P4") & (visits["visit"] == "infusion")
    made["visits"] = visits[~lost & ~gone]
    made["measurements"] = made["measurements"][
        made["measurements"].participant != "P4"
    ]
    made["recorded_scores"] = without(
        "recorded_scores", participant="P1", visit="week-1"
    )
    return made


def _read(rows: dict[str, pd.DataFrame]) -> UnblindedTrialData:
    made = UnblindedTrialData.from_tables(full_protocol(), rows, accept=["EQ311"])
    assert isinstance(made, UnblindedTrialData)
    return made


def concerned(known: UnblindedTrialData) -> tuple[dict[str, set[str]], set[str]]:
    """Participants with each kind, or of whom it is not known; kinds that can show."""
    people: dict[str, set[str]] = {}
    for d in deviations(full_protocol(), known):
        people.setdefault(d.kind, set()).add(d.participant)
    shown = {k for k, why in unknown_kinds(full_protocol(), known).items() if not why}
    return people, shown


def test_every_kind_is_planted() -> None:
    people, shown = concerned(_read(planted()))
    assert set(people) == shown == set(unknown_kinds(full_protocol(), trial()))


@st.composite
def fewer_rows(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """The planted trial without a table, or without some rows of each."""
    left = {}
    for name, frame in planted().items():
        if name == "participants":
            left[name] = frame
            continue
        how = draw(st.sampled_from(["all", "none", "some"]))
        keep = [how != "none"] * len(frame)
        if how == "some":
            keep = draw(
                st.lists(st.booleans(), min_size=len(frame), max_size=len(frame))
            )
        left[name] = frame[keep]
    return left


@cache
def before_dropping() -> tuple[dict[str, set[str]], set[str]]:
    """What is concerned in the whole planted trial."""
    return concerned(_read(planted()))


@pytest.mark.property
@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(left=fewer_rows())
def test_dropping_rows_never_reassures(left: dict[str, pd.DataFrame]) -> None:
    """Nobody who had a deviation, or of whom it was not known, is cleared.

    What was shown of a participant is still shown, or not known, or the record itself
    counts as missing; a kind that the data could not show is not shown by fewer data.
    """
    before, shown_before = before_dropping()
    after, shown_after = concerned(_read(left))
    assert shown_after <= shown_before
    for kind in shown_after:
        covered = set(after.get(kind, set()))
        for other in COVER.get(kind, set()):
            # A kind that is no longer shown has a dash instead of a number.
            covered |= after.get(other, set()) if other in shown_after else set(SCORES)
        assert before[kind] <= covered, kind
