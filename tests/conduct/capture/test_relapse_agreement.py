"""Analysis, simulation and the running trial find the same relapses."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.capture.scores import judged
from equipoise.dataset.derive import first_loss
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.relapse import is_met
from equipoise.simulate.operating_characteristics.efficacy_only import EfficacyData
from equipoise.simulate.operating_characteristics.trial_estimates import (
    EndpointSet,
    estimate_endpoints,
)
from equipoise.simulate.relapse import bound
from tests.dataset.test_derive import VISITS, trial
from tests.dataset.tiny import tiny

DAYS = [0, 7, 14, 21, 28]
Scores = list[float | None]


def protocol_with(response: str, better: str) -> Protocol:
    """The tiny trial with the loss of ``response`` after week 1 as an endpoint."""
    plain = tiny(better)
    definitions = [
        d.model_copy(update={"of": response}) if d.id == "relapse" else d
        for d in plain.definitions
    ]
    endpoint = Endpoint.model_validate(
        {
            "id": "relapse",
            "label": "Relapse",
            "level": "secondary",
            "type": "time-to-event",
            "assumed": True,
            "variable": {"definition": "relapse"},
            "analysis": {"method": "kaplan-meier"},
            "estimand": {
                "treatment": {"arm": "red", "versus": "blue"},
                "population": "all",
                "summary": "survival function",
            },
        }
    )
    return plain.model_copy(
        update={"definitions": tuple(definitions), "endpoints": (endpoint,)}
    )


def in_the_analysis(protocol: Protocol, scores: Scores) -> int | None:
    """Days from week 1 to the relapse; None without one."""
    table = first_loss(trial(P=scores), protocol, "relapse")
    event = table[table["event"]]
    return None if event.empty else int((event["day"] - event["start_day"]).iloc[0])


def in_the_running_trial(protocol: Protocol, scores: Scores) -> int | None:
    rated = {v: s for v, s in zip(VISITS, scores, strict=True) if s is not None}
    _, losses = judged(protocol, lambda _: rated)
    return DAYS[VISITS.index(losses[0].visit_id)] - DAYS[1] if losses else None


def in_many_trials(protocol: Protocol, scores: Scores) -> int | None:
    """One participant alone: the time to relapse is the median of the arm."""
    course = np.array([[[nan if s is None else s] for s in scores]])
    day, never = np.array([DAYS], float), np.array([np.inf])
    data = EfficacyData(np.zeros(1, dtype=np.intp), course, day, never, np.zeros(1))
    endpoints = EndpointSet(protocol, protocol.endpoints, ("small",))
    median = estimate_endpoints(endpoints, data)[0][-2]
    return None if isnan(median) else int(median)


def in_virtual_participants(protocol: Protocol, scores: Scores) -> int | None:
    """By the bound at which their scores are reflected, visit by visit."""
    loss = protocol.definition("relapse")
    rule, better = protocol.definition(str(loss.of)), protocol.better("small.total")
    start = np.array([nan if scores[0] is None else scores[0]])
    edge = bound(rule, start, better)
    states = [
        None if s is None else bool((edge.keep(np.array([s])) == s)[0])
        for s in scores[1:]
    ]
    lost = [day for day, state in zip(DAYS[1:], states, strict=True) if state is False]
    return lost[0] - DAYS[1] if states[0] and lost else None


score = st.integers(0, 9).map(float)


@pytest.mark.property
@given(
    response=st.sampled_from(["half", "three", "low", "high"]),
    better=st.sampled_from(["lower", "higher"]),
    baseline=st.none() | score,
    later=st.lists(st.none() | score, min_size=4, max_size=4),
)
def test_every_part_of_the_software_finds_the_same_relapse(
    response: str, better: str, baseline: float | None, later: Scores
) -> None:
    protocol = protocol_with(response, better)
    scores = [baseline, *later]
    relapse = in_the_analysis(protocol, scores)
    assert in_the_running_trial(protocol, scores) == relapse
    assert in_many_trials(protocol, scores) == relapse
    if baseline is not None:  # virtual participants are all rated at baseline
        assert in_virtual_participants(protocol, scores) == relapse


def test_a_response_that_needs_a_baseline_is_never_met_without_one() -> None:
    """The rule of the definition decides whether a missing baseline matters."""
    for response, expected in (("half", None), ("low", 7)):
        protocol = protocol_with(response, "lower")
        scores: Scores = [None, 1, 5, None, None]
        assert in_the_analysis(protocol, scores) == expected
        assert in_the_running_trial(protocol, scores) == expected
        rule, baseline = protocol.definition(response), np.array([nan])
        assert is_met(rule, "lower", np.array([1.0]), baseline)[0][0] == bool(expected)
