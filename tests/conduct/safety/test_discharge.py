"""Discharge: each criterion met, not met, or open."""

from equipoise.conduct.safety.discharge import Observed, criteria, limits
from equipoise.conduct.safety.stopping_rules import Measured

BEFORE = [
    Measured("SYSBP", -30, 120),
    Measured("PULSE", -30, 70),
    Measured("OXYSAT", -30, 98),
]


def after(sysbp: float, oxysat: float = 97) -> list[Measured]:
    return [*BEFORE, Measured("SYSBP", 240, sysbp), Measured("OXYSAT", 240, oxysat)]


def met(observed: Observed) -> list[bool | None]:
    return [criterion.met for criterion in criteria(observed)]


def test_everything_is_near_where_it_was() -> None:
    assert met(Observed(241, after(140), {-30: 2, 240: 6})) == [True, True, True, True]


def test_each_criterion_alone_keeps_somebody_here() -> None:
    assert met(Observed(239, after(140), {-30: 2, 240: 6})) == [False, True, True, True]
    assert met(Observed(241, after(145), {-30: 2, 240: 6})) == [True, False, True, True]
    assert met(Observed(241, after(140, 93), {-30: 2, 240: 6})) == [
        True,
        True,
        False,
        True,
    ]
    assert met(Observed(241, after(140), {-30: 2, 240: 7})) == [True, True, True, False]


def test_what_is_not_known_is_open_and_not_met() -> None:
    assert met(Observed(None, [], {})) == [None, None, None]
    assert met(Observed(10, BEFORE, None)) == [False, None, None]


def test_every_limit_says_where_it_comes_from() -> None:
    assert all("source" in part or part["assumed"] for part in limits().values())
