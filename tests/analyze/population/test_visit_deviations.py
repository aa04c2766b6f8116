"""Visits and ratings counted from the schedule."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.population.deviation import Deviation
from equipoise.analyze.population.visit_deviations import (
    incomplete_ratings,
    missing_ratings,
    rating_label,
    ratings,
    ratings_unknown,
    visits,
    visits_unknown,
    visits_without_record,
    windows,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, tables, trial, without
from tests.analyze.small import data, protocol


def absent(known: UnblindedTrialData) -> dict[tuple[str, str], Deviation]:
    return {(d.participant, d.where): d for d in visits(full_protocol(), known)}


def outside(known: UnblindedTrialData) -> dict[tuple[str, str], Deviation]:
    return {(d.participant, d.where): d for d in windows(full_protocol(), known)}


def test_recorded_as_missed_and_not_recorded_are_two_things() -> None:
    known = trial(visits=without("visits", participant="A4", visit="week-2"))
    found = absent(known)
    assert found["A4", "Week 2"].kind == "visit-unrecorded"
    assert found["A4", "Week 6"].kind == "visit-missed"
    assert found["A4", "Week 6"].what == "missed: ill"
    assert all(d.known for d in found.values() if d.participant != "A4")


def test_visits_without_any_row_are_counted_from_the_schedule() -> None:
    """The trial has no table of visits: four participants stopped coming."""
    found = [d for d in visits(protocol(), data()) if d.known]
    assert {d.kind for d in found} == {"visit-unrecorded"}
    weeks = {(d.participant, d.where) for d in found}
    assert ("A4", "Week 2") in weeks
    assert ("A1", "Week 2") not in weeks
    assert len(weeks) == 2 + 3 + 2  # A3, A4 and P3


def test_the_infusion_is_no_visit_where_infusions_are_recorded() -> None:
    rows = without("visits", participant="A1", visit="infusion")
    given = without("exposures", participant="A1")
    measured = without("measurements", participant="A1")
    gone = trial(visits=rows, exposures=given, measurements=measured)
    assert ("A1", "Infusion") not in absent(gone)
    nothing = trial(
        visits=rows, exposures=tables()["exposures"].iloc[:0], measurements=measured
    )
    assert ("A1", "Infusion") in absent(nothing)


def test_a_visit_that_nothing_can_show_is_not_known() -> None:
    bare = data(drugs={})
    assert not [d for d in visits(protocol(), bare) if d.where == "Infusion"]
    assert visits_without_record(protocol(), bare) == {
        "visit-unrecorded.infusion": "the data hold nothing of what is planned at the "
        "visit"
    }
    assert visits_without_record(protocol(), data()) == {}
    undated = trial(visits=tables()["visits"].assign(actual_day=None, in_window=None))
    assert visits_unknown(undated)["window"] == "the data hold no days of visits"
    assert not [
        k for k in visits_without_record(full_protocol(), undated) if "window" in k
    ]


def test_a_visit_without_any_day_is_not_known_and_hides_no_other() -> None:
    rows = changed("visits", {"visit": "baseline"}, actual_day=None)
    late = (rows["participant"] == "A1") & (rows["visit"] == "week-2")
    rows.loc[late, "actual_day"] = 17
    known = trial(visits=rows)
    assert set(outside(known)) == {("A1", "Week 2")}
    assert visits_without_record(full_protocol(), known) == {
        "window.baseline": "the data hold no day of the visit"
    }
    assert visits_without_record(full_protocol(), trial()) == {}
    rows["actual_day"] = None  # then the kind as a whole is not known
    assert visits_without_record(full_protocol(), trial(visits=rows)) == {}


def test_out_of_the_window_by_its_day_without_a_flag() -> None:
    where = {"participant": "A1", "visit": "week-2"}
    assert outside(trial()) == {}
    found = outside(trial(visits=changed("visits", where, actual_day=17)))
    assert found["A1", "Week 2"].what == "day 17, window day 13 to 16"
    for day in (13, 16):
        assert outside(trial(visits=changed("visits", where, actual_day=day))) == {}


def test_a_flag_counts_where_there_is_no_day_and_neither_is_not_known() -> None:
    where = {"participant": "A1", "visit": "week-2"}
    stated = changed("visits", where, actual_day=None, in_window=False)
    found = outside(trial(visits=stated))["A1", "Week 2"]
    assert found.known
    assert found.what == "day not recorded, window day 13 to 16"
    inside = changed("visits", where, actual_day=None, in_window=True)
    assert outside(trial(visits=inside)) == {}
    neither = changed("visits", where, actual_day=None)
    assert not outside(trial(visits=neither))["A1", "Week 2"].known


def test_what_the_tables_can_show() -> None:
    assert set(visits_unknown(trial()).values()) == {""}
    bare = visits_unknown(data())
    assert bare["visit-unrecorded"] == ""  # ratings show which visits were held
    assert bare["visit-missed"] == bare["window"] == "the data hold no record of visits"


def test_a_rating_missing_at_a_visit_that_was_held() -> None:
    scores = without("recorded_scores", participant="A1", visit="week-1")
    found = list(ratings(full_protocol(), trial(recorded_scores=scores)))
    assert [(d.participant, d.where, d.kind) for d in found] == [
        ("A1", "Week 1", "rating.hamd17")
    ]
    assert found[0].what == "HAMD-17 not rated"
    assert list(ratings(full_protocol(), trial())) == []


def test_ratings_at_minutes_are_counted_one_by_one() -> None:
    known = virtual(n=6)
    person = known.arm.index[0]
    rows = known.answers
    gone = (
        (rows["participant"] == person)
        & (rows["visit"] == "infusion-1")
        & (rows["instrument"] == "cadss")
        & rows["timepoint_min"].isin([120, 240])
    )
    fewer = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": rows[~gone]}
    )
    assert isinstance(fewer, UnblindedTrialData)
    assert missing_ratings(known, feder()).empty
    found = list(ratings(feder(), fewer))
    assert [d.what for d in found] == ["CADSS not rated at minute 120, 240"]


def test_a_rating_without_a_minute_counts_for_its_visit() -> None:
    known = virtual(n=4)
    rows = known.answers
    plain = rows[rows["instrument"] == "ymrs"].drop_duplicates(
        ["participant", "visit", "item"]
    )
    plain = plain.assign(timepoint_min=pd.array([pd.NA] * len(plain), dtype="Int64"))
    others = rows[rows["instrument"] != "ymrs"]
    made = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": pd.concat([others, plain])}
    )
    assert isinstance(made, UnblindedTrialData)
    assert missing_ratings(made, feder()).empty


def test_an_instrument_without_any_rating_is_not_known() -> None:
    assert ratings_unknown(full_protocol(), trial()) == {"rating.hamd17": ""}
    rows = tables()["recorded_scores"].iloc[:0]
    empty = trial(recorded_scores=rows)
    assert ratings_unknown(full_protocol(), empty)["rating.hamd17"]
    assert list(ratings(full_protocol(), empty)) == []
    assert rating_label(full_protocol(), "rating.hamd17").startswith(
        "HAMD-17 not rated"
    )


def without_items(person: str, visit: str, instrument: str, *items: str) -> Any:
    known = virtual(n=6)
    rows = known.answers
    gone = (
        (rows["participant"] == person)
        & (rows["visit"] == visit)
        & (rows["instrument"] == instrument)
        & rows["item"].isin(items)
    )
    assert gone.any()
    return UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": rows[~gone]}
    )


def test_a_rating_whose_score_cannot_be_calculated_is_a_missing_rating() -> None:
    person = virtual(n=6).arm.index[0]
    known = without_items(person, "week-1", "madrs", "5")
    assert missing_ratings(known, feder()).empty
    found = list(ratings(feder(), known))
    assert [(d.participant, d.kind, d.where, d.what) for d in found] == [
        (
            person,
            "rating.madrs",
            "Week 1",
            "MADRS: Total not calculable (1 of 10 items missing)",
        )
    ]
    assert incomplete_ratings(virtual(n=6), feder()).empty


def test_a_rating_at_a_minute_names_it() -> None:
    known = virtual(n=6)
    person = known.arm.index[0]
    rows = known.answers
    gone = (
        (rows["participant"] == person)
        & (rows["visit"] == "infusion-1")
        & (rows["instrument"] == "cadss")
        & (rows["timepoint_min"] == 40)
        & (rows["item"] == "3")
    )
    assert gone.sum() == 1
    fewer = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": rows[~gone]}
    )
    (found,) = ratings(feder(), fewer)
    assert found.what.startswith("CADSS at minute 40: Total not calculable (1 of ")


def test_a_score_that_nobody_has_is_not_missing_in_one() -> None:
    """Item 5 was left out of the form: the trial did not collect the total."""
    known = virtual(n=6)
    rows = known.answers
    dropped = (rows["instrument"] == "madrs") & (rows["item"] == "5")
    other = UnblindedTrialData.from_tables(
        feder(), dict(known.tables()) | {"answers": rows[~dropped]}
    )
    assert list(ratings(feder(), other)) == []
