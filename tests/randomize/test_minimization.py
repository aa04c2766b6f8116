"""Minimization, against the example of Pocock and Simon, and by its laws."""

import numpy as np
import pytest

from equipoise.numerics.rng import stream
from equipoise.randomize.minimization import Measure, minimization

# Scott et al. 2002, Control Clin Trials 23:662-674, and textbooks since: margins by arm
MARGINS = {
    ("sex", "male"): (3, 5),
    ("sex", "female"): (5, 3),
    ("age", "young"): (4, 4),
    ("age", "old"): (4, 4),
    ("risk", "high"): (4, 5),
    ("risk", "low"): (4, 3),
}


def history(margins: dict[tuple[str, str], tuple[int, int]]) -> list:  # type: ignore[type-arg]
    """Participants that have these margins, factor by factor."""
    people = []
    for place, arm in enumerate("ab"):
        lists = {}
        for (factor, level), counts in margins.items():
            lists.setdefault(factor, []).extend([level] * counts[place])
        for row in zip(*lists.values(), strict=True):
            people.append((dict(zip(lists, row, strict=True)), arm))
    return people


@pytest.mark.parametrize("measure", ["range", "variance", "maximum"])
def test_the_arm_that_evens_the_margins_is_preferred(measure: Measure) -> None:
    """A young man at high risk: with a 1 + 1 + 0 unequal, with b 3 + 1 + 2."""
    newcomer = {"sex": "male", "age": "young", "risk": "high"}
    found = minimization(newcomer, history(MARGINS), {"a": 1, "b": 1}, measure=measure)
    assert found == pytest.approx({"a": 0.8, "b": 0.2})


def test_a_tie_is_fair_and_the_first_of_unequal_arms_goes_to_the_larger() -> None:
    assert minimization({"sex": "m"}, [], {"a": 1, "b": 1}) == {"a": 0.5, "b": 0.5}
    first = minimization({"sex": "m"}, [], {"a": 2, "b": 1})
    # Han et al. 2009: 1 - (1 - 0.8) (1 / 3) / (2 / 3)
    assert first["a"] == pytest.approx(0.9)


def test_weights_can_turn_the_choice() -> None:
    margins = {
        ("x", "1"): (3, 2),
        ("x", "0"): (0, 1),
        ("y", "1"): (2, 3),
        ("y", "0"): (1, 0),
    }
    newcomer = {"x": "1", "y": "1"}
    heavy = minimization(
        newcomer, history(margins), {"a": 1, "b": 1}, weights={"x": 3.0, "y": 1.0}
    )
    assert heavy["b"] == 0.8


@pytest.mark.parametrize(
    "ratios", [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 1, "c": 2}]
)
def test_margins_are_alike_and_the_ratio_is_kept(ratios: dict[str, int]) -> None:
    """Complete randomization of 120 leaves a margin of 60 unequal by about 8."""
    rng = stream(5, "minimization", str(ratios))
    people = []
    for _ in range(120):
        newcomer = {"sex": "fm"[rng.integers(2)], "site": "123"[rng.integers(3)]}
        shares = minimization(newcomer, people, ratios, probability=0.9)
        assert sum(shares.values()) == pytest.approx(1)
        arm = str(rng.choice(list(shares), p=list(shares.values())))
        people.append((newcomer, arm))
    total = sum(ratios.values())
    for level in "fm":
        arms = [a for h, a in people if h["sex"] == level]
        for arm, share in ratios.items():
            assert arms.count(arm) == pytest.approx(len(arms) * share / total, abs=4)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="has a missing factor"):
        minimization({"sex": "m"}, [({}, "a")], {"a": 1, "b": 1})
    with pytest.raises(ValueError, match="probability"):
        minimization({"sex": "m"}, [], {"a": 1, "b": 1}, probability=1.2)
    assert np.isclose(sum(minimization({}, [], {"a": 1, "b": 3}).values()), 1)
