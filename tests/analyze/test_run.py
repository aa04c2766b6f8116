"""The analysis of whole trials."""

import json

import pytest
from numpy.testing import assert_allclose

import equipoise as eq
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.exchange.truths import load_truth
from equipoise.simulate.trial import simulate
from tests.shared_data import shared

FEDER = eq.load_protocol("feder2021")


@pytest.fixture(scope="module")
def virtual() -> UnblindedTrialData:
    return simulate(FEDER, load_truth("feder2021"), seed=2021)


@pytest.mark.reference
def test_the_real_antidepressant_trial_agrees_with_r() -> None:
    """R mmrm 0.3.18 and emmeans 1.8.4; 1e-6 is far below any printed digit."""
    reference = shared("reference/mmrm_antidepressant_us_reml.json").read_text("utf-8")
    wanted = json.loads(reference)["fits"][0]["emmeans_pairs"]
    protocol = eq.load_protocol("antidepressant")
    data = eq.read_data(shared("data/antidepressant_data.csv"), protocol)
    results = analyze(protocol, data)
    assert len(data.participants) == 172
    visits = {"4": "week-1", "5": "week-2", "6": "week-4", "7": "week-6"}
    for row in wanted:
        ours = results[f"hamd17_change.difference.{visits[row['VISIT']]}"]
        assert_allclose(-ours.estimate, row["estimate"], rtol=1e-6)
        assert_allclose(ours.std_error, row["SE"], rtol=1e-6)
        assert_allclose(ours.df, row["df"], rtol=1e-6)
        assert_allclose(-ours.upper, row["lower.CL"], rtol=1e-6)
        assert_allclose(-ours.lower, row["upper.CL"], rtol=1e-6)
        assert_allclose(ours.p, row["p"], rtol=1e-6)


def test_a_wide_real_trial() -> None:
    protocol = eq.load_protocol("beat-the-blues")
    data = eq.read_data(shared("data/beat_the_blues.csv"), protocol)
    results = analyze(protocol, data)
    assert len(data.participants) == 100
    assert results["bdi_change"].converged


def test_blinded_data_are_refused_or_analyzed_with_dummy_arms(
    virtual: UnblindedTrialData,
) -> None:
    blinded = virtual.blinded()
    with pytest.raises(AnalysisError, match="EQ451"):
        analyze(FEDER, blinded)
    with pytest.raises(AnalysisError, match="EQ454"):
        analyze(FEDER, virtual, blind="dummy")
    dummy = analyze(FEDER, blinded, blind="dummy", seed=5)
    assert dummy.provenance.allocation == "dummy"
    assert dummy.provenance.seed == 5
    assert dummy["flow.randomized"].estimate == 30
    assert dummy["caps5_change"] != analyze(FEDER, virtual)["caps5_change"]


def test_counts_of_the_flow_add_up(virtual: UnblindedTrialData) -> None:
    results = analyze(FEDER, virtual)
    assessed = results["flow.assessed"].n or 0
    assert assessed == (results["flow.excluded"].n or 0) + 30
    reasons = [
        e.n or 0
        for e in results.select(endpoint="flow")
        if e.id.startswith("flow.excluded.reason-")
    ]
    assert sum(reasons) == results["flow.excluded"].n


def test_the_same_data_give_the_same_numbers(virtual: UnblindedTrialData) -> None:
    assert analyze(FEDER, virtual) == analyze(FEDER, virtual)
