"""A stratified risk difference in many trials: the digits of the whole trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.protocol.model import Protocol
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.stratified import (
    planned_factors,
    stratified_difference,
    stratum_labels,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_endpoints,
    select_endpoints,
)
from equipoise.simulate.trial import simulate
from tests.simulate.operating_characteristics.test_from_randomization import (
    SCENARIO,
    trial,
)

RESPONSE = """
[[endpoints]]
id = "ill"
label = "HAMD-17 of at least 14 at month 1"
level = "secondary"
type = "binary"
assumed = true
variable = { definition = "ill", at = "month-1" }
[endpoints.estimand]
treatment = { arm = "drug", versus = "placebo" }
population = "itt"
summary = "risk difference"
[endpoints.analysis]
method = "risk-difference"
planned = "stratified"
missing = "MISSING"

[size]
"""


def binary(missing: str) -> Protocol:
    return trial(("[size]\n", RESPONSE.replace("MISSING", missing)))


@pytest.mark.parametrize("missing", ["failure", "excluded"])
@pytest.mark.parametrize("number", range(2))
def test_the_digits_are_those_of_the_whole_trial(missing: str, number: int) -> None:
    plan, seed = binary(missing), trial_seed(11, number)
    asked = select_endpoints(plan, SCENARIO, ("ill",))
    data = simulate_efficacy(Context.of(plan, SCENARIO), (seed,), 60)[0]
    row = dict(zip(FIELDS, estimate_endpoints(asked, data)[0], strict=True))
    whole = analyze(plan, simulate(plan, SCENARIO, seed=seed, n=60))["ill"]
    assert row["estimate"] == pytest.approx(whole.estimate, abs=1e-12)
    assert row["p"] == pytest.approx(whole.p, rel=1e-12)


def test_only_strata_of_planned_tests_are_kept() -> None:
    assert planned_factors(trial()) == ()
    plan = binary("failure")
    assert planned_factors(plan) == ("sex",)
    factors: Any = {"sex": np.array(["F", "M"], dtype=object)}
    assert stratum_labels(plan, plan.endpoint("ill"), factors).tolist() == ["F", "M"]


def test_strata_that_do_not_compare_the_arms_have_no_numbers() -> None:
    treated = np.array([True, True, False, False])
    stratum = np.where(treated, "a", "b").astype(object)
    assert np.isnan(stratified_difference(~treated, treated, stratum)).all()
