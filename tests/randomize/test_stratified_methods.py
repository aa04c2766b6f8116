"""Methods of a stratified trial, against the methods one participant at a time."""

import numpy as np
import pytest

from equipoise.numerics.rng import stream
from equipoise.protocol.governance import InequalityMeasure
from equipoise.randomize.draw import chosen
from equipoise.randomize.minimization import minimization
from equipoise.randomize.processes import of_blocks
from equipoise.randomize.stratified_methods import FromLists, Minimized
from equipoise.randomize.trial_factors import TrialFactors

FACTORS = TrialFactors(
    {
        "site": dict.fromkeys("abcd", 0.25),
        "sex": {"F": 0.7, "M": 0.3},
    }
)


def people(trials: int, n: int, seed: int = 1):  # type: ignore[no-untyped-def]
    rng = stream(seed, "test")
    levels = np.stack([FACTORS.draw(n, rng) for _ in range(trials)])
    return levels, rng.random((trials, n))


@pytest.mark.parametrize("measure", ["range", "variance", "maximum"])
@pytest.mark.parametrize("probability", [0.7, 1.0])
@pytest.mark.parametrize("ratios", [{"a": 1, "b": 1}, {"a": 3, "b": 2, "c": 1}])
def test_minimization_is_that_of_one_participant_at_a_time(
    ratios: dict[str, int], probability: float, measure: InequalityMeasure
) -> None:
    levels, uniform = people(trials=3, n=30)
    method = Minimized(ratios, probability, measure)
    made = method.allocate(FACTORS, levels, uniform)
    for t in range(3):
        history: list[tuple[dict[str, str], str]] = []
        for k in range(30):
            own = dict(zip(("site", "sex"), map(str, levels[t, k]), strict=True))
            chances = minimization(
                own, history, ratios, probability=probability, measure=measure
            )
            arm = chosen(float(uniform[t, k]), chances)
            assert list(ratios)[made.arms[t, k]] == arm
            assert made.guessed[t, k] == pytest.approx(max(chances.values()))
            history.append((own, arm))


@pytest.mark.parametrize("ratios", [{"a": 1, "b": 1}, {"a": 2, "b": 1}])
def test_blocks_of_a_stratum_are_complete(ratios: dict[str, int]) -> None:
    total = sum(ratios.values())
    levels, uniform = people(trials=5, n=120)
    method = FromLists(of_blocks(ratios, [total]), stratified=True)
    made = method.allocate(FACTORS, levels, uniform)
    strata = FACTORS.stratum(levels)
    for t in range(5):
        for stratum in range(8):
            own = made.arms[t][strata[t] == stratum]
            full = own[: len(own) // total * total].reshape(-1, total)
            assert ((full == 0).sum(axis=1) == ratios["a"]).all()


@pytest.mark.parametrize("sizes", [[4], [4, 6]])
@pytest.mark.parametrize("stratified", [True, False])
def test_the_recursion_is_the_mean_of_the_simulation(
    sizes: list[int], stratified: bool
) -> None:
    method = FromLists(of_blocks({"a": 1, "b": 1}, sizes), stratified)
    exact = method.exact(FACTORS, 24)
    assert exact is not None
    levels, uniform = people(trials=1500, n=24)
    made = method.allocate(FACTORS, levels, uniform)
    for value, simulated in zip(exact, (made.guessed, made.certain), strict=True):
        own = simulated.mean(axis=1)
        assert value == pytest.approx(own.mean(), abs=4 * own.std() / 1500**0.5)


def test_the_recursion_is_blackwell_and_hodges_in_complete_blocks() -> None:
    """1957, Ann Math Stat 28:449: blocks of 4, expected 17/6 right in 4."""
    method = FromLists(of_blocks({"a": 1, "b": 1}, [4]), stratified=False)
    assert method.exact(FACTORS, 40) == pytest.approx((17 / 24, 1 / 3))
