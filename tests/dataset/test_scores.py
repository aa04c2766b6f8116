"""Scores: of items where there are items, else as recorded."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.dataset.trialdata import TrialData
from tests.dataset.tiny import answers, frame, only, read, refused, rows

ONE = {"participants": frame("participant", ("P1",), ("P2",))}
SCORE = "participant visit instrument score value"


def recorded(*scores: tuple[str, float]) -> pd.DataFrame:
    """Recorded scores of P1 at the start."""
    return frame(
        SCORE, *(("P1", "start", "small", name, value) for name, value in scores)
    )


def value(data: TrialData, name: str) -> tuple[float | None, bool]:
    """A score of P1 at the start, and whether it was recorded."""
    table = data.scores
    row = table[(table["participant"] == "P1") & (table["score"] == name)].iloc[0]
    return None if pd.isna(row["value"]) else row["value"], bool(row["recorded"])


def trial(
    form: tuple[object, ...], *scores: tuple[str, float]
) -> dict[str, pd.DataFrame]:
    given = answers(("P1", "start", *form)).dropna(subset="value")
    return {**ONE, "answers": given, "recorded_scores": recorded(*scores)}


def test_scores_are_worked_out_from_items() -> None:
    data = read(trial((3, 1, 2)))
    assert value(data, "total") == (6, False)
    assert value(data, "mean") == (2, False)


def test_a_recorded_score_that_agrees_is_not_used() -> None:
    data = read(trial((3, 1, 2), ("total", 6)))
    assert value(data, "total") == (6, False)


def test_a_recorded_score_counts_where_none_of_its_items_was_answered() -> None:
    data = read(trial((3, 1, 2), ("highest", 7), ("global", 55)))
    assert value(data, "highest") == (7, True)
    assert value(data, "global") == (55, True)
    assert len(data.scores) == 6


def test_scores_at_minutes_are_kept_apart() -> None:
    given = answers(("P1", "start", 3, 1, 2)).assign(timepoint_min=[40, 40, 40])
    data = read({**ONE, "answers": given, "recorded_scores": recorded(("total", 1))})
    table = data.scores[data.scores["score"] == "total"]
    assert table["value"].tolist() == [6, 1]
    assert table["timepoint_min"].isna().tolist() == [False, True]
    assert table["recorded"].tolist() == [False, True]


def test_a_score_that_disagrees_with_its_items() -> None:
    given = trial((3, 1, 2), ("total", 7), ("present", 1))
    problem = only(given)
    assert problem.code == "EQ312"
    assert rows(problem, "score", "value", "value_from_items") == [("total", 7, 6)]
    data = read(given, accept=("EQ312",))
    assert value(data, "total") == (6, False)
    assert data.origin.accepted == ("EQ312: 1 record",)
    assert len(data.recorded_scores) == 2


def test_a_score_that_too_few_items_do_not_give() -> None:
    given = trial((3, None, None), ("total", 3))
    problem = only(given)
    assert problem.code == "EQ312"
    assert rows(problem, "n_missing") == [(2,)]
    assert value(read(given, accept=("EQ312",)), "total") == (None, False)


@pytest.mark.parametrize(
    ("form", "name", "stated", "agrees"),
    [
        ((3, 2, 3), "mean", 2.67, True),
        ((3, 2, 3), "mean", 2.66, False),
        ((3, 2, 3), "mean", 2.7, False),
        ((3, 2, None), "total", 7.5, True),
        ((3, 2, None), "total", 7.500001, False),
    ],
)
def test_only_a_mean_may_be_rounded(
    form: tuple[object, ...], name: str, stated: float, agrees: bool
) -> None:
    given = trial(form, (name, stated))
    if agrees:
        read(given)
    else:
        assert only(given).code == "EQ312"


def test_wrong_answers_do_not_hide_scores_that_disagree() -> None:
    given = answers(("P1", "start", 3, 9, 2), ("P2", "start", 1, 1, 1)).assign(
        rater="R1"
    )
    strange = given.iloc[:1].assign(participant="P1", visit="week-1", item="z", value=1)
    stated = frame(
        SCORE,
        ("P1", "start", "small", "total", 9),
        ("P2", "start", "small", "total", 9),
    )
    found = refused(
        {**ONE, "answers": pd.concat([given, strange]), "recorded_scores": stated}
    )
    assert [problem.code for problem in found] == ["EQ211", "EQ212", "EQ312"]
    unknown, wrong, differs = found
    assert rows(unknown, "visit", "item", "rater") == [("week-1", "z", "R1")]
    assert rows(wrong, "participant", "item", "value", "rater") == [
        ("P1", "b", 9, "R1")
    ]
    assert rows(differs, "participant") == [("P2",)]
