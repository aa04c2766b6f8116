"""Effect sizes of a continuous endpoint."""

import numpy as np
import pytest

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.continuous.effect_sizes import pooled_baseline_sd
from equipoise.analyze.continuous.estimates import continuous, model_frame
from equipoise.analyze.plan import formula
from equipoise.stats.mmrm import mmrm
from tests.analyze.small import data, protocol, random_scores

TRIAL = protocol()
KNOWN = data(random_scores(1))
ENDPOINT = TRIAL.endpoint("change")


def test_each_definition_at_each_visit() -> None:
    found = {e.id: e for e in continuous(TRIAL, KNOWN, ENDPOINT)}
    frame = model_frame(TRIAL, KNOWN, ENDPOINT)
    fit = mmrm(formula(ENDPOINT, frame["visit"].nunique()), frame)
    rows = fit.contrasts("arm", by="visit", reference="placebo")
    arm = members(TRIAL, KNOWN, ENDPOINT.estimand.population)
    sd = pooled_baseline_sd(TRIAL, KNOWN, ENDPOINT, arm)
    assert sd is not None
    for row in rows.itertuples():
        model = float(np.sqrt(fit.covariance.loc[row.visit, row.visit]))
        sizes = {
            "effect-size": row.estimate / model,
            "effect-size-baseline": row.estimate / sd,
            "effect-size-t": 2 * row.t / np.sqrt(row.df),
        }
        for name, d in sizes.items():
            e = found[f"change.{name}.{row.visit}"]
            assert e.estimate == pytest.approx(d)
            assert e.lower is not None
            assert e.upper is not None
            assert e.lower < d < e.upper
            g = found[f"change.{name.replace('effect-size', 'hedges-g')}.{row.visit}"]
            assert g.estimate is not None
            assert 0.9 < g.estimate / d < 1


def test_without_a_spread_at_baseline_there_is_no_size_by_it() -> None:
    scores = {
        name: (arm, 20, *rest) for name, (arm, _, *rest) in random_scores(1).items()
    }
    found = {e.id: e for e in continuous(TRIAL, data(scores), ENDPOINT)}
    row = found["change.effect-size-baseline.week-2"]
    assert row.estimate is None
    assert (
        row.note
        == "cannot be estimated: divided by the pooled standard deviation at baseline"
    )
