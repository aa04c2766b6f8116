from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import InstrumentError
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score, score_forms
from equipoise.instruments.table import COLUMNS
from tests.instruments.small import small

OTHER = small(('id = "small"', 'id = "other"'))
BOTH = {"small": small(), "other": OTHER}
NAN = np.nan


def long(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))


def form(
    participant: str, visit: str, *values: float, minute: int = 0, scale: str = "small"
) -> list[tuple[object, ...]]:
    return [
        (participant, visit, minute, scale, item, value)
        for item, value in zip("abcdef", values, strict=False)
    ]


def refused(answers: pd.DataFrame) -> InstrumentError:
    with pytest.raises(InstrumentError) as caught:
        score(answers, BOTH)
    return caught.value


def test_forms_keep_their_index() -> None:
    forms = pd.DataFrame({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, index=["x", "y"])
    found = score_forms(small(), forms)
    assert found["total"].to_dict() == {"x": 3, "y": 6}
    assert list(found.columns) == list(small().scores)
    assert set(found.dtypes) == {np.dtype("float64")}


def test_an_item_without_a_column_has_no_answer() -> None:
    found = score_forms(small(), pd.DataFrame({"a": [1], "b": [2]}))
    assert found["total"].tolist() == [4.5]
    assert found["highest"].isna().all()


def test_wrong_answers_of_forms_are_all_named() -> None:
    forms = pd.DataFrame({"a": [1, 4], "b": [1.5, 2], "d": [2, 3], "z": [0, 0]})
    with pytest.raises(InstrumentError) as caught:
        score_forms(small(), forms)
    unknown, wrong = caught.value.problems
    assert (unknown.code, wrong.code) == ("EQ211", "EQ212")
    assert wrong.records is not None
    assert wrong.records.to_dict("list") == {
        "form": [0, 1, 1],
        "item": ["b", "a", "d"],
        "value": [1.5, 4, 3],
    }
    assert "item d: 0, 2, 4" in wrong.what


def test_text_in_a_form_is_refused_as_it_stands() -> None:
    with pytest.raises(InstrumentError, match="EQ212") as caught:
        score_forms(small(), pd.DataFrame({"a": ["1", "often"]}))
    assert caught.value.records is not None
    assert caught.value.records["value"].tolist() == ["often"]


def test_the_long_table_has_one_row_for_each_form_and_score() -> None:
    answers = long(*form("p", "v", 1, 2, 3, 4, 1, NAN))
    found = score(answers, BOTH)
    assert found["score"].tolist() == ["total", "mean", "present", "highest", "met"]
    assert found["value"].tolist() == [6, 2, 1, 5, 1]
    assert found["n_items"].tolist() == [3, 3, 2, 2, 4]
    assert found["n_missing"].tolist() == [0, 0, 0, 0, 0]


def test_order_is_participant_visit_minute_instrument_score() -> None:
    rows = [
        *form("q", "v1", 1, 1, 1),
        *form("p", "v2", 1, 1, 1, scale="other"),
        *form("p", "v2", 1, 1, 1),
        *form("p", "v2", 1, 1, 1, minute=-30),
        *form("p", "v1", 1, 1, 1),
    ]
    answers = long(*rows)
    answers.loc[answers["visit"] == "v1", "timepoint_min"] = None
    found = score(answers, BOTH)
    totals = found[found["score"] == "total"].fillna(-99).infer_objects()
    assert list(
        zip(
            totals["participant"],
            totals["visit"],
            totals["timepoint_min"],
            totals["instrument"],
            strict=True,
        )
    ) == [
        ("p", "v1", -99, "small"),
        ("p", "v2", -30, "small"),
        ("p", "v2", 0, "small"),
        ("p", "v2", 0, "other"),
        ("q", "v1", -99, "small"),
    ]


def test_visits_of_a_categorical_column_keep_their_order() -> None:
    answers = long(*form("p", "week10", 1, 1, 1), *form("p", "week2", 1, 1, 1))
    answers["visit"] = pd.Categorical(answers["visit"], ["week2", "week10"])
    found = score(answers, BOTH)
    assert found["visit"].unique().tolist() == ["week2", "week10"]


@pytest.mark.property
@given(seed=st.integers(0, 2**32 - 1))
def test_order_and_type_of_the_answers_do_not_matter(seed: int) -> None:
    answers = long(
        *form("p", "v", 1, 2, 3, 4, 1),
        *form("p", "w", 0, 2, NAN, 2, 1),
        *form("q", "v", 3, 3, 3, 0, 1, scale="other"),
        *form("q", "v", 3, 1, 3, 0, 1),
    )
    shuffled = answers.sample(frac=1, random_state=seed)
    categorical = shuffled.astype(
        dict.fromkeys(["participant", "visit", "instrument", "item"], "category")
    )
    expected = score(answers, BOTH)
    pd.testing.assert_frame_equal(score(shuffled, BOTH), expected)
    found = score(categorical, BOTH)
    for column in ["participant", "visit", "instrument", "score"]:
        assert isinstance(found[column].dtype, pd.CategoricalDtype)
        found[column] = found[column].astype(object)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.property
@given(
    forms=st.lists(
        st.lists(st.sampled_from([0.0, 2.0, NAN]), min_size=6, max_size=6), min_size=1
    )
)
def test_long_and_wide_agree(forms: list[list[float]]) -> None:
    answers = [row for n, one in enumerate(forms) for row in form(f"{n:04}", "v", *one)]
    found = score(long(*answers), {"small": small()})
    wide = score_forms(small(), pd.DataFrame(forms, columns=list("abcdef")))
    for name in found["score"].unique():
        values = found.loc[found["score"] == name, "value"]
        np.testing.assert_array_equal(values, wide[name])


def test_text_columns_keep_their_type() -> None:
    answers = long(*form("p", "v", 1, 1, 1)).astype(
        dict.fromkeys(["participant", "visit", "instrument", "item"], "string")
    )
    answers["timepoint_min"] = answers["timepoint_min"].astype("Int64")
    found = score(answers, BOTH)
    assert found.dtypes.astype(str).to_dict() == {
        "participant": "string",
        "visit": "string",
        "timepoint_min": "Int64",
        "instrument": "string",
        "score": "string",
        "value": "float64",
        "n_items": "int64",
        "n_missing": "int64",
    }


@pytest.mark.parametrize("instruments", [BOTH, {}], ids=["known", "none"])
def test_no_answers_give_no_scores(instruments: dict[str, Instrument]) -> None:
    found = score(long(), instruments)
    assert len(found) == 0
    assert found.columns[-4:].tolist() == ["score", "value", "n_items", "n_missing"]


def test_every_problem_of_the_answers_is_told_at_once() -> None:
    error = refused(
        long(
            ("p", "v", 0, "small", "a", 1),
            ("p", "v", 0, "small", "a", 2),
            ("p", "v", 0, "small", "z", 1),
            ("p", "v", 0, "small", "b", 9),
            ("p", "v", 0, "other", "b", "often"),
            ("p", None, 0, "small", "b", 1),
            ("p", "v", 0, "third", "a", 1),
        )
    )
    told = {
        problem.code: [] if problem.records is None else list(problem.records.index)
        for problem in error.problems
        if problem.where != "answers, instrument other"
    }
    assert told == {
        "EQ214": [5],
        "EQ210": [6],
        "EQ211": [2],
        "EQ213": [0, 1],
        "EQ212": [3],
    }
    other = error.problems[-1]
    assert other.records is not None
    assert other.records["value"].tolist() == ["often"]


def test_a_repeated_answer_does_not_hide_a_wrong_one() -> None:
    error = refused(
        long(("p", "v", 0, "small", "a", 9), ("p", "v", 0, "small", "a", 1))
    )
    assert [problem.code for problem in error.problems] == ["EQ213", "EQ212"]


def test_an_empty_answer_counts_as_given_twice() -> None:
    error = refused(
        long(("p", "v", None, "small", "a", NAN), ("p", "v", None, "small", "a", 1))
    )
    assert error.code == "EQ213"


def test_absent_columns_are_named() -> None:
    error = refused(long().drop(columns=["value", "visit"]))
    assert error.code == "EQ214"
    assert "value, visit" in str(error)
