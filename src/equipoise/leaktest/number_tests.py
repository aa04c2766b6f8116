"""Permutation tests of visible numbers and times against arms, over many allocations.

In each test arms are permuted over the same numbers, and the observed statistic is
compared with its permutation distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.rng import stream

SHUFFLES = 4000
ALPHA = 0.0005  # of each test: twenty of them raise a false alarm once in a hundred

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Allocated:
    """Allocations of a schedule, in order, with all data.

    Attributes:
        arms: 0 for the first arm, 1 for every other.
        kits: numbers that all users can view.
        seconds: duration of each allocation, for the requesting user.
        sizes: bytes of each allocation in the allocation database.
        answers: bytes of the response, headers included.
        syringes: numbers on the syringes.
        contents: bytes of each syringe in the allocation database.
        requested: whether it was requested through the API.
    """

    arms: Array
    kits: Array
    seconds: Array
    sizes: Array
    answers: Array
    syringes: Array
    contents: Array
    requested: bool = True


@dataclass(frozen=True, slots=True)
class Tested:
    """One test.

    Attributes:
        found: the observed value, as text.
        p: proportion of permutations that are as extreme; None for another test.
    """

    name: str
    found: str
    p: float | None
    passed: bool


def measured(made: Allocated, seed: int) -> list[Tested]:
    """Every test of visible numbers against arms."""
    order = np.arange(len(made.arms), dtype=float)
    source = "request" if made.requested else "service"
    return [
        *_told("kit", made.kits, 1e5, made.arms, seed),
        *_told("syringe", made.syringes, 1e7, made.arms, seed),
        _permuted(f"time of the {source} and arm", made.arms,
                  _correlation(_ranks(made.seconds)), seed),
        _permuted("size of the answer and arm", made.arms, _digits(made.answers), seed),
        _permuted("size in the database and arm", made.arms, _digits(made.sizes), seed),
        _permuted("size of a syringe in the database and arm", made.arms,
                  _digits(made.contents), seed),
        _permuted("kit number and order", made.kits, _correlation(order), seed),
        _permuted("syringe number and order", made.syringes, _correlation(order), seed),
    ]  # fmt: skip


def _told(what: str, seen: Array, first: float, arms: Array, seed: int) -> list[Tested]:
    """Whether numbers are associated with arms, alone or in pairs.

    Args:
        what: they are numbers of.
        seen: the numbers, in the order of allocation.
        first: weight of their first digit.
        arms: in the order of allocation.
        seed: of the permutations.
    """
    by_number = arms[np.argsort(seen, kind="stable")]
    after = _correlation(np.diff(seen, prepend=0))
    return [
        _permuted(f"{what} number and arm", arms, _correlation(seen), seed),
        _permuted(f"last digit of the {what} and arm", arms, _digits(seen % 10), seed),
        _permuted(f"first digit of the {what} and arm", arms, _digits(seen // first),
                  seed),
        _permuted(f"parity of the {what} and arm", arms, _digits(seen % 2), seed),
        _permuted(f"neighbours by {what} are pairs", by_number, _neighbours, seed),
        _permuted(f"near {what} numbers are pairs", arms, _near(seen), seed),
        _permuted(f"{what} after {what}", arms, after, seed),
    ]  # fmt: skip


def next_by_kit(made: Allocated) -> Tested:
    """Guessing the next arm from all earlier kits and arms, by the nearest kit.

    A guesser who knows every earlier arm, and the next kit, is no better than a guesser who
    does not know the kit.
    """
    right = 0
    n = len(made.arms)
    start = min(50, n // 4)
    for i in range(start, n):
        nearest = np.argmin(np.abs(made.kits[:i] - made.kits[i]))
        right += int(made.arms[nearest] == made.arms[i])
    share = max(made.arms.mean(), 1 - made.arms.mean())
    chance = share**2 + (1 - share) ** 2
    error = float(np.sqrt(chance * (1 - chance) / (n - start)))
    rate = right / (n - start)
    return Tested(
        "the next arm from the nearest kit",
        f"{rate:.3f} correct, {chance:.3f} by chance",
        None,
        rate <= chance + 3.3 * error,
    )


def next_by_history(rate: float, theory: float, error: float) -> Tested:
    """Guessing the next arm from all earlier arms, no better than the method allows.

    Args:
        rate: proportion of correct guesses on the schedule of the application.
        theory: the same over simulated schedules of the method.
        error: standard error of ``rate``.
    """
    return Tested(
        "the next arm from all arms before",
        f"{rate:.3f} correct, {theory:.3f} in theory",
        None,
        rate <= theory + 3.3 * error,
    )


def guessed(arms: Array) -> float:
    """Proportion of correct guesses of the arm that is behind (Blackwell and Hodges)."""
    x = 1 - 2 * arms
    before = np.cumsum(x) - x
    return float(np.where(before == 0, 0.5, x == -np.sign(before)).mean())


def _permuted(
    name: str, values: Array, measure: Callable[[Array], float], seed: int
) -> Tested:
    rng = stream(seed, "leaktest", name)
    found = measure(values)
    chance = np.array([measure(rng.permutation(values)) for _ in range(SHUFFLES)])
    centre = float(np.median(chance))
    beyond = int((np.abs(chance - centre) >= abs(found - centre) - 1e-12).sum())
    p = (1 + beyond) / (1 + SHUFFLES)
    return Tested(name, f"{found:.3f}, {centre:.3f} by chance", p, p >= ALPHA)


def _correlation(seen: Array) -> Callable[[Array], float]:
    centred = seen - seen.mean()
    size = float(np.sqrt((centred**2).sum())) or 1.0

    def measure(values: Array) -> float:
        own = values - values.mean()
        return float(own @ centred) / (size * (float(np.sqrt((own**2).sum())) or 1.0))

    return measure


def _digits(classes: Array) -> Callable[[Array], float]:
    """Difference of proportions between classes: a chi-square without its factor."""
    kinds, place = np.unique(np.floor(classes), return_inverse=True)
    counts = np.bincount(place, minlength=len(kinds))

    def measure(values: Array) -> float:
        sums = np.bincount(place, weights=values, minlength=len(kinds))
        return float((counts * (sums / counts - values.mean()) ** 2).sum())

    return measure


def _neighbours(sorted_arms: Array) -> float:
    return float((sorted_arms[1:] == sorted_arms[:-1]).mean())


def _near(kits: Array) -> Callable[[Array], float]:
    """Proportion of equal arms among the pairs of participants with nearest kits."""
    order = np.argsort(kits, kind="stable")
    gaps = np.diff(kits[order])
    closest = np.argsort(gaps, kind="stable")[: max(1, len(gaps) // 10)]
    one, other = order[closest], order[closest + 1]
    return lambda arms: float((arms[one] == arms[other]).mean())


def _ranks(values: Array) -> Array:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
