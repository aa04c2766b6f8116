"""Imputation models of bootstrap samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analyze.missing.question import Matrix, Prepared
from equipoise.analyze.mmrm.batch import coefficients, mmrm_design
from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream

MOST_LOST = 0.1  # share of samples without a fit that still leaves a bootstrap


@dataclass(frozen=True)
class Fits:
    """R fits of the imputation model.

    Attributes:
        beta: R x columns.
        S: covariance of the visits, R x T x T.
        weights: how often each participant is in the sample, R x n.
        failed: samples that could not be fitted and are not among the R.
    """

    beta: Matrix
    S: Matrix
    weights: Matrix
    failed: int


def bootstrapped(ready: Prepared, used: Matrix, draws: int, seed: int) -> Fits:
    """The model of samples of participants, drawn with replacement within each arm.

    Args:
        ready: the arrays.
        used: outcomes that the model sees, n x T.
        draws: samples.
        seed: of the stream ``bootstrap``.

    Raises:
        AnalysisError: EQ406, more than a tenth of the samples cannot be fitted.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 6; stratified
    as in R rbmi.
    """
    counts = _counts(ready.treated, draws, seed)
    most = int(counts.max())
    n, T = used.shape
    # A participant who is drawn k times is k participants: the first k of the copies.
    copies = ready.frame.loc[ready.frame.index.repeat(most)].reset_index(drop=True)
    person = np.repeat(np.arange(n), T * most)
    copy = np.tile(np.arange(most), n * T)
    copies["participant"] = person * most + copy
    copies = copies.sort_values(["participant", "visit"], ignore_index=True)
    plan = mmrm_design(ready.formula, copies)
    present = np.arange(most) < counts[:, :, None]  # R x n x copies
    outcomes = np.where(present[..., None], used[None, :, None, :], np.nan)
    beta, S, converged = coefficients(plan, outcomes.reshape(draws, -1))
    failed = int((~converged).sum())
    if failed > MOST_LOST * draws:
        raise AnalysisError.single(
            "EQ406",
            f"the imputation model cannot be fitted in {failed} of {draws} bootstrap "
            "samples",
            where="bootstrap of reference-based imputation",
            mend="use the jackknife, or fewer visits or covariates",
        )
    weights = counts[converged].astype(float)
    return Fits(beta[converged], S[converged], weights, failed)


def _counts(treated: NDArray[np.bool_], draws: int, seed: int) -> NDArray[np.int_]:
    rng = stream(seed, "bootstrap")
    counts = np.zeros((draws, len(treated)), dtype=int)
    for arm in (True, False):
        those = np.flatnonzero(treated == arm)
        n = len(those)
        counts[:, those] = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    return counts
