"""Candidates as columns, and those that are excluded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.learn.trial_candidates import candidate_columns, stated_candidates
from equipoise.protocol.candidates import Candidate
from equipoise.protocol.population import Characteristic
from tests.learn.responders_trial import candidate, trial, with_people

N = 30


def columns(
    values: dict[str, Any], *candidates: Candidate, new: tuple[str, ...] = ()
) -> tuple[list[Any], list[Any]]:
    protocol, data = trial()
    if new:
        one = Characteristic(
            id="group", label="Group", type="category", values=new, labels={}
        )
        kept = (*protocol.characteristics, one)
        protocol = protocol.model_copy(update={"characteristics": kept})
    people = data.participants[data.participants["arm"].notna()].head(N)
    people = people.reset_index(drop=True).assign(**values)
    changed = with_people(data, people)
    return candidate_columns(protocol, changed, candidates, list(people["participant"]))


@pytest.mark.parametrize(
    ("values", "stated", "why"),
    [
        ({"age": 40.0}, {}, "the same value"),
        ({"age": [np.nan] * 7 + [30.0, 40.0] * 11 + [50.0]}, {}, "missing in 7 of 30"),
        ({"age": np.arange(N) - 3.0}, {"transformation": "log"}, "no logarithm"),
    ],
)
def test_what_cannot_be_analyzed_is_excluded_with_a_reason(
    values: dict[str, Any], stated: dict[str, str], why: str
) -> None:
    kept, (problem,) = columns(values, candidate("age", **stated))
    assert kept == []
    assert problem.code == "EQ851"
    assert why in problem.what
    assert problem.fix


def test_a_fifth_missing_is_kept_as_the_mean_of_the_others() -> None:
    values = [np.nan] * 6 + [30.0, 40.0] * 12
    (kept,), excluded = columns({"age": values}, candidate("age"))
    assert excluded == []
    assert kept.missing == 6
    assert kept.filled()[:6].tolist() == [35.0] * 6


def test_a_combination_of_others_is_excluded() -> None:
    age = np.linspace(20, 60, N) + np.cos(np.arange(N))
    values = {"age": age, "weight_kg": 200 - 2 * age}
    kept, (problem,) = columns(values, candidate("age"), candidate("weight_kg"))
    assert [one.label for one in kept] == ["Age"]
    assert "Weight: a combination" in problem.what


def test_almost_as_many_levels_as_people_are_excluded() -> None:
    levels = tuple(f"g{k}" for k in range(20))
    values = {"group": [levels[k % 20] for k in range(N)]}
    kept, (problem,) = columns(values, candidate("group"), new=levels)
    assert kept == []
    assert "20 levels of 30 participants" in problem.what


def test_levels_are_compared_with_all_others() -> None:
    levels = ("a", "b", "c")
    group = ["a"] * 15 + ["b"] * 10 + ["c"] * 5
    kept, _ = columns({"group": group}, candidate("group"), new=levels)
    assert [one.label for one in kept] == [
        "Group: b against all others",
        "Group: c against all others",
    ]
    assert [one.values.sum() for one in kept] == [10, 5]


def test_a_level_of_one_participant_is_excluded_by_name() -> None:
    group = ["a"] * 15 + ["b"] * 14 + ["c"]
    kept, (problem,) = columns(
        {"group": group}, candidate("group"), new=("a", "b", "c")
    )
    assert len(kept) == 1
    assert "Group: c" in problem.what


def test_a_logarithm_is_taken() -> None:
    age = np.linspace(20, 60, N)
    (kept,), _ = columns({"age": age}, candidate("age", transformation="log"))
    assert kept.label == "log Age"
    assert kept.values == pytest.approx(np.log(age))


def test_the_default_is_what_is_known_at_baseline_and_post_hoc() -> None:
    protocol, _ = trial()
    end = protocol.endpoint("caps5_change")
    names = {one.name: one for one in stated_candidates(protocol, end)}
    assert {"age", "sex", "weight_kg", "ptsd_years", "caps5.total"} <= set(names)
    assert {one.declared for one in names.values()} == {"post hoc"}
