import pandas as pd
import pytest

from equipoise.analyze.intercurrent_events import first_event, reached, without_later
from equipoise.analyze.observed import rated, ratings
from equipoise.errors import AnalysisError
from tests.analyze.small import SCORES, data, protocol, with_strategy

TRIAL = protocol()
CHANGE = TRIAL.endpoint("change")


def test_first_day_of_an_event_with_the_strategy_asked_for() -> None:
    known = data(
        milestones=[
            ("A1", "new-treatment", 9, None),
            ("A2", "treatment-discontinued", 3, None),
        ]
    )
    assert first_event(known, CHANGE, "hypothetical").to_dict() == {"A1": 9.0}
    assert first_event(known, CHANGE, "treatment policy").to_dict() == {"A2": 3.0}
    assert first_event(known, CHANGE, "composite").empty


@pytest.mark.parametrize(("day", "left"), [(6, 0), (7, 1), (13, 1), (14, 2), (99, 2)])
def test_ratings_on_later_days_are_left_out(day: int, left: int) -> None:
    """Those of A1 are on days 7 and 14; a rating on the day of the event stays."""
    known = data(milestones=[("A1", "new-treatment", day, None)])
    before = rated(TRIAL, known, CHANGE)
    after = without_later(TRIAL, known, CHANGE, before)
    assert (after["participant"] == "A1").sum() == left
    others = before[before["participant"] != "A1"].reset_index(drop=True)
    kept = after[after["participant"] != "A1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, others, check_dtype=False)


def test_treatment_policy_leaves_everything() -> None:
    known = data(milestones=[("A1", "new-treatment", 1, None)])
    trial = with_strategy("change", "treatment policy")
    table = ratings(trial, known, trial.endpoint("change"))
    assert (table["participant"] == "A1").sum() == 2


def test_an_event_without_a_day_is_refused_with_its_rows() -> None:
    known = data(
        milestones=[
            ("A1", "new-treatment", None, None),
            ("P1", "new-treatment", 3, None),
        ]
    )
    with pytest.raises(AnalysisError) as refusal:
        first_event(known, CHANGE, "hypothetical")
    assert refusal.value.code == "EQ453"
    assert refusal.value.records is not None
    assert refusal.value.records["participant"].tolist() == ["A1"]


@pytest.mark.parametrize(("day", "count"), [(13, 1), (14, 1), (15, 0)])
def test_an_event_on_the_planned_day_of_a_missed_visit_reaches_it(
    day: int, count: int
) -> None:
    """A4 was not rated at week 2, which was planned for day 14."""
    assert SCORES["A4"][3] is None
    known = data(milestones=[("A4", "treatment-discontinued", day, None)])
    rows = {e.id: e for e in reached(TRIAL, known, CHANGE)}
    row = rows["change.intercurrent.treatment-discontinued.active"]
    assert (row.estimate, row.n, row.note) == (count, 4, "stop (treatment policy)")
    other = rows["change.intercurrent.treatment-discontinued.placebo"]
    assert (other.estimate, other.contrast) == (0, "placebo")


def test_an_event_on_the_day_of_a_visit_that_was_held_does_not_reach_it() -> None:
    known = data(milestones=[("A1", "treatment-discontinued", 14, None)])
    rows = {e.id: e for e in reached(TRIAL, known, CHANGE)}
    assert rows["change.intercurrent.treatment-discontinued.active"].estimate == 0


def test_without_dispositions_no_event_is_zero() -> None:
    rows = reached(TRIAL, data(), CHANGE)
    assert len(rows) == 4
    assert all(row.estimate is None for row in rows)
    assert all("no record of disposition" in str(row.note) for row in rows)
