"""Time from randomization of one simulated trial: the same digits as its analysis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.time_to_event.comparisons import not_comparable
from equipoise.analyze.time_to_event.from_randomization import rated_visits
from equipoise.protocol.estimand import Definition, Endpoint, Strategy
from equipoise.protocol.model import Protocol
from equipoise.protocol.relapse import is_met
from equipoise.simulate.operating_characteristics.efficacy_only import EfficacyData
from equipoise.simulate.random_draws import Floats
from equipoise.stats.survival import log_rank, log_rank_estimable

NEW_TREATMENT = "new-treatment"
HALF = 0.5 + 1e-9


def possible(protocol: Protocol, endpoint: Endpoint, scores: set[str]) -> bool:
    """Whether efficacy data suffice: a simulated score, no milestone but new treatment.

    Args:
        protocol: of the trial.
        endpoint: a time from randomization.
        scores: ``instrument.score`` that the scenario simulates.
    """
    definition = protocol.definition(endpoint.variable.definition or "")
    if definition.of is None or not set(definition.events) <= {NEW_TREATMENT}:
        return False
    return protocol.definition(definition.of).score in scores


def times_from_randomization(
    protocol: Protocol,
    definition: Definition,
    data: EfficacyData,
    scores: Floats,
    strategy: Strategy,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Days since randomization and event of each participant, n each.

    Args:
        protocol: of the trial.
        definition: of rule ``time-to`` with a state.
        data: of one trial.
        scores: of the state, n x visits of the protocol, NaN where not rated.
        strategy: for a new treatment.
    """
    rule = protocol.definition(definition.of or "")
    order = [visit.id for visit in protocol.schedule.visits]
    columns = [order.index(name) for name in rated_visits(protocol, definition)]
    base = scores[:, [order.index(protocol.schedule.baseline)]]
    met, known = is_met(
        rule, protocol.better(rule.score or ""), scores[:, columns], base
    )
    day, start = data.day[:, columns], data.randomized
    after = day > start[:, None]
    known, met = known & after, met & after
    found = np.where(met, day, np.inf).min(axis=1)
    last = np.fmax(np.where(known, day, -np.inf).max(axis=1), start)
    new = np.where(data.new_treatment >= start, data.new_treatment, np.inf)
    if NEW_TREATMENT in definition.events:
        found = np.minimum(found, new)
    event = np.isfinite(found)
    time = np.where(event, found, last)
    end = start + (definition.until or np.inf)
    event, time = event & (time <= end), np.minimum(time, end)
    inside = new <= end
    if strategy == "composite":
        sooner = inside & ((new <= time) | ~event)
        time, event = np.where(sooner, new, time), event | sooner
    elif strategy == "hypothetical":
        ended = inside & (new < time)
        time, event = np.where(ended, new, time), event & ~ended
    return time - start, event


def log_rank_p(
    time: Floats, event: NDArray[np.bool_], treated: NDArray[np.bool_]
) -> float:
    """P of the log-rank test; NaN where the analysis makes no comparison."""
    if not_comparable(time, event, treated, ("", "")) is not None:
        return float("nan")
    if not log_rank_estimable(time, event, treated):
        return float("nan")
    return log_rank(time, event, treated).p


def median_time(time: Floats, event: NDArray[np.bool_]) -> float:
    """Kaplan and Meier's median, in the middle of a step that lies on one half."""
    at = np.unique(time[event])
    n = np.array([(time >= t).sum() for t in at], dtype=float)
    d = np.array([((time == t) & event).sum() for t in at], dtype=float)
    S = np.cumprod(1 - d / n) if len(at) else np.ones(0)
    below = np.flatnonzero(S <= HALF)
    if not len(below):
        return float("nan")
    first = below[0]
    if abs(S[first] - 0.5) <= 1e-9 and len(below) > 1:
        return float((at[first] + at[below[1]]) / 2)
    return float(at[first])
