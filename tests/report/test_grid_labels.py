"""Words for the cells of a grid."""

import pandas as pd
import pytest

from equipoise.report.grid_labels import (
    design_words,
    dropout_words,
    effect_words,
    headline,
    times,
    with_error,
)


def test_factors_and_designs_in_words() -> None:
    assert [effect_words(f) for f in (0.0, 1.0, 0.5)] == [
        "no effect",
        "effect as stated",
        "0.5 times the effect",
    ]
    assert [dropout_words(f) for f in (0.0, 1.0, 2.0)] == [
        "nobody departs",
        "departures as stated",
        "2 times the departures",
    ]
    assert [times(f, "none") for f in (0.0, 1.0, 0.5)] == ["none", "as stated", "× 0.5"]
    assert design_words("fixed") == "no looks"
    wanted = "kim-demets 3, looks at 33.3, 100 %"
    assert design_words("kim-demets=3:0.3333,1") == wanted


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (0.807, 0.004, "80.7 (0.4)"),
        (-0.0125, float("nan"), "−1.3"),
        (float("nan"), 0.1, "–"),
        (None, None, "–"),
    ],
)
def test_a_number_with_its_error(value: object, error: object, said: str) -> None:
    assert with_error(value, error, 1, 100) == said


def rows(powers: dict[int, float], effect: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "size": list(powers),
            "effect": effect,
            "dropout": 1.0,
            "design": "fixed",
            "power": list(powers.values()),
            "power_error": 0.01,
        }
    )


def test_the_smallest_size_that_is_enough() -> None:
    mixed = pd.concat(
        [
            rows({20: 0.01, 30: 0.99, 40: 0.99}, effect=2.0),
            rows({40: 0.91, 20: 0.6, 30: 0.8}),
        ]
    )
    assert headline(mixed, "Change") == (
        "Change (effect as stated, departures as stated, no looks): the smallest size of "
        "this grid with 80 % power is 30 people, power 80.0 (1.0) %."
    )


def test_no_size_is_enough_or_there_is_no_effect() -> None:
    said = headline(rows({20: 0.6, 30: 0.7}), "Change")
    assert "no size of this grid has 80 % power; the most is 30 people" in said
    assert "without an effect" in headline(rows({20: 0.05}, effect=0.0), "Change")
