"""Urn and big stick, against their published probabilities."""

import pytest

from equipoise.randomize.adaptive import big_stick, urn

EQUAL = {"a": 1, "b": 1}


def test_the_urn_by_hand() -> None:
    """Rosenberger and Lachin 2016, 3.5.1: UD(1, 1) after 3 a and 1 b: (1 + 1) / 6."""
    assert urn({"a": 3, "b": 1}, EQUAL)["a"] == pytest.approx(2 / 6)
    assert urn({}, EQUAL) == {"a": 0.5, "b": 0.5}
    assert urn({"a": 1}, EQUAL, start=0)["a"] == 0.0
    assert urn({}, EQUAL, start=0) == {"a": 0.5, "b": 0.5}


def test_unequal_ratios_begin_with_their_shares() -> None:
    assert urn({}, {"a": 2, "b": 1})["a"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "ratios", [{"a": 2, "b": 1}, {"a": 3, "b": 1}, {"a": 3, "b": 2, "c": 1}, EQUAL]
)
def test_the_urn_keeps_an_unequal_ratio(ratios: dict[str, int]) -> None:
    """At its ratio, an urn has the probabilities of the ratio; below it, a higher one."""
    total = sum(ratios.values())
    counts = {arm: 10**9 * ratio for arm, ratio in ratios.items()}
    for arm, probability in urn(counts, ratios).items():
        assert probability == pytest.approx(ratios[arm] / total, abs=1e-6)
        below = urn({**counts, arm: counts[arm] // 2}, ratios)[arm]
        assert below > probability


def test_the_big_stick_strikes_at_its_bound() -> None:
    assert big_stick({"a": 2}, EQUAL, bound=3) == {"a": 0.5, "b": 0.5}
    assert big_stick({"a": 3}, EQUAL, bound=3) == {"a": 0.0, "b": 1.0}
    assert big_stick({"b": 3}, EQUAL, bound=3) == {"a": 1.0, "b": 0.0}


def test_what_the_methods_are_not_for_is_refused() -> None:
    with pytest.raises(ValueError, match="two arms"):
        big_stick({}, {"a": 2, "b": 1}, bound=3)
    with pytest.raises(ValueError, match="urn"):
        urn({}, EQUAL, start=-1)
