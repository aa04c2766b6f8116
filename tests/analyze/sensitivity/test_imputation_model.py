"""The imputation model: its visits, its covariates, and reasons for none."""

from typing import Any

import pytest

from equipoise.analyze.sensitivity.imputation_model import (
    ImputationModel,
    imputation_model,
)
from equipoise.errors import AnalysisError
from tests.analyze.sensitivity.test_estimates import with_parts
from tests.analyze.small import data, random_scores

TRIAL = with_parts()
ENDPOINT = TRIAL.endpoint("change")
MAR, JUMP = ENDPOINT.sensitivity


def made(scores: dict[str, tuple[Any, ...]], **more: Any) -> ImputationModel:
    return imputation_model(TRIAL, data(scores, trial=TRIAL, **more), ENDPOINT, MAR)


def test_a_sparse_visit_is_left_out_and_named() -> None:
    scores = {
        name: (arm, start, one if n < 4 else None, *rest)
        for n, (name, (arm, start, one, *rest)) in enumerate(random_scores(1).items())
    }
    model = made(scores)
    assert list(model.incomplete.frame["visit"].cat.categories) == ["week-2"]
    assert model.at == 0
    assert any(note.startswith("Week 1 was left out of the ") for note in model.notes)
    assert "visit" not in model.incomplete.formula.partition("us(")[0]


def test_one_participant_of_an_arm_at_the_visit_of_the_estimate() -> None:
    scores = random_scores(1)
    active = [name for name, row in scores.items() if row[0] == "active" and row[3]]
    scores |= {name: (*scores[name][:3], None, None, None) for name in active[1:]}
    with pytest.raises(AnalysisError, match="fewer than two participants of Active"):
        made(scores)


def test_three_in_each_arm_have_one_visit_fewer_than_the_model() -> None:
    """Six ratings are enough for two visits, and not without one participant."""
    scores = {name: row for name, row in random_scores(5).items() if row[2] and row[3]}
    six = [
        n
        for arm in ("active", "placebo")
        for n in [k for k in scores if scores[k][0] == arm][:3]
    ]
    model = made({name: scores[name] for name in six})
    assert model.incomplete.frame["visit"].nunique() == 2
    five = made({name: scores[name] for name in six[:5]})
    assert five.incomplete.frame["visit"].nunique() == 1


def test_a_covariate_that_does_not_vary_is_not_in_the_model() -> None:
    scores = {n: (arm, 20, *rest) for n, (arm, _, *rest) in random_scores(1).items()}
    model = made(scores)
    assert model.incomplete.covariates == ()
    assert "baseline" not in model.incomplete.formula
