from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from equipoise.instruments.model import Rule
from equipoise.instruments.possible_range import span
from equipoise.instruments.rules import ARITHMETIC, Sheet, Worked
from tests.instruments.small import small

NAN = np.nan


def worked(score: str, *forms: list[float]) -> Worked:
    """Forms are answers to a, b, c, d, e, f."""
    return Sheet(small(), np.array(forms, dtype=float).T).score(score)


def test_every_rule_has_an_arithmetic() -> None:
    assert set(ARITHMETIC) == set(get_args(Rule))


def test_a_prorated_sum_lets_the_mean_stand_for_what_is_missing() -> None:
    found = worked(
        "total",
        [1, 2, 3, 0, 0, 0],
        [1, NAN, 3, 0, 0, 0],
        [1, NAN, NAN, 0, 0, 0],
        [NAN, NAN, NAN, NAN, NAN, NAN],
    )
    np.testing.assert_array_equal(found.value, [6, (1 + 3) * 3 / 2, NAN, NAN])
    np.testing.assert_array_equal(found.n_missing, [0, 1, 2, 3])
    assert found.n_items == 3


def test_a_prorated_mean_is_the_mean_of_the_answers() -> None:
    found = worked("mean", [1, NAN, 2, 0, 0, 0], [NAN, NAN, 2, 0, 0, 0])
    np.testing.assert_array_equal(found.value, [1.5, 2])


def test_a_count_takes_answers_at_the_level_or_above() -> None:
    found = worked(
        "present", [2, 3, 0, 0, 0, 0], [1, 2, 0, 0, 0, 0], [3, NAN, 0, 0, 0, 0]
    )
    np.testing.assert_array_equal(found.value, [2, 1, NAN])


def test_one_of_two_alternatives_is_enough() -> None:
    found = worked(
        "highest",
        [0, 0, 0, 4, 3, NAN],
        [0, 0, 0, 4, NAN, 1],
        [0, 0, 0, 2, 1, 3],
        [0, 0, 0, 2, NAN, NAN],
    )
    np.testing.assert_array_equal(found.value, [7, 5, 5, NAN])
    np.testing.assert_array_equal(found.n_missing, [0, 0, 0, 1])
    assert found.n_items == 2


def test_all_conditions_must_hold() -> None:
    found = worked(
        "met",
        [2, 0, 2, 0, 0, 0],
        [2, 0, 1, 2, 0, 0],
        [1, 1, 3, 4, 0, 0],
        [3, 3, 1, 0, 0, 0],
        [3, 3, NAN, 2, 0, 0],
    )
    np.testing.assert_array_equal(found.value, [1, 1, 0, 0, NAN])
    assert found.n_items == 4


def test_a_recorded_score_is_never_worked_out() -> None:
    assert np.isnan(worked("global", [1, 1, 1, 2, 1, 1]).value).all()


def test_no_forms_give_no_scores() -> None:
    assert Sheet(small(), np.empty((6, 0))).score("total").value.shape == (0,)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("total", (0, 9)),
        ("mean", (0, 3)),
        ("present", (0, 2)),
        ("highest", (0, 7)),
        ("met", (0, 1)),
        ("global", None),
    ],
)
def test_span_is_what_complete_answers_can_give(
    score: str, expected: tuple[float, float] | None
) -> None:
    instrument = small()
    assert span(instrument.scores[score], instrument.items) == expected
