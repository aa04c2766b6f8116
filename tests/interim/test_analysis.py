"""Interim analyses of a simulated trial: boundaries, decision, conditional power."""

from datetime import date
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError, DesignError
from equipoise.interim.analysis import boundaries, decided, interim_analysis
from tests.interim.trials import changed, planned, virtual

FIRST, SECOND = date(2018, 1, 1), date(2019, 2, 1)


def test_the_first_boundary_spends_the_error_of_the_actual_information() -> None:
    result = interim_analysis(planned(), virtual(), 1, FIRST)
    # Lan and DeMets 1983: 2 - 2 Phi(z / sqrt(t)), z of half of a one-sided 0.025.
    spent = 2 * stats.norm.sf(stats.norm.isf(0.0125) / sqrt(result.fraction))
    assert stats.norm.sf(result.efficacy) == pytest.approx(spent, rel=1e-6)
    assert 0.2 < result.fraction < 0.35  # not the planned 0.5
    assert [row["fraction"] for row in boundaries(result)][1:] == [0.75, 1.0]


def test_the_second_analysis_depends_on_the_first() -> None:
    protocol = planned()
    first = interim_analysis(protocol, virtual(), 1, FIRST)
    second = interim_analysis(protocol, virtual(), 2, SECOND, record=first.entries)
    assert second.entries[0] == first.entries[0]
    assert second.entries[1].previous == first.entries[0].sha256
    assert second.design.upper[0] == first.efficacy
    with pytest.raises(DesignError, match="analysis 1 is missing"):
        interim_analysis(protocol, virtual(), 2, SECOND)
    with pytest.raises(DesignError, match="EQ831"):  # no more information than before
        interim_analysis(protocol, virtual(), 2, FIRST, record=first.entries)


def test_the_error_of_all_analyses_by_simulation() -> None:
    """Independent of our integration: sums of normal increments at the information."""
    first = interim_analysis(planned(), virtual(), 1, FIRST)
    second = interim_analysis(planned(), virtual(), 2, SECOND, record=first.entries)
    t, upper = second.design.timing, second.design.upper
    steps = np.diff(np.concatenate([[0.0], t]))
    draws = np.random.RandomState(3).standard_normal((400_000, len(t)))
    z = np.cumsum(draws * np.sqrt(steps), axis=1) / np.sqrt(t)
    error = (z >= upper).any(axis=1).mean()
    assert error == pytest.approx(0.025, abs=4 * sqrt(0.025 * 0.975 / 400_000))


def test_conditional_power_in_closed_form() -> None:
    result = interim_analysis(planned(analyses=(0.5, 1.0)), virtual(), 1, FIRST)
    known = result.prospects
    assert known is not None
    t, z, b = result.fraction, result.found.z, float(result.design.upper[1])
    # Jennison and Turnbull 2000, 10.2; predictive power 10.3, flat prior.
    left = b - z * sqrt(t)
    for drift, found in (
        (result.design.drift, known.planned_effect),
        (z / sqrt(t), known.estimated_effect),
    ):
        exact = stats.norm.sf((left - drift * (1 - t)) / sqrt(1 - t))
        assert found == pytest.approx(exact, rel=1e-9)
    predictive = stats.norm.sf((left - z * (1 - t) / sqrt(t)) / sqrt((1 - t) / t))
    assert known.predictive == pytest.approx(predictive, rel=1e-6)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_decides_nothing(seed: int) -> None:
    tables = {
        name: frame.sample(frac=1, random_state=seed)
        for name, frame in virtual().tables()
    }
    protocol = planned(futility="lan-demets-of")
    one = interim_analysis(protocol, virtual(), 1, FIRST)
    other = interim_analysis(protocol, changed(**tables), 1, FIRST)
    assert one.entries == other.entries


@given(z=st.floats(-8, 8), b=st.floats(0.1, 8), a=st.floats(-8, 8))
def test_one_boundary_is_reached_or_none(z: float, b: float, a: float) -> None:
    a = min(a, b)
    decision = decided(z, b, a)
    assert (decision == "efficacy") == (z >= b)
    assert (decision == "reverse") == (z <= -b)
    assert (decision == "continue") == (-b < z < b and z > a)


def test_more_information_than_planned_ends_the_trial() -> None:
    result = interim_analysis(planned(), virtual(), 1, date(2100, 1, 1))
    if result.fraction < 1:  # 30 participants with the larger variance of the scenario
        small = planned(power=0.3)
        result = interim_analysis(small, virtual(), 1, date(2100, 1, 1))
    assert result.fraction >= 1
    assert result.prospects is None
    assert result.efficacy == pytest.approx(stats.norm.isf(0.025), rel=1e-9)


def test_blinded_data_are_refused_and_a_dry_run_is_marked() -> None:
    blinded = virtual().blinded()
    with pytest.raises(AnalysisError, match="EQ451"):
        interim_analysis(planned(), blinded, 1, FIRST)
    dry = interim_analysis(planned(), blinded, 1, FIRST, blind="dummy", seed=3)
    assert dry.provenance.allocation == dry.entries[0].allocation == "dummy"
    with pytest.raises(AnalysisError, match="EQ454"):
        interim_analysis(planned(), virtual(), 1, FIRST, blind="dummy")
    with pytest.raises(DesignError, match="dummy allocation"):
        interim_analysis(planned(), virtual(), 2, SECOND, record=dry.entries)


@pytest.mark.parametrize("number", [0, 3, 4])
def test_only_interim_analyses_of_the_plan(number: int) -> None:
    with pytest.raises(DesignError, match="not an interim analysis"):
        interim_analysis(planned(), virtual(), number, FIRST)


def test_a_family_of_boundaries_has_no_other_information() -> None:
    with pytest.raises(DesignError, match="EQ830"):
        interim_analysis(planned(efficacy="pocock"), virtual(), 1, FIRST)
