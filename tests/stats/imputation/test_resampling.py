"""Bootstrap samples: what is drawn twice counts twice, and few failures are tolerated."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.imputation import resampling as resampled
from equipoise.stats.imputation.imputation_model import imputation_arrays
from equipoise.stats.imputation.reference_based import (
    reference_based,
    reference_based_bootstrap,
)
from equipoise.stats.imputation.resampling import bootstrapped
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.batch import coefficients
from tests.stats.imputation.test_reference_based import antidepressant, question


def test_a_sample_is_fitted_as_if_its_rows_were_data() -> None:
    asked = question()
    ready = imputation_arrays(asked)
    fits = bootstrapped(ready, ready.y, 20, 1)
    assert fits.weights.sum(axis=1).tolist() == [len(ready.y)] * len(fits.weights)
    assert (fits.weights[:, ready.treated].sum(axis=1) == ready.treated.sum()).all()
    people = ready.frame["participant"].unique()
    drawn = [
        ready.frame[ready.frame["participant"] == person].assign(
            participant=f"{person}-{copy}"
        )
        for person, count in zip(people, fits.weights[0], strict=True)
        for copy in range(int(count))
    ]
    fit = mmrm(asked.formula, pd.concat(drawn, ignore_index=True))
    assert_allclose(fits.beta[0], fit.beta, rtol=1e-5, atol=1e-6)
    assert_allclose(fits.S[0], fit.covariance, rtol=1e-4)


def test_a_seed_is_its_sample() -> None:
    ready = imputation_arrays(question())
    one, two, other = (bootstrapped(ready, ready.y, 20, s) for s in (1, 1, 2))
    assert (one.beta == two.beta).all()
    assert not np.array_equal(one.weights, other.weights)


@pytest.mark.reference
def test_bootstrap_and_jackknife_agree_on_the_antidepressant_trial() -> None:
    """400 samples: a standard error is known to 1 / sqrt(800) = 3.5%."""
    asked = antidepressant()
    ours = reference_based_bootstrap(asked, "JR", 400, 1).table().iloc[3]
    single = reference_based(asked, "JR").table().iloc[3]
    assert ours["estimate"] == pytest.approx(single["estimate"], rel=1e-9)
    assert ours["std_error"] == pytest.approx(single["std_error"], rel=0.12)


def test_too_few_participants_for_a_bootstrap_say_so() -> None:
    asked = question(seed=3, n=8)
    with pytest.raises(AnalysisError) as caught:
        reference_based_bootstrap(asked, "MAR", 50, 1)
    assert caught.value.code in ("EQ406", "EQ404", "EQ405")


def test_samples_with_too_few_different_participants_are_not_fitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of eight participants a sample has five or fewer different ones as often as not."""
    asked = replace(question(seed=3, n=8), needed=6)

    def fails(*_: object) -> None:
        raise AssertionError("no sample may be fitted")

    monkeypatch.setattr(resampled, "coefficients", fails)
    ready = imputation_arrays(asked)
    with pytest.raises(AnalysisError, match="fewer participants at a visit than the 6"):
        bootstrapped(ready, ready.y, 50, 1)


def test_fits_stop_once_too_many_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    def fails(plan: object, outcomes: np.ndarray) -> tuple[np.ndarray, ...]:
        del plan
        n = len(outcomes)
        sizes.append(n)
        return np.zeros((n, 1)), np.zeros((n, 1, 1)), np.zeros(n, dtype=bool)

    monkeypatch.setattr(resampled, "coefficients", fails)
    ready = imputation_arrays(question())
    with pytest.raises(AnalysisError, match="at least 4 of 30"):
        bootstrapped(ready, ready.y, 30, 1)
    assert sizes == [4]


def test_fits_in_groups_are_the_fits_of_all() -> None:
    ready = imputation_arrays(question())
    outcomes = np.repeat(ready.y.reshape(1, -1), 9, axis=0)
    outcomes[np.arange(9), np.arange(9) * 3] = np.nan
    groups = resampled.fitted_until(ready.plan, outcomes, 9)
    whole = coefficients(ready.plan, outcomes)
    assert_allclose(groups[0], whole[0], rtol=1e-8, atol=1e-9)
    assert (groups[2] == whole[2]).all()
