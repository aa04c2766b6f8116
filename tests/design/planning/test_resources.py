"""What a plan takes: arithmetic, and numbers without effect."""

import pytest

from equipoise.design.planning.resources import Resources
from equipoise.errors import DesignError


def test_time_and_cost_of_a_trial() -> None:
    made = Resources(
        rate=4, last_visit=3, infusions=6, ratings=5, cost_participant=1000,
        cost_infusion=500, cost_rating=100,
    )  # fmt: skip
    numbers = made.numbers(140)
    assert numbers["recruitment"] == 35
    assert numbers["time_to_last_visit"] == 38
    assert numbers["cost"] == 140 * (1000 + 6 * 500 + 5 * 100)
    said = made.sentence(140)
    assert "35.0 months" in said
    assert "840 infusions and 700 ratings" in said
    assert "630,000" in said


def test_nothing_stated_is_nothing_said() -> None:
    assert Resources().numbers(140) == {}
    assert Resources().sentence(140) == ""


@pytest.mark.parametrize(
    ("stated", "named"),
    [({"last_visit": 3}, "--last-visit"), ({"cost_infusion": 3}, "--cost-infusion"),
     ({"cost_rating": 3}, "--cost-rating"), ({"unit": "weeks"}, "--time-unit"),
     ({"rate": 0}, "rate is 0"), ({"rate": float("nan")}, "rate is nan")],
)  # fmt: skip
def test_what_has_no_effect_or_no_meaning_is_refused(stated, named: str) -> None:
    with pytest.raises(DesignError, match=named):
        Resources(**stated)
