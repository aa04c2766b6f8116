"""Guessing the next arm, against what the method allows."""

import json

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.predictability import another_seed, guesses, share
from equipoise.protocol.governance import Randomization
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence, minimized

FEDER = load_protocol("feder2021")
RATIOS = {"ketamine": 1, "midazolam": 1}


def by(**plan: object) -> Protocol:
    return FEDER.model_copy(update={"randomization": Randomization(**plan)})


def test_arms_in_turn_are_always_known_but_every_other_is_a_toss() -> None:
    arms = ["ketamine", "midazolam"] * 10
    assert share(arms, ["all"] * 20, RATIOS) == 0.75
    # In two strata of their own each list begins anew.
    assert share(arms, ["a", "a", "b", "b"] * 5, RATIOS) == 0.75


def test_blocks_of_four_are_guessed_as_in_theory() -> None:
    # Blackwell and Hodges 1957: 17/24 right in blocks of four.
    trial = by(method="permuted blocks", block_sizes=(4,))
    arms = allocation_sequence(trial, 4000, seed=3)
    found = guesses(trial, arms[:400], ["{}"] * 400, 1)
    assert found.theory == pytest.approx(17 / 24, abs=0.01)
    assert abs(found.found - found.theory) < 4 * found.error


@pytest.mark.parametrize(
    "plan",
    [
        {"method": "complete"},
        {"method": "permuted blocks", "block_sizes": (4, 6), "strata": ("sex",)},
        {"method": "big stick", "bound": 3},
        {"method": "minimization", "strata": ("sex",), "probability": 0.8},
    ],
)
def test_each_method_has_its_theory(plan: dict) -> None:
    trial = by(**plan)
    strata = trial.randomization.strata
    levels = [{"sex": "F" if n % 3 else "M"} if strata else {} for n in range(60)]
    if plan["method"] == "minimization":
        arms = [draw.arm for draw in minimized(trial, levels, seed=8)]
    elif strata:
        lists = {
            sex: iter(allocation_sequence(trial, 60, seed=8, stratum=sex))
            for sex in "FM"
        }
        arms = [next(lists[own["sex"]]) for own in levels]
    else:
        arms = allocation_sequence(trial, 60, seed=8)
    found = guesses(trial, arms, [json.dumps(own) for own in levels], 1)
    assert 0.45 < found.theory < 0.9
    assert found.found <= found.theory + 3.3 * found.error
    assert another_seed(trial, 8, 2) != 8
