"""The card of a rule: a sentence for each number, and nothing beyond them."""

from __future__ import annotations

from equipoise.learn.rule import Group, Rule
from equipoise.learn.rule_card import card

ONE = Rule(
    order=(0,),
    slopes=(-0.5,),
    intercept=10.0,
    worthwhile=4.0,
    cut=12.0,
    treated=Group(40, 7.0, 3.0, 11.0, 2.46),
    others=Group(60, -1.0, -4.0, 2.0, None),
    difference=8.0,
    confirm=180,
)
TWO = Rule(
    order=(1, 0),
    slopes=(0.25, -2.0),
    intercept=3.0,
    worthwhile=4.0,
    cut=None,
    treated=ONE.treated,
    others=ONE.others,
    difference=8.0,
    confirm=180,
)


def test_a_cut_with_its_side_and_both_groups() -> None:
    said = dict(card(ONE, ("Age",), "points", 0.95))
    assert said["Rule"].endswith("at least 4.0 points: Age at most 12.00")
    assert said["Rule says treatment"] == (
        "40 participants, benefit 7.0 points (95% interval 3.0 to 11.0); number needed to "
        "treat 2.5"
    )
    assert "(95% interval −4.0 to 2.0); not more" in said["Rule says no treatment"]
    assert said["Trial that would confirm it"].startswith("180 participants")


def test_a_score_with_the_strongest_column_first() -> None:
    said = dict(card(TWO, ("Age", "Weight"), "points", 0.9))
    assert said["Variables"] == "Weight; Age"
    assert said["Rule"].endswith(": 3.0 − 2.000 × Weight + 0.250 × Age")
    assert "90% interval" in said["What would refute it"]
