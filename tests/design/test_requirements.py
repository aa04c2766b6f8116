"""Error, power and allocation: impossible ones are refused with every problem at once."""

import math

import pytest

from equipoise.design.requirements import (
    Size,
    Target,
    check_correlation,
    check_fractions,
    check_positive,
    split,
)
from equipoise.errors import DesignError


@pytest.mark.parametrize(
    "bad",
    [
        {"power": 1.0},
        {"alpha": 0},
        {"power": 0.01},
        {"ratio": 0},
        {"ratio": math.inf},
        {"alpha": 0.6},
    ],
)
def test_impossible_numbers_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(DesignError, match="EQ801"):
        Target(**bad)  # type: ignore[arg-type]


def test_every_problem_at_once() -> None:
    with pytest.raises(DesignError) as caught:
        Target(alpha=2, power=1, ratio=-1)
    assert len(caught.value.problems) == 3
    with pytest.raises(DesignError, match="sd is 0"):
        check_positive(sd=0)
    with pytest.raises(DesignError, match="difference is inf"):
        check_positive(difference=math.inf)
    with pytest.raises(DesignError, match="correlation is -1"):
        check_correlation(-1.0)
    with pytest.raises(DesignError, match="between 0 and 1"):
        check_fractions(first=1.0)


def test_an_arm_is_rounded_up_and_a_total_is_split_by_the_ratio() -> None:
    assert Size(15.2, 15.0).rounded == (16, 15)
    assert split(30, Target(ratio=2)).first == pytest.approx(20)
    assert Target(sides=1, alpha=0.025).z[0] == pytest.approx(Target().z[0])
