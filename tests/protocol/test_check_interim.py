"""``[interim]``: what cannot be applied is refused, at its key."""

import pytest

from tests.protocol.faults import found, read
from tests.protocol.test_interim_refusal import PLAN, SIZE


def problems(old: str = "", new: str = "", *others: tuple[str, str]) -> set:
    assert old in PLAN
    return set(found((SIZE, PLAN.replace(old, new, 1) + SIZE), *others))


def test_a_plan_without_problems() -> None:
    assert problems() == set()
    futility = 'futility = "kim-demets"\nfutility_parameter = 2\nbinding = true\npower'
    assert problems("power", futility) == set()


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("caps5_change", "caps5_chance", "EQ104", "endpoint"),
        ("caps5_change", "madrs_change", "EQ833", "endpoint"),
        ("[0.5, 1.0]", "[0.5, 0.9]", "EQ833", "analyses"),
        ("[0.5, 1.0]", "[0.5, 0.5, 1.0]", "EQ833", "analyses"),
        ("[0.5, 1.0]", "[0.0, 1.0]", "EQ833", "analyses"),
        ("[0.5, 1.0]", "[-0.5, 1.0]", "EQ833", "analyses"),
        ("power", "futility_parameter = 2\npower", "EQ833", "futility_parameter"),
        ("power", "binding = true\npower", "EQ833", "binding"),
        (
            'efficacy = "lan-demets-of"',
            'efficacy = "pocock"\nfutility = "lan-demets-of"\nbinding = true',
            "EQ833",
            "binding",
        ),
        ("power", "alpha = 0.1\npower", "EQ833", "alpha"),
        ("[0.5, 1.0]", "[1.0]", "EQ102", "analyses"),
        ('"lan-demets-of"', '"obrien"', "EQ102", "efficacy"),
        ("power = 0.8", "power = 1.0", "EQ102", "power"),
        ("power = 0.8", "powr = 0.8", "EQ102", "powr"),
        ("assumed = true\n", 'assumed = true\nsource = "DMC charter"\n', "EQ105", ""),
        ('efficacy = "lan', 'rule = "pocock"\nefficacy = "lan', "EQ102", "rule"),
    ],
)
def test_what_cannot_be_applied(old: str, new: str, code: str, key: str) -> None:
    place = f"interim.{key}" if key else "interim"
    assert (code, place) in problems(old, new)


def test_an_endpoint_that_is_not_tested_at_the_full_error() -> None:
    holm = ('procedure = "fixed-sequence"', 'procedure = "holm"')
    assert problems("", "", holm) == {("EQ833", "interim.endpoint")}
    later = (
        '["caps5_change", "response", "madrs_change"]',
        '["response", "caps5_change", "madrs_change"]',
    )
    assert problems("", "", later) == {("EQ833", "interim.endpoint")}


@pytest.mark.parametrize("planned", ["max-combo", "fleming-harrington"])
def test_a_weighted_log_rank_test_has_other_information(planned: str) -> None:
    old = 'method = "kaplan-meier"'
    plan = PLAN.replace("caps5_change", "relapse") + SIZE
    for test, expected in ((planned, True), ("unstratified", False)):
        change = (old, f'{old}\nplanned = "{test}"')
        told = [problem.what for problem in read((SIZE, plan), change)[1]]
        assert any("its information is not" in what for what in told) == expected
