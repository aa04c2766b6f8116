import pytest

from equipoise.analyze.population.baseline import baseline
from equipoise.analyze.result import Estimate
from tests.analyze.small import SCORES, TEXT, data, protocol

MORE = {
    "A1": {"age": 20, "sex": "F"},
    "A2": {"age": 30, "sex": "F"},
    "A3": {"age": 45, "sex": "M"},
    "A4": {"age": None, "sex": None},
    "P1": {"age": 61, "sex": "M"},
}


def described() -> dict[str, Estimate]:
    found = baseline(protocol(), data(more=MORE, screened=["X1"]))
    assert len({e.id for e in found}) == len(found)
    return {e.id.removeprefix("baseline."): e for e in found}


def test_numbers_by_hand() -> None:
    """Ages 20, 30, 45 and one unknown: quartiles as R's type 7."""
    found = described()
    for kind, wanted in {
        "mean": 95 / 3, "sd": 12.583057392117917, "median": 30, "q1": 25, "q3": 37.5,
        "min": 20, "max": 45, "missing": 1,
    }.items():  # fmt: skip
        assert found[f"age.{kind}.active"].estimate == pytest.approx(wanted), kind
    assert found["age.mean.active"].n == 3
    assert found["age.mean.all"].estimate == pytest.approx(39)


def test_categories_by_hand() -> None:
    found = described()
    assert found["sex.count.F.active"].estimate == 2
    assert found["sex.percent.F.active"].estimate == pytest.approx(200 / 3)
    assert found["sex.count.M.all"].estimate == 2
    assert found["sex.missing.active"].estimate == 1
    assert found["sex.count.F.active"].analysis == "count"


def test_scores_at_baseline() -> None:
    found = described()
    starts = [row[1] for row in SCORES.values() if row[0] == "active"]
    mean = found["hamd17.total.mean.active"]
    assert mean.estimate == pytest.approx(sum(starts) / 4)
    assert found["hamd17.total.mean.all"].n == 8


def test_of_one_person_there_is_no_standard_deviation_and_of_none_no_mean() -> None:
    found = described()
    assert found["age.sd.placebo"].estimate is None
    assert found["age.sd.placebo"].note == "not recorded"
    only = baseline(protocol(), data(more={"A1": {"age": 20}}))
    by_id = {e.id: e for e in only}
    assert by_id["baseline.age.mean.placebo"].estimate is None
    assert by_id["baseline.sex.percent.F.placebo"].estimate is None
    assert by_id["baseline.sex.count.F.placebo"].estimate == 0


def test_what_the_protocol_leaves_out_is_left_out() -> None:
    text = TEXT.replace('type = "number"', 'type = "number"\nbaseline_table = false')
    trial = protocol(text)
    found = baseline(trial, data(more=MORE, trial=trial))
    assert not [e.id for e in found if ".age." in e.id]


def test_there_are_no_tests_at_baseline() -> None:
    assert {e.p for e in described().values()} == {None}
