"""The smallest trial that drops doses and reaches a power."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, inf
from typing import Literal

from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses, Test
from equipoise.design.requirements import out_of_range
from equipoise.errors import DesignError, Problem, refuse

Target = Literal["best", "any"]
MOST = 2**20  # participants on a dose


def sample_size(
    effects: Sequence[float],
    sd: float,
    *,
    power: float = 0.9,
    share: float = 0.5,
    target: Target = "best",
    ratio: float = 1.0,
    alpha: float = 0.025,
    futility: float = -inf,
    test: Test = "combination",
    binding: bool = False,
) -> Doses:
    """The smallest trial that keeps its best dose and reaches a power.

    Args:
        effects: assumed of each dose, the largest above 0.
        sd: within an arm, known variance.
        power: to reach.
        share: of the first stage in the participants on a dose that continues.
        target: ``best``: finding the best dose effective; ``any``: finding one that is.
        ratio: participants on control for each on a dose.
        alpha: familywise error, one-sided.
        futility: z that a dose must exceed at the interim look.
        test: of ``Doses``.
        binding: of ``Doses``.

    Returns:
        The design, with whole participants on each dose in each stage.

    Raises:
        DesignError: EQ801, a number is out of range; EQ802, no size reaches the power;
            EQ805, the choice does not fit.

    Source: exact power of ``operating_characteristics``; R MAMS 3.0, mams(method = "dtl").
    """
    check_requirements(effects, power, alpha, share, target)

    def made(first: int) -> Doses:
        return Doses(
            doses=len(effects),
            first=first,
            second=ceil(first * (1 - share) / share - 1e-9),
            ratio=ratio,
            alpha=alpha,
            futility=futility,
            test=test,
            binding=binding,
        )

    def reached(first: int) -> bool:
        now = operating_characteristics(made(first), effects, sd)
        return (now.best if target == "best" else now.power) >= power

    return made(smallest(reached))


def check_requirements(
    effects: Sequence[float],
    power: float,
    alpha: float,
    share: float = 0.5,
    target: str = "best",
) -> None:
    """Rejects requests for which no size exists, all problems together.

    Raises:
        DesignError: EQ801, EQ805.
    """
    largest = max(effects, default=0.0)
    checks = [
        ("power", power, alpha < power < 1, "between the error and 1"),
        ("share", share, 0 < share < 1, "between 0 and 1"),
        ("largest effect", largest, 0 < largest < inf, "above 0"),
    ]
    found = [out_of_range(n, v, needed) for n, v, good, needed in checks if not good]
    if target not in {"best", "any"}:
        found.append(
            Problem(
                code="EQ805",
                what=f"the power {target!r} is not known",
                where="design, target",
                fix="ask for best or any",
            )
        )
    refuse(DesignError, found)


def smallest(reached: Callable[[int], bool]) -> int:
    """Smallest whole number from which a power is reached, by doubling and halving.

    Raises:
        DesignError: EQ802, not even a million is enough.
    """
    low, high = 0, 2
    while not reached(high):
        low, high = high, 2 * high
        if high > MOST:
            raise DesignError.single(
                "EQ802",
                f"the power is not reached with {MOST} participants on a dose",
                where="design, power",
                fix="assume effects that differ more, a lower bound or a lower power",
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
