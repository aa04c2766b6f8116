"""Comparison of methods in many small strata."""

import math

import pytest

from equipoise.errors import DesignError
from equipoise.randomize.comparison import Compared, compare
from equipoise.randomize.processes import by_counts, of_blocks
from equipoise.randomize.stratified_methods import FromLists, Minimized
from equipoise.randomize.trial_factors import TrialFactors

EQUAL = {"a": 1, "b": 1}
UNEQUAL = {"a": 2, "b": 1}
SITES = TrialFactors({"site": {str(k): 1 / 12 for k in range(12)}})
MANY = TrialFactors(
    {"site": {str(k): 1 / 12 for k in range(12)}, "sex": {"F": 0.7, "M": 0.3}}
)


def found(
    ratios: dict[str, int], factors: TrialFactors, n: int = 90
) -> dict[str, Compared]:
    total = sum(ratios.values())
    blocks, complete = of_blocks(ratios, [total]), by_counts(ratios, lambda _: shares)
    shares = {arm: ratio / total for arm, ratio in ratios.items()}
    methods = {
        "complete": FromLists(complete, stratified=False),
        "one list": FromLists(blocks, stratified=False),
        "by stratum": FromLists(blocks, stratified=True),
        "minimized": Minimized(ratios, 1.0),
        "minimized 0.8": Minimized(ratios, 0.8),
    }
    made = compare(ratios, factors, n, methods, trials=400, seed=3)
    return {one.name: one for one in made}


def test_complete_randomization_has_its_exact_imbalance() -> None:
    """The mean difference of 90 fair coins: 90 C(89, 44) / 2^89."""
    own = found(EQUAL, SITES)["complete"]
    exact = 90 * math.comb(89, 44) / 2**89
    assert own.trial.value == pytest.approx(exact, abs=4 * own.trial.std_error)
    assert (own.guessed.value, own.guessed.std_error) == pytest.approx((0.5, 0))


def test_minimization_over_one_factor_without_chance_is_blocks_of_two() -> None:
    """Pocock and Simon 1975: the arm with fewer in the level, and a coin in a tie."""
    own = found(EQUAL, SITES)
    for name in ("trial", "margin", "stratum", "guessed", "certain", "loss"):
        first, second = (getattr(own[k], name) for k in ("by stratum", "minimized"))
        error = 4 * math.hypot(first.std_error, second.std_error) + 1e-12
        assert first.value == pytest.approx(second.value, abs=error), name


@pytest.mark.parametrize("ratios", [EQUAL, UNEQUAL])
def test_many_small_strata_leave_blocks_incomplete(ratios: dict[str, int]) -> None:
    own = found(ratios, MANY)
    assert own["minimized 0.8"].trial.value < own["by stratum"].trial.value
    assert own["by stratum"].stratum.value < own["minimized 0.8"].stratum.value
    assert own["one list"].trial.value < 1 + 1e-9
    assert own["minimized"].guessed.value > own["by stratum"].guessed.value
    assert own["minimized"].loss.value < own["complete"].loss.value
    assert own["minimized"].power.value > own["complete"].power.value


@pytest.mark.parametrize(
    "own", [{"n": 1}, {"trials": 1}, {"power": 1.0}, {"n": 10**7}, {"power": math.nan}]
)
def test_a_number_that_cannot_be_is_rejected(own: dict[str, float]) -> None:
    numbers = {"n": 20, "trials": 50, "power": 0.9, **own}
    with pytest.raises(DesignError, match="EQ843"):
        compare(EQUAL, SITES, numbers.pop("n"), {}, seed=1, **numbers)  # type: ignore[arg-type]
