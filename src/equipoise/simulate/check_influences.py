"""Whether characteristics can influence the numbers of a scenario as it states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from equipoise.errors import listing
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_participants import (
    BoundedNumber,
    Category,
    CharacteristicDistribution,
    Influence,
)

Finding = tuple[str, str, str, str]  # code, what, place in the file, fix


def influence_problems(scenario: Scenario) -> Iterator[Finding]:
    """Findings EQ606 and EQ608 about ``influences``, of the scenario by itself."""
    known: dict[str, CharacteristicDistribution] = {}
    for i, part in enumerate(scenario.characteristics, start=1):
        if isinstance(part, BoundedNumber) and part.influences:
            problems = list(_unusable(part.influences, known, f"characteristics[{i}]"))
            yield from problems or _beyond(part, known, f"characteristics[{i}]")
        known[part.id] = part
    for i, vital in enumerate(scenario.vitals, start=1):
        yield from _unusable(vital.influences, known, f"vitals[{i}]")


def _bounds_of_mean(
    number: BoundedNumber, known: dict[str, CharacteristicDistribution]
) -> tuple[float, float]:
    """The lowest and the highest mean that any participant can have."""
    low = high = number.mean
    for influence in number.influences:
        least, most = _range(influence, known[influence.by])
        low, high = low + least, high + most
    return low, high


def _range(influence: Influence, by: CharacteristicDistribution) -> tuple[float, float]:
    """The least and the most that an influence adds."""
    if isinstance(by, Category):
        amounts = [influence.added.get(code, 0.0) for code in by.shares]
    else:
        slope, at = influence.slope or 0.0, influence.at or 0.0
        amounts = [slope * (end - at) for end in (by.min, by.max)]
    return min(amounts), max(amounts)


def _unusable(
    influences: Iterable[Influence],
    known: dict[str, CharacteristicDistribution],
    place: str,
) -> Iterator[Finding]:
    """Influences of a characteristic that is not there, or is of the other kind."""
    for k, influence in enumerate(influences, start=1):
        where = f"{place}.influences[{k}]"
        by = known.get(influence.by)
        if by is None:
            yield (
                "EQ608",
                f"{influence.by!r} is not a characteristic that is specified earlier",
                where,
                f"use one of: {listing(known)}, or change the order"
                if known
                else "specify the characteristic before it",
            )
        elif isinstance(by, Category) != bool(influence.added):
            category = isinstance(by, Category)
            yield (
                "EQ608",
                f"{influence.by!r} is a {'category' if category else 'number'}",
                where,
                f"state {'`added`' if category else '`slope` and `at`'}",
            )
        elif isinstance(by, Category):
            for code in sorted(set(influence.added) - set(by.shares)):
                yield (
                    "EQ608",
                    f"{influence.by!r} has no value {code!r}",
                    f"{where}.added",
                    f"use one of: {listing(by.shares)}",
                )


def _beyond(
    number: BoundedNumber, known: dict[str, CharacteristicDistribution], place: str
) -> Iterator[Finding]:
    """A mean of some participants that no number inside the bounds has."""
    for mean in _bounds_of_mean(number, known):
        below, above = mean - number.min, number.max - mean
        # Popoviciu's inequality with a known mean (Bhatia and Davis 2000).
        if min(below, above) <= 0 or number.sd >= math.sqrt(below * above):
            yield (
                "EQ606",
                f"with its influences the mean of {number.id!r} is {mean:g} for some "
                f"participants, and no number from {number.min:g} to {number.max:g} "
                f"has that mean and SD {number.sd:g}",
                place,
                "widen the bounds, or lower the SD or the influences",
            )
            return
