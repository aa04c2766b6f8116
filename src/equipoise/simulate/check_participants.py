"""Whether the people of a scenario fit a protocol."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.errors import listing
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Characteristic
from equipoise.simulate.consistency import Finding, unknown_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_participants import (
    DONT_KNOW,
    BoundedNumber,
    Category,
    CharacteristicDistribution,
    SkewedNumber,
)


def participant_problems(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Findings about characteristics, reasons, arms and visits of people."""
    yield from _characteristics(scenario, protocol)
    yield from _doses(scenario, protocol)
    yield from _names(scenario, protocol)
    for i, guess in enumerate(scenario.guesses, start=1):
        if guess.visit in {v.id for v in protocol.schedule.visits}:
            continue
        yield unknown_name(
            "visit", guess.visit, f"guesses[{i}].visit", _visits(protocol)
        )


def _characteristics(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    known = {c.id: c for c in protocol.characteristics}
    stated = [c.id for c in scenario.characteristics]
    for name in known:
        if name not in stated:
            yield (
                "EQ612",
                f"the protocol records {name!r}, which the scenario does not specify",
                "characteristics",
                f"add [[characteristics]] with id = {name!r}",
            )
    for i, part in enumerate(scenario.characteristics, start=1):
        place = f"characteristics[{i}]"
        if part.id in known:
            yield from _fits(part, known[part.id], place)
        else:
            yield unknown_name("characteristic", part.id, place, set(known))
        earlier = {
            c.id
            for c in scenario.characteristics[: i - 1]
            if not isinstance(c, Category)
        }
        if isinstance(part, SkewedNumber) and part.below not in {None, *earlier}:
            yield (
                "EQ613",
                f"{part.below!r} is not a number that is specified earlier in the scenario",
                f"{place}.below",
                f"use one of: {listing(earlier)}, or change the order",
            )


def _fits(
    part: CharacteristicDistribution, known: Characteristic, place: str
) -> Iterator[Finding]:
    """Type and bounds of one characteristic."""
    if isinstance(part, Category) != (known.type == "category"):
        yield (
            "EQ613",
            f"{part.id!r} is a {known.type} in the protocol",
            place,
            "use the distribution `shares` for a category, another one for a number",
        )
    elif isinstance(part, Category):
        for code in part.shares:
            if code not in known.values:
                yield unknown_name(
                    f"value of {part.id}", code, f"{place}.shares", set(known.values)
                )
    elif isinstance(part, BoundedNumber | SkewedNumber):
        low = known.min if known.min is not None else part.min
        high = known.max if known.max is not None else part.max
        if part.min < low or part.max > high:
            yield (
                "EQ613",
                f"{part.min:g} to {part.max:g} goes beyond the {low:g} to {high:g} "
                "that the protocol allows",
                place,
                "narrow min and max",
            )


def _doses(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """A dose per kg needs a weight."""
    numbers = {c.id for c in scenario.characteristics if not isinstance(c, Category)}
    for kind in protocol.interventions:
        per_kg = kind.dose is not None and (kind.dose.unit or "").endswith("/kg")
        if per_kg and "weight_kg" not in numbers:
            yield (
                "EQ612",
                f"the dose of {kind.id!r} is per kg, but there is no weight",
                "characteristics",
                "declare the characteristic `weight_kg` in the protocol and state it "
                "in the scenario",
            )


def _names(scenario: Scenario, protocol: Protocol) -> Iterator[Finding]:
    """Arms and criteria that are named."""
    arms = {arm.id for arm in protocol.arms}
    criteria = {criterion.id for criterion in protocol.eligibility}
    named = [
        (f"conduct.departures[{i}].arm", part.arm)
        for i, part in enumerate(scenario.conduct.departures, start=1)
    ]
    named += [
        (f"conduct.new_treatments[{i}].arm", item.arm)
        for i, item in enumerate(scenario.conduct.new_treatments, start=1)
    ]
    for i, event in enumerate(scenario.events, start=1):
        named += [(f"events[{i}].probability", arm) for arm in event.probability]
        if event.again and not any(v.infusion for v in protocol.schedule.visits):
            yield (
                "EQ613",
                f"{event.term!r} comes again at later infusions, and there are none",
                f"events[{i}].again",
                "leave `again` out",
            )
    for i, background in enumerate(scenario.background_events, start=1):
        named += [(f"background_events[{i}].per_year", a) for a in background.per_year]
    for i, guess in enumerate(scenario.guesses, start=1):
        named.append((f"guesses[{i}].arm", guess.arm))
        named += [(f"guesses[{i}].shares", a) for a in guess.shares if a != DONT_KNOW]
    for place, arm in named:
        if arm not in arms:
            yield unknown_name("arm", arm, place, arms)
    for i, exclusion in enumerate(scenario.conduct.exclusions, start=1):
        place = f"conduct.exclusions[{i}]"
        if (exclusion.criterion is None) == (exclusion.reason is None):
            yield (
                "EQ613",
                "an exclusion has either a criterion or a reason",
                place,
                "give exactly one of the two",
            )
        elif exclusion.criterion is not None and exclusion.criterion not in criteria:
            yield unknown_name("criterion", exclusion.criterion, place, criteria)


def _visits(protocol: Protocol) -> set[str]:
    return {visit.id for visit in protocol.schedule.visits}
