"""The true differences that a scenario implies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from equipoise.simulate.calendar import Days, actual_days, first_days
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.response_variants import (
    has_expectancy,
    separates_drug,
    with_expectancy,
)
from equipoise.simulate.operating_characteristics.trial_estimates import EndpointSet
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.recruitment import arrivals
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.screening import Cohort, screen
from equipoise.simulate.visit_by_visit import assign_all, simulate_visits

LARGE = 20_000


@dataclass(frozen=True)
class TrueDifferences:
    """True differences of continuous endpoints, and which part of them is the drug's.

    Attributes:
        total: id of an endpoint -> difference, expectancy included.
        drug: id of an endpoint -> difference of the same participants without any
            effect of expectancy; empty where a scenario does not state expectancy.
        error: id of an endpoint -> standard error of ``total``, which is a mean over
            20,000 simulated participants.
    """

    total: Mapping[str, float] = field(default_factory=dict)
    drug: Mapping[str, float] = field(default_factory=dict)
    error: Mapping[str, float] = field(default_factory=dict)


def true_differences(
    endpoint_set: EndpointSet, scenario: Scenario, seed: int
) -> TrueDifferences:
    """True difference of each continuous endpoint, with and without expectancy.

    Participants who feel the drug expect more of it, so that a trial can find a
    difference although the drug has no effect. The part of the drug is the difference
    between the same participants, the same draws, in the scenario without expectancy.

    Args:
        endpoint_set: the endpoints.
        scenario: what is assumed about the participants.
        seed: of these participants.
    """
    people = _people(endpoint_set, scenario, seed)
    within = _within(endpoint_set, scenario, people)
    total = _means(within)
    error = {name: float(d.std(ddof=1) / len(d) ** 0.5) for name, d in within.items()}
    drug = total
    if not separates_drug(scenario):
        drug = {}
    elif has_expectancy(scenario):
        without = with_expectancy(scenario, 0.0)
        drug = _means(_within(endpoint_set, without, people))
    return TrueDifferences(total, drug, error)


def true_values(
    endpoint_set: EndpointSet, scenario: Scenario, seed: int
) -> dict[str, float]:
    """True difference of each continuous endpoint, if all participants had each arm.

    The scores of the same eligible participants under both arms, all of them rated, also
    after a missed infusion or a withdrawal; the mean of the differences within
    participants.

    Args:
        endpoint_set: the endpoints.
        scenario: what is assumed about the participants.
        seed: of these participants.
    """
    people = _people(endpoint_set, scenario, seed)
    return _means(_within(endpoint_set, scenario, people))


def _people(
    endpoint_set: EndpointSet, scenario: Scenario, seed: int
) -> tuple[Cohort, Days]:
    """Participants before treatment, and the days of their visits."""
    context = Context.of(endpoint_set.protocol, scenario)
    cohort = screen(context, (seed,), LARGE)
    schedule, conduct = endpoint_set.protocol.schedule, scenario.conduct
    day0 = first_days(schedule, arrivals(conduct.recruitment, cohort.people))
    return cohort, actual_days(schedule, conduct.attendance, day0, cohort.people)


def _means(within: Mapping[str, Floats]) -> dict[str, float]:
    return {name: float(differences.mean()) for name, differences in within.items()}


def _within(
    endpoint_set: EndpointSet, scenario: Scenario, people: tuple[Cohort, Days]
) -> dict[str, Floats]:
    """The difference of each participant between the arms, by endpoint."""
    context = Context.of(endpoint_set.protocol, scenario)
    cohort, days = people
    arms = [arm.id for arm in endpoint_set.protocol.arms]
    scores = [
        simulate_visits(context, assign_all(cohort, k), days).scores[cohort.randomized]
        for k in range(len(arms))
    ]
    differences = {}
    for endpoint in endpoint_set.endpoints:
        if endpoint.type != "continuous":
            continue
        pair = endpoint.estimand.treatment
        instrument = str(endpoint.variable.score).partition(".")[0]
        k = endpoint_set.instruments.index(instrument)
        at = endpoint_set.visit_index(endpoint.variable.at)
        first, second = (scores[arms.index(name)] for name in (pair.arm, pair.versus))
        difference = first[:, at, k] - second[:, at, k]
        if endpoint.variable.measure == "percent-change":
            difference = 100 * difference / first[:, context.baseline, k]
        differences[endpoint.id] = difference
    return differences
