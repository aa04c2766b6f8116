"""Variants of a scenario: another effect of the drug, other expectancy, other blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_response import Effect


def with_drug_effect(scenario: Scenario, protocol: Protocol, factor: float) -> Scenario:
    """The scenario with the effect of the drug on symptoms times a factor.

    The difference of ``drug`` of every arm from the last arm is multiplied. Acute
    effects, placebo effects, expectancy, sessions and withdrawals are unchanged: with a
    factor of 0 participants can still feel which arm they are in, and expect more of it.

    Args:
        scenario: whose courses all have ``effects``.
        protocol: specifies the order of the arms.
        factor: 1 is the scenario unchanged.
    """
    last = protocol.arms[-1].id

    def changed(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        base = next((e.drug for e in effects if e.arm == last), 0.0)
        return tuple(
            effect.model_copy(update={"drug": base + factor * (effect.drug - base)})
            for effect in effects
        )

    return scenario if factor == 1 else _with_effects(scenario, changed)


def with_expectancy(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with what participants gain by expecting more times a factor.

    Args:
        scenario: checked.
        factor: 1 is the scenario unchanged, 0 has no expectancy.
    """

    def changed(effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(
            effect.model_copy(update={"expectancy": factor * effect.expectancy})
            for effect in effects
        )

    return scenario if factor == 1 else _with_effects(scenario, changed)


def with_unblinding(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with the log odds of a belief for each acute point times a factor.

    Args:
        scenario: with ``[response.belief]``.
        factor: 1 is the scenario unchanged; 0 is a perfect blind, where what is felt
            during the first infusion does not change what is believed.
    """
    response = scenario.response
    if factor == 1 or response is None or response.belief is None:
        return scenario
    odds = response.belief.odds**factor
    belief = response.belief.model_copy(update={"odds": odds})
    response = response.model_copy(update={"belief": belief})
    return scenario.model_copy(update={"response": response})


def has_drug_effect(scenario: Scenario) -> bool:
    """Whether symptoms differ between arms by more than expectancy.

    False if the courses of all arms are equal but for expectancy, and so are their
    median times to a loss: a trial that rejects then commits a type I error.
    """
    for course in scenario.courses:
        parts = {(one.drug, one.placebo, one.sessions) for one in course.effects}
        if len(parts) > 1:
            return True
        changes = [change.by_visit for change in course.changes]
        if any(change != changes[0] for change in changes):
            return True
    medians = [[item.days for item in part.medians] for part in scenario.relapses]
    return any(len(set(days)) > 1 for days in medians)


def separates_drug(scenario: Scenario) -> bool:
    """Whether every course is stated as drug, placebo and expectancy."""
    stated = all(course.effects for course in scenario.courses)
    return bool(scenario.courses) and stated and not scenario.relapses


def has_expectancy(scenario: Scenario) -> bool:
    """Whether participants gain by expecting more in any course."""
    return any(e.expectancy != 0 for course in scenario.courses for e in course.effects)


def has_belief(scenario: Scenario) -> bool:
    """Whether a belief follows from how the first infusion felt."""
    return scenario.response is not None and scenario.response.belief is not None


def _with_effects(
    scenario: Scenario, changed: Callable[[tuple[Effect, ...]], tuple[Effect, ...]]
) -> Scenario:
    courses: tuple[Any, ...] = tuple(
        course.model_copy(update={"effects": changed(course.effects)})
        for course in scenario.courses
    )
    return scenario.model_copy(update={"courses": courses})
