import pandas as pd
import pytest

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.observed import changes, rated, ratings
from equipoise.analyze.run import analyze
from tests.analyze.small import SCORES, TEXT, data, protocol

TRIAL = protocol()
CHANGE = TRIAL.endpoint("change")


def test_ratings_of_the_visits_of_the_endpoint_only() -> None:
    table = rated(TRIAL, data(), CHANGE)
    assert set(table["visit"]) == {"week-1", "week-2"}
    assert len(table) == 15  # 8 people twice, A4 once


@pytest.mark.parametrize(
    ("measure", "outcome"),
    [("value", 10.0), ("change", -10.0), ("percent-change", -50.0)],
)
def test_outcome_of_each_measure(measure: str, outcome: float) -> None:
    """A1 goes from 20 to 10."""
    text = TEXT.replace(
        'score = "hamd17.total"\nvisits',
        f'score = "hamd17.total"\nmeasure = "{measure}"\nvisits',
    )
    trial = protocol(text)
    table = ratings(trial, data(trial=trial), trial.endpoint("change"))
    row = table[(table["participant"] == "A1") & (table["visit"] == "week-2")]
    assert row["outcome"].tolist() == [outcome]
    assert row["baseline"].tolist() == [20]
    assert row["arm"].tolist() == ["active"]


def test_without_a_baseline_there_is_a_value_and_no_change() -> None:
    table = ratings(
        TRIAL, data(SCORES | {"A1": ("active", None, 12, 10, 9, 9)}), CHANGE
    )
    row = table[table["participant"] == "A1"]
    assert row["value"].tolist() == [12, 10]
    assert row["outcome"].isna().all()


def test_changes_best_first() -> None:
    table = changes(TRIAL, data(), CHANGE)
    assert table["participant"].tolist() == ["P2", "A2", "A1", "A3", "P1", "P3", "P4"]
    assert table["change"].tolist() == [-14, -12, -10, -3, -3, -2, -1]
    assert list(table.columns) == ["participant", "arm", "baseline", "value", "change"]
    assert table.index.equals(pd.RangeIndex(7))


def test_tables_are_derived_once_and_no_analysis_changes_them() -> None:
    """Whatever an analysis adds to its rows, it adds to a copy."""
    known = data()
    made = [f(TRIAL, known, CHANGE) for f in (rated, ratings)]
    arm = members(TRIAL, known, "itt")
    before = [table.copy() for table in (*made, arm)]
    analyze(TRIAL, known)
    assert rated(TRIAL, known, CHANGE) is made[0]
    assert ratings(TRIAL, known, CHANGE) is made[1]
    assert members(TRIAL, known, "itt") is arm
    for table, copy in zip((*made, arm), before, strict=True):
        assert table.equals(copy)
    frame = model_frame(TRIAL, known, CHANGE)
    frame["more"] = 1
    assert "more" not in made[1]
    other = data()
    assert ratings(TRIAL, other, CHANGE) is not made[1]
