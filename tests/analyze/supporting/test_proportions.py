"""Common ratios and differences of a binary endpoint over strata."""

import numpy as np
import pytest

from equipoise.analyze.binary.estimates import outcomes
from equipoise.analyze.binary.intercurrent_events import counted
from equipoise.stats.proportions import (
    common_odds_ratio,
    common_risk_ratio,
    counts_by_stratum,
    stratified_risk_difference,
)
from tests.analyze.supporting.asking import MORE, asking, found, trial_data

KEYS = 'supporting = ["common-odds-ratio", "common-risk-ratio", "stratified-newcombe"]'


def test_they_have_the_counts_of_the_strata() -> None:
    plan = asking("response", KEYS)
    endpoint = plan.endpoint("response")
    table = outcomes(plan, trial_data(plan), endpoint)
    held = counted(table["outcome"], table["arm"], endpoint.analysis.missing)
    sex = np.array([MORE[name]["sex"] for name in table["participant"]], dtype=object)
    counts = counts_by_stratum(
        held.astype(bool).to_numpy(), (table["arm"] == "active").to_numpy(), sex
    )
    rows = found("response", KEYS)
    newcombe = stratified_risk_difference(*counts, method="newcombe")
    for name, wanted in (
        ("common-odds-ratio", common_odds_ratio(*counts)),
        ("common-risk-ratio", common_risk_ratio(*counts)),
        ("stratified-newcombe", newcombe),
    ):
        assert rows[name].estimate == pytest.approx(wanted.estimate), name
        assert rows[name].upper == pytest.approx(wanted.upper), name
