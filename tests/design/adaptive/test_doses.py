"""A design of doses, and what is refused of it."""

from math import inf, sqrt

import pytest

from equipoise.design.adaptive.doses import Doses
from equipoise.errors import DesignError


def test_sizes_shares_and_weights() -> None:
    made = Doses(doses=3, first=10, second=30, ratio=2, keep=2)
    assert made.start == 10 * 3 + 20
    assert made.largest == made.start + 30 * 2 + 60
    assert made.weights == pytest.approx((0.5, sqrt(0.75)))
    assert Doses(doses=1, first=5, second=5, weight=0.36).weights[0] == pytest.approx(
        0.6
    )
    # variance of a difference is 1/n + 1/2n: two differences share the part 1/2n
    assert made.correlation == pytest.approx((1 / 20) / (1 / 10 + 1 / 20))


def test_drifts_are_the_means_of_two_sample_z() -> None:
    made = Doses(doses=1, first=8, second=18, ratio=1)
    assert made.drifts(3.0, 6.0) == pytest.approx((0.5 * sqrt(4), 0.5 * sqrt(9)))


def test_all_problems_of_a_design_are_told_at_once() -> None:
    with pytest.raises(DesignError) as refusal:
        Doses(
            doses=0,
            first=-4,
            second=0,
            ratio=0,
            alpha=0.7,
            keep=3,
            test="pooled",
            binding=True,
            weight=1.5,
        )
    told = [p.code for p in refusal.value.problems]
    assert told.count("EQ801") == 6
    assert told.count("EQ805") == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"keep": 0}, "EQ805"),
        ({"doses": 9}, "EQ801"),
        ({"test": "simes"}, "EQ805"),
        ({"test": "pooled", "keep": 2}, "EQ805"),
        ({"test": "pooled", "weight": 0.4}, "EQ805"),
        ({"binding": True, "futility": 0.0}, "EQ805"),
        ({"futility": float("nan")}, "EQ801"),
        ({"first": inf}, "EQ801"),
        ({"second": float("nan")}, "EQ801"),
    ],
)
def test_each_impossible_design_is_refused(
    change: dict[str, object], code: str
) -> None:
    words = {"doses": 3, "first": 10, "second": 10} | change
    with pytest.raises(DesignError, match=code):
        Doses(**words)
