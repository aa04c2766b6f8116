"""Estimates of the endpoints of one trial: the same digits as its full analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.noninferiority import Margin
from equipoise.analyze.plan import visits
from equipoise.errors import SimulationError
from equipoise.protocol.estimand import Definition, Endpoint, Strategy
from equipoise.protocol.model import Protocol
from equipoise.protocol.relapse import first_relapse, is_met, relapse_visits
from equipoise.simulate.operating_characteristics.continuous_model import (
    MODEL_FIELDS,
    ContinuousModel,
)
from equipoise.simulate.operating_characteristics.efficacy_only import EfficacyData
from equipoise.simulate.operating_characteristics.from_randomization import (
    NEW_TREATMENT,
    log_rank_p,
    median_time,
    times_from_randomization,
)
from equipoise.simulate.operating_characteristics.noninferiority import (
    doubled_p,
    doubled_score_p,
)
from equipoise.simulate.operating_characteristics.selection import can_estimate
from equipoise.simulate.operating_characteristics.stratified import (
    stratified_difference,
    stratified_log_rank_p,
    stratum_labels,
)
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario
from equipoise.stats.proportions import fisher

FIELDS = (*MODEL_FIELDS, "first", "second")


@dataclass(frozen=True)
class EndpointSet:
    """The endpoints that are estimated in each trial.

    Attributes:
        endpoints: that can be estimated from efficacy data.
        instruments: of the scenario, in the order of the scores.
    """

    protocol: Protocol
    endpoints: tuple[Endpoint, ...]
    instruments: tuple[str, ...]

    @cached_property
    def models(self) -> dict[str, ContinuousModel]:
        """Models of the continuous endpoints, built once."""
        return {
            endpoint.id: ContinuousModel.of(self.protocol, endpoint)
            for endpoint in self.endpoints
            if endpoint.type == "continuous"
        }

    @cached_property
    def visit_indices(self) -> dict[str, int]:
        """Index of each visit."""
        return {v.id: k for k, v in enumerate(self.protocol.schedule.visits)}

    def visit_index(self, visit: str | None) -> int:
        """Index of a visit."""
        return self.visit_indices[str(visit)]

    def score(self, data: EfficacyData, name: str, visit: str | None) -> Floats:
        """A score at a visit, n; NaN where not rated."""
        k = self.instruments.index(name.partition(".")[0])
        return data.scores[:, self.visit_index(visit), k]


def select_endpoints(
    protocol: Protocol, scenario: Scenario, ids: tuple[str, ...] = ()
) -> EndpointSet:
    """The endpoints that are estimated in each trial.

    Args:
        protocol: checked.
        scenario: that fits it.
        ids: of endpoints; empty for the primary and every binary or time-to-event
            endpoint that is not exploratory, on a score of the scenario.

    Raises:
        SimulationError: EQ641, an endpoint cannot be estimated: it is of another type,
            on a score that only the items give, with another milestone, or with strata
            that the scenario does not simulate; or none of the protocol can.
    """
    possible = [e for e in protocol.endpoints if can_estimate(protocol, e, scenario)]
    if ids:
        impossible = [name for name in ids if name not in {e.id for e in possible}]
        if impossible:
            raise SimulationError.single(
                "EQ641",
                "operating characteristics cannot be simulated for "
                f"{', '.join(impossible)}",
                where="simulate, endpoints",
                fix=f"use: {', '.join(e.id for e in possible)}; other endpoints need "
                "complete trial data",
            )
        selected = [e for e in possible if e.id in ids]
    else:
        selected = [
            e
            for e in possible
            if e.level == "primary"
            or (e.type != "continuous" and e.level != "exploratory")
        ]
    if not selected:
        raise SimulationError.single(
            "EQ641",
            "operating characteristics cannot be simulated for any primary or secondary "
            "endpoint of the protocol",
            where="simulate, endpoints",
            fix="simulate one trial without --trials, which has complete data; scores of "
            "the scenario and new treatment are simulated in many trials, other "
            "milestones are not",
        )
    instruments = tuple(course.instrument for course in scenario.courses)
    return EndpointSet(protocol, tuple(selected), instruments)


def estimate_endpoints(endpoint_set: EndpointSet, data: EfficacyData) -> Floats:
    """Estimates of every endpoint in one trial, as ``estimate_trials`` gives them."""
    return np.asarray(estimate_trials(endpoint_set, [data])[0])


def estimate_trials(
    endpoint_set: EndpointSet, trials: Sequence[EfficacyData]
) -> Floats:
    """Estimates of every endpoint: trials x endpoints x ``FIELDS``, NaN for none.

    For a continuous endpoint the mixed model; for a binary one the risk difference, p of
    the planned test, and ``first`` and ``second``, the proportions; for a time to event the
    medians of both arms and their difference, and from randomization the p of the
    log-rank test. With a non-inferiority margin p is twice the one-sided P value.

    Args:
        endpoint_set: the endpoints.
        trials: of the same number of participants; the mixed models of all of them are
            fitted together, and the numbers of a trial do not depend on the others.
    """
    shape = (len(trials), len(endpoint_set.endpoints), len(FIELDS))
    estimates = np.full(shape, np.nan)
    for k, endpoint in enumerate(endpoint_set.endpoints):
        if endpoint.type == "continuous":
            pairs = [_outcome(endpoint_set, endpoint, data) for data in trials]
            outcome, start = (np.stack(each) for each in zip(*pairs, strict=True))
            arm = np.stack([data.arm for data in trials])
            model = endpoint_set.models[endpoint.id]
            factors = [data.factors for data in trials]
            found = model.estimate(arm, start, outcome, factors)
            estimates[:, k, : len(MODEL_FIELDS)] = found
            margin = Margin.of(endpoint_set.protocol, endpoint)
            if margin is not None:
                p = doubled_p(found[:, 0], found[:, 1], found[:, 2], margin)
                estimates[:, k, FIELDS.index("p")] = p
            continue
        estimate = _binary if endpoint.type == "binary" else _time
        estimates[:, k] = [estimate(endpoint_set, endpoint, data) for data in trials]
    return estimates


def _pair(endpoint_set: EndpointSet, endpoint: Endpoint) -> tuple[int, int]:
    arms = [arm.id for arm in endpoint_set.protocol.arms]
    pair = endpoint.estimand.treatment
    return arms.index(pair.arm), arms.index(pair.versus)


def _strategy(endpoint: Endpoint) -> Strategy:
    return next(
        (
            event.strategy
            for event in endpoint.estimand.intercurrent
            if event.milestone == NEW_TREATMENT
        ),
        "treatment policy",
    )


def _outcome(
    endpoint_set: EndpointSet, endpoint: Endpoint, data: EfficacyData
) -> tuple[Floats, Floats]:
    """The outcome of a continuous endpoint, n x visits, and the score at baseline, n."""
    protocol = endpoint_set.protocol
    order = visits(protocol, endpoint)
    name = str(endpoint.variable.score)
    start = endpoint_set.score(data, name, protocol.schedule.baseline)
    value = np.column_stack([endpoint_set.score(data, name, visit) for visit in order])
    if _strategy(endpoint) == "hypothetical":
        day = data.day[:, [endpoint_set.visit_index(visit) for visit in order]]
        value = np.where(day <= data.new_treatment[:, None], value, np.nan)
    change = value - start[:, None]
    outcome = {
        "value": value,
        "change": change,
        "percent-change": 100 * change / np.where(start == 0, np.nan, start)[:, None],
    }[endpoint.variable.measure]
    return np.where(np.isnan(start)[:, None], np.nan, outcome), start


def _response(
    endpoint_set: EndpointSet, rule: Definition, data: EfficacyData, visits: list[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a definition is met, and whether that is known, n x visits."""
    name = str(rule.score)
    start = endpoint_set.score(data, name, endpoint_set.protocol.schedule.baseline)
    values = np.column_stack(
        [endpoint_set.score(data, name, visit) for visit in visits]
    )
    return is_met(rule, endpoint_set.protocol.better(name), values, start[:, None])


def _binary(
    endpoint_set: EndpointSet, endpoint: Endpoint, data: EfficacyData
) -> list[float]:
    rule = endpoint_set.protocol.definition(str(endpoint.variable.definition))
    at = str(endpoint.variable.at)
    met, rated = _response(endpoint_set, rule, data, [at])
    held = np.where(rated, met.astype(float), np.nan)[:, 0]
    day, strategy = data.day[:, endpoint_set.visit_index(at)], _strategy(endpoint)
    if strategy == "hypothetical":
        held = np.where(data.new_treatment < day, np.nan, held)
    elif strategy == "composite":
        held = np.where(data.new_treatment <= day, 0.0, held)
    counts = []
    for k in _pair(endpoint_set, endpoint):
        own = held[data.arm == k]
        known = int((~np.isnan(own)).sum())
        failure = endpoint.analysis.missing == "failure" and known > 0
        counts.append((int(np.nansum(own)), len(own) if failure else known))
    (x1, n1), (x2, n2) = counts
    if not n1 or not n2:
        return [np.nan] * len(FIELDS)
    p, q = x1 / n1, x2 / n2
    margin = Margin.of(endpoint_set.protocol, endpoint)
    if endpoint.analysis.planned == "stratified":
        difference, test = _in_strata(endpoint_set, endpoint, data, held, margin)
        return [difference, np.nan, np.nan, np.nan, np.nan, test, p, q]
    test = _fisher(x1, n1, x2, n2)
    if margin is not None:
        test = doubled_score_p((x1, n1, x2, n2), margin)
    return [p - q, np.nan, np.nan, np.nan, np.nan, test, p, q]


def _in_strata(
    endpoint_set: EndpointSet,
    endpoint: Endpoint,
    data: EfficacyData,
    held: Floats,
    margin: Margin | None,
) -> tuple[float, float]:
    """The common risk difference and its planned test.

    Args:
        endpoint_set: of the trial.
        endpoint: binary, with a stratified planned test.
        data: of the trial.
        held: outcome of each participant, NaN where not known.
        margin: of non-inferiority; None to test for a difference.
    """
    pair = _pair(endpoint_set, endpoint)
    stratum = stratum_labels(endpoint_set.protocol, endpoint, data.factors)
    both = np.isin(data.arm, pair)
    if endpoint.analysis.missing == "failure":
        for k in pair:  # an arm in which no outcome is known has no failures
            if not np.isnan(held[data.arm == k]).all():
                held = np.where((data.arm == k) & np.isnan(held), 0.0, held)
    both &= ~np.isnan(held)
    return stratified_difference(
        held[both] > 0, data.arm[both] == pair[0], stratum[both], margin
    )


@cache
def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """The same few tables come again and again."""
    return fisher(x1, n1, x2, n2)


def _time(
    endpoint_set: EndpointSet, endpoint: Endpoint, data: EfficacyData
) -> list[float]:
    loss = endpoint_set.protocol.definition(str(endpoint.variable.definition))
    if loss.rule == "time-to":
        return _from_randomization(endpoint_set, endpoint, loss, data)
    rule = endpoint_set.protocol.definition(str(loss.of))
    visits = relapse_visits(endpoint_set.protocol, loss)
    relapse = first_relapse(*_response(endpoint_set, rule, data, visits))
    at_risk = np.flatnonzero(relapse.at_risk)
    event = relapse.event
    shown = np.where(event, relapse.visit, relapse.last_met)
    day = data.day[:, endpoint_set.visit_index(loss.at) :]
    arm, new, event = data.arm[at_risk], data.new_treatment[at_risk], event[at_risk]
    time, start = day[at_risk, shown[at_risk]], day[at_risk, 0]
    strategy = _strategy(endpoint)
    kept = np.ones(len(arm), dtype=bool)
    if strategy == "composite":
        kept = ~(new <= start)
        sooner = np.isfinite(new) & ((new <= time) | ~event)
        time, event = np.where(sooner, new, time), event | sooner
    elif strategy == "hypothetical":
        kept = ~(new < start)
        ended = new < time
        time, event = np.where(ended, new, time), event & ~ended
    time = time - start
    medians = [
        median_time(time[kept & (arm == k)], event[kept & (arm == k)])
        for k in _pair(endpoint_set, endpoint)
    ]
    rest = [np.nan] * 5
    return [medians[0] - medians[1], *rest, *medians]


def _from_randomization(
    endpoint_set: EndpointSet,
    endpoint: Endpoint,
    definition: Definition,
    data: EfficacyData,
) -> list[float]:
    """The medians of both arms, their difference, and P of the log-rank test."""
    protocol, strategy = endpoint_set.protocol, _strategy(endpoint)
    rule = protocol.definition(str(definition.of))
    k = endpoint_set.instruments.index(str(rule.score).partition(".")[0])
    scores = data.scores[:, :, k]
    time, event = times_from_randomization(protocol, definition, data, scores, strategy)
    pair = _pair(endpoint_set, endpoint)
    medians = [median_time(time[data.arm == k], event[data.arm == k]) for k in pair]
    both = np.isin(data.arm, pair)
    rows = time[both], event[both], data.arm[both] == pair[0]
    p = log_rank_p(*rows)
    if endpoint.analysis.planned == "stratified":
        stratum = stratum_labels(protocol, endpoint, data.factors)
        p = stratified_log_rank_p(*rows, stratum[both])
    return [medians[0] - medians[1], *[np.nan] * 4, p, *medians]
