"""Endpoints that efficacy data can estimate."""

from __future__ import annotations

from equipoise.simulate.operating_characteristics.selection import can_estimate
from tests.simulate.operating_characteristics.test_from_randomization import (
    SCENARIO,
    trial,
)


def test_a_stratum_must_be_simulated() -> None:
    method = 'method = "kaplan-meier"'
    plan = trial((method, f'{method}\nplanned = "stratified"'))
    endpoint = plan.endpoint("relapse")
    assert can_estimate(plan, endpoint, SCENARIO)
    without = SCENARIO.model_copy(update={"characteristics": ()})
    assert not can_estimate(plan, endpoint, without)
    assert not can_estimate(plan, plan.endpoint("stop"), SCENARIO)
    weighted = trial(
        (method, f'{method}\nsupporting = ["max-combo"]\nplanned = "max-combo"')
    )
    assert not can_estimate(weighted, weighted.endpoint("relapse"), SCENARIO)
