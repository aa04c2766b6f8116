"""The model that the ratings allow: visits, covariates, and the true reason for none."""

from typing import Any

import pytest

from equipoise.analyze.continuous.estimates import continuous, model_frame
from equipoise.analyze.continuous.mixed_model import endpoint_model
from equipoise.errors import AnalysisError
from tests.analyze.small import TEXT, data, protocol, random_scores, without_response

TRIAL = protocol()


def refused(scores: dict[str, tuple[Any, ...]]) -> str:
    frame = model_frame(TRIAL, data(scores), TRIAL.endpoint("change"))
    with pytest.raises(AnalysisError) as error:
        endpoint_model(TRIAL, TRIAL.endpoint("change"), frame)
    return error.value.problems[0].what


def test_nobody_rated_at_the_visit_of_the_estimate() -> None:
    assert refused(without_response(["week-2"], random_scores(1))) == (
        "no participant of Active or Placebo was rated at Week 2"
    )


def test_rated_but_without_a_baseline() -> None:
    scores = {
        name: (row[0], None if row[0] == "active" else row[1], *row[2:])
        for name, row in random_scores(1).items()
    }
    assert refused(scores) == (
        "no participant of Active who was rated at Week 2 has a baseline value and all "
        "covariates"
    )


def test_too_few_at_the_visit_of_the_estimate() -> None:
    scores = dict(list(random_scores(1).items())[:3])
    assert refused(scores).startswith("too few participants at Week 2: ratings 2, ")


@pytest.mark.parametrize(("more", "needed"), [(0, None), (1, 6), (2, 7)])
def test_a_visit_needs_a_rating_for_each_further_slope(
    more: int, needed: int | None
) -> None:
    """Five ratings: two means, a slope of the baseline, two for the covariance."""
    scores = random_scores(1)
    rated = [name for name, row in scores.items() if None not in row[2:4]][:5]
    kept = {n: row if n in rated else (*row[:2], None, *row[3:])
            for n, row in scores.items()}  # fmt: skip
    endpoint = TRIAL.endpoint("change")
    frame = model_frame(TRIAL, data(kept), endpoint)
    notes = endpoint_model(TRIAL, endpoint, frame, more_slopes=more).notes
    wanted = f"Week 1 was excluded from the model: ratings 5, needed at least {needed}"
    assert [n for n in notes if "excluded" in n] == ([] if needed is None else [wanted])


@pytest.mark.parametrize("covariate", ["age", "sex"])
def test_a_covariate_that_does_not_vary_is_left_out_and_named(covariate: str) -> None:
    trial = protocol(
        TEXT.replace(
            'covariates = ["baseline"]', f'covariates = ["baseline", "{covariate}"]'
        )
    )
    scores = random_scores(5)
    value: Any = {"age": 40.0, "sex": "F"}[covariate]
    more: dict[str, dict[str, Any]] = {name: {covariate: value} for name in scores}
    endpoint = trial.endpoint("change")
    answer = continuous(trial, data(scores, trial=trial, more=more), endpoint)[0]
    plain = continuous(TRIAL, data(scores), TRIAL.endpoint("change"))[0]
    assert answer.estimate == plain.estimate
    label = {"age": "Age", "sex": "Sex"}[covariate]
    assert answer.note is not None
    assert answer.note.endswith(
        f"{label} is the same in all participants and is not in the model"
    )


def test_an_arm_with_one_participant_has_an_estimate() -> None:
    """One against many: the variance is that of the others, as of a t test."""
    scores = random_scores(3)
    one = [name for name, row in scores.items() if row[0] == "active" and row[3]][:1]
    kept = {n: row for n, row in scores.items() if row[0] == "placebo" or n in one}
    answer = continuous(TRIAL, data(kept), TRIAL.endpoint("change"))[0]
    assert answer.estimate is not None
    assert answer.std_error is not None


def test_three_in_each_arm_with_missing_ratings_keep_the_visit_of_the_estimate() -> (
    None
):
    """Four of six at both visits: the covariance of the two would be singular."""
    scores = random_scores(1)
    six = [
        name
        for arm in ("active", "placebo")
        for name in [k for k in scores if scores[k][0] == arm][:3]
    ]
    answer = continuous(
        TRIAL, data({name: scores[name] for name in six}), TRIAL.endpoint("change")
    )[0]
    assert answer.estimate is not None
    assert str(answer.note).startswith(
        "Week 1 was excluded from the model: participants rated at both Week 1 and Week 2 4"
    )
