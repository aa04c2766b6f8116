"""Visits and ratings counted from the schedule."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.population.deviation import Deviation
from equipoise.analyze.population.visit_deviations import (
    missing_ratings,
    rating_label,
    ratings,
    ratings_unknown,
    visits,
    visits_unknown,
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
    found = [d for d in visits(protocol(), data(drugs={})) if d.where == "Infusion"]
    assert len(found) == 8
    assert not any(d.known for d in found)


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
