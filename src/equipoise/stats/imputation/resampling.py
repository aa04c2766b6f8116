"""Imputation models of bootstrap samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.numerics.progress import progress
from equipoise.numerics.rng import stream
from equipoise.stats.imputation.imputation_model import ImputationArrays, Matrix
from equipoise.stats.mmrm.batch import TrialDesign, coefficients, mmrm_design

MOST_LOST = 0.1  # proportion of samples without a fit that still leaves a bootstrap
FIRST = 4  # samples that are fitted before the first look at how many failed
MOST = 64  # samples that are fitted together, so that progress can be shown


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


def bootstrapped(ready: ImputationArrays, used: Matrix, draws: int, seed: int) -> Fits:
    """The model of samples of participants, drawn with replacement within each arm.

    Args:
        ready: the arrays.
        used: outcomes that the model sees, n x T.
        draws: samples.
        seed: of the stream ``bootstrap``.

    Raises:
        AnalysisError: EQ406, more than a tenth of the samples cannot be fitted, or have
            fewer participants at a visit than it needs; the fits stop there.

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
    enough = _enough(counts, used, ready.needed)
    allowed = int(MOST_LOST * draws)
    short = int((~enough).sum())
    if short > allowed:
        raise _too_many(
            f"{short} of {draws} bootstrap samples have fewer participants at a visit "
            f"than the {ready.needed} that the imputation model needs"
        )
    beta, S, converged = fitted_until(
        plan, outcomes[enough].reshape(int(enough.sum()), -1), allowed - short
    )
    failed = short + int((~converged).sum())
    if failed > allowed:
        raise _too_many(
            f"the imputation model cannot be fitted in at least {failed} of {draws} "
            "bootstrap samples"
        )
    weights = counts[enough][converged].astype(float)
    return Fits(beta[converged], S[converged], weights, failed)


def fitted_until(
    plan: TrialDesign, outcomes: Matrix, allowed: int
) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
    """Fits in growing groups, until more than ``allowed`` of them failed.

    A fit that fails is tried in several ways and costs as much as hundreds that
    converge, so that it pays to stop once the result is known to be rejected.

    Returns:
        As ``mmrm.batch.coefficients``, of the fits that were made.
    """
    groups, at, size = [], 0, FIRST
    failed = 0
    with progress("imputation models", len(outcomes)) as advance:
        while at < len(outcomes) and failed <= allowed:
            groups.append(coefficients(plan, outcomes[at : at + size]))
            failed += int((~groups[-1][2]).sum())
            advance(len(groups[-1][2]))
            at, size = at + size, min(size * FIRST, MOST)
    beta, S, converged = (np.concatenate(part) for part in zip(*groups, strict=True))
    return beta, S, converged


def _enough(counts: NDArray[np.int_], used: Matrix, needed: int) -> NDArray[np.bool_]:
    """Samples with enough different participants rated at each visit, R."""
    rated = (counts > 0).astype(int) @ (~np.isnan(used)).astype(int)
    return np.asarray((rated >= needed).all(axis=1))


def _too_many(what: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ406",
        what,
        where="bootstrap of reference-based imputation",
        fix="use the jackknife, or fewer visits or covariates",
    )


def _counts(treated: NDArray[np.bool_], draws: int, seed: int) -> NDArray[np.int_]:
    rng = stream(seed, "bootstrap")
    counts = np.zeros((draws, len(treated)), dtype=int)
    for arm in (True, False):
        those = np.flatnonzero(treated == arm)
        n = len(those)
        counts[:, those] = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    return counts
