"""EfficacyData trials answer with the digits of whole trials."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analyze.run import analyze
from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    estimate_endpoints,
    select_endpoints,
)
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")


@pytest.mark.parametrize("number", range(6))
def test_the_digits_are_those_of_the_whole_trial(number: int) -> None:
    """Rows stand in another order: sums are rounded in another way."""
    trial, seed = feder(), trial_seed(11, number)
    asked = select_endpoints(trial, SCENARIO)
    found = estimate_endpoints(
        asked, simulate_efficacy(Context.of(trial, SCENARIO), (seed,), 30)[0]
    )
    whole = analyze(trial, simulate(trial, SCENARIO, seed=seed, n=30))
    for endpoint, row in zip(asked.endpoints, found, strict=True):
        named = dict(zip(FIELDS, row, strict=True))
        wanted = whole[endpoint.id]
        if endpoint.type == "continuous":
            for field in ("estimate", "std_error", "df", "lower", "upper", "p"):
                theirs = getattr(wanted, field)
                assert named[field] == pytest.approx(theirs, rel=1e-7), field
        elif endpoint.type == "binary":
            assert named["estimate"] == pytest.approx(wanted.estimate, abs=1e-12)
            assert named["p"] == pytest.approx(wanted.p, rel=1e-12)
        else:
            for field, arm in (("first", "ketamine"), ("second", "midazolam")):
                median = whole[f"{endpoint.id}.median.{arm}"].estimate
                if median is None:
                    assert np.isnan(named[field])
                else:
                    assert named[field] == median


def test_the_default_question_is_the_primary_response_and_relapse() -> None:
    names = [e.id for e in select_endpoints(feder(), SCENARIO).endpoints]
    assert names[:3] == ["caps5_change", "response", "relapse"]
    assert (
        select_endpoints(feder(), SCENARIO, ("madrs_change",)).endpoints[0].id
        == "madrs_change"
    )


def test_what_needs_items_or_events_is_refused() -> None:
    with pytest.raises(SimulationError, match="EQ641"):
        select_endpoints(feder(), SCENARIO, ("caps5_b_change", "adverse_events"))
