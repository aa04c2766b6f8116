"""The search for the maxima of many trials together.

Source: Gilmour, Thompson and Cullis 1995, Biometrics 51:1440-1450 (average information);
near a maximum Newton's method, which is exact there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.maximize import FLAT, INSIDE, VANISHED
from equipoise.stats.mmrm.pattern_trials import PatternTrials, PatternWeighed
from equipoise.stats.mmrm.trials import Trials, Weighed

MAX_STEPS = 60
MAX_HALVINGS = 30
NEAR = 1e-6  # decrement below which second derivatives are worth their cost
DONE = 1e-18  # decrement at which no digit is left
SMALL = 1e-9  # a decrement below this that no longer shrinks is rounding
SMALLEST = 0.1  # eigenvalue of the correlations at which the search begins


@dataclass(frozen=True)
class JointFits:
    """Results, filled as trials are done."""

    value: Matrix
    variance: Matrix
    df: Matrix
    converged: NDArray[np.bool_]
    n_iterations: NDArray[np.intp]
    deviance: Matrix
    beta: Matrix
    S: Matrix

    @classmethod
    def empty(cls, R: int, r: int, p: int, T: int) -> JointFits:
        """Nothing yet."""
        value, variance, df = (np.full((R, r), np.nan) for _ in range(3))
        done, steps = np.zeros(R, dtype=bool), np.zeros(R, dtype=np.intp)
        beta, S = np.full((R, p), np.nan), np.full((R, T, T), np.nan)
        return cls(value, variance, df, done, steps, np.full(R, np.nan), beta, S)


def search(
    trials: Trials | PatternTrials,
    L: Matrix,
    own: NDArray[np.intp],
    found: JointFits,
) -> None:
    """Searches all trials together; those that are done leave."""
    S = _start(trials)
    step, factor = np.zeros_like(S), np.ones(S.shape[1])
    best = np.full(S.shape[1], np.inf)
    before = np.full(S.shape[1], np.inf)
    for _ in range(MAX_STEPS + MAX_HALVINGS):
        tried = S + factor * step
        at = trials.weigh(tried)
        slack = np.where(np.isfinite(best), 1e-13 * (1 + np.abs(best)), 0.0)
        better = at.deviance <= best + slack
        factor = np.where(better, 1.0, factor / 2)
        lost = factor < 2.0**-MAX_HALVINGS
        moved = np.flatnonzero(better)
        done = np.zeros(len(own), dtype=bool)
        if len(moved):
            S[:, moved], best[moved] = tried[:, moved], at.deviance[moved]
            steps = _steps(at if len(moved) == len(own) else at.some(moved))
            step[:, moved], decrement = steps.step, steps.decrement
            stalled = (decrement < SMALL) & (decrement > before[moved] / 4)
            before[moved] = decrement
            ended = steps.near[((decrement < DONE) | stalled)[steps.near]]
            found.n_iterations[own[moved]] += 1
            lost[moved] |= ~np.isfinite(decrement) | ~np.isfinite(best[moved])
            ended = ended[~lost[moved[ended]]]
            _record(steps, ended, S[:, moved], L, own[moved], found)
            done[moved[ended]] = True
        keep = np.flatnonzero(~done & ~lost)
        if not len(keep):
            return
        trials, own = trials.some(keep), own[keep]
        S, step, factor = S[:, keep], step[:, keep], factor[keep]
        best, before = best[keep], before[keep]


@dataclass(frozen=True)
class Steps:
    """Steps of some trials.

    Attributes:
        step: k x R.
        decrement: R.
        near: the trials so near the maximum that the step is Newton's.
        at: those trials, which hold the second derivatives; None if there are none.
    """

    step: Matrix
    decrement: Matrix
    near: NDArray[np.intp]
    at: Weighed | PatternWeighed | None


def _steps(at: Weighed | PatternWeighed) -> Steps:
    """Average information is cheap and sure; near the maximum Newton's is exact."""
    step, decrement = _solved(at.average, at.gradient)
    near = np.flatnonzero(decrement < NEAR)
    if not len(near):
        return Steps(step, decrement, near, None)
    those = at if len(near) == len(decrement) else at.some(near)
    step[:, near], decrement[near] = _solved(those.observed, those.gradient)
    return Steps(step, decrement, near, those)


def _solved(information: Matrix, gradient: Matrix) -> tuple[Matrix, Matrix]:
    """``-information^-1 gradient`` and its decrement; NaN where it is singular."""
    diagonal = np.diagonal(information, axis1=1, axis2=2)
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, np.nan))
    scaled = information * scale[:, :, None] * scale[:, None, :]
    good = np.asarray(np.isfinite(scaled).all(axis=(1, 2)))
    scaled = np.where(good[:, None, None], scaled, np.eye(scaled.shape[1]))
    try:
        solved = np.linalg.solve(scaled, (scale * gradient)[..., None])[..., 0]
    except np.linalg.LinAlgError:
        solved = np.full_like(gradient, np.nan)  # each of them is fitted alone
    step = -scale * solved
    decrement = -(step * gradient).sum(axis=1)
    decrement = np.where(good & (decrement >= 0), decrement, np.nan)
    return step.T, decrement


def _record(
    steps: Steps,
    ended: NDArray[np.intp],
    S: Matrix,
    L: Matrix,
    own: NDArray[np.intp],
    found: JointFits,
) -> None:
    """Keeps the numbers of trials at an inner maximum."""
    if not len(ended) or steps.at is None:
        return
    here, place = steps.at, np.searchsorted(steps.near, ended)
    here = here if len(ended) == len(steps.near) else here.some(place)
    T = here.of.shared.X.shape[1]
    full = np.empty((len(ended), T, T))
    for entry, (t, s) in enumerate(here.of.shared.lower):
        full[:, t, s] = full[:, s, t] = S[entry, ended]
    inner = _smallest(full) > INSIDE
    inner &= _smallest(here.observed) > FLAT
    _, decrement = _solved(here.observed, here.gradient)
    inner &= decrement < VANISHED
    variance, df = here.degrees(L)
    those = own[ended[inner]]
    found.converged[those] = True
    found.value[those] = (here.beta @ L.T)[inner]
    found.variance[those], found.df[those] = variance[inner], df[inner]
    found.deviance[those] = here.deviance[inner]
    found.beta[those], found.S[those] = here.beta[inner], full[inner]


def _smallest(A: Matrix) -> Matrix:
    """Smallest eigenvalue in units of the diagonal."""
    scale = np.sqrt(np.abs(np.diagonal(A, axis1=1, axis2=2)))
    return np.asarray(
        np.linalg.eigvalsh(A / (scale[:, :, None] * scale[:, None, :]))[:, 0]
    )


def _start(trials: Trials | PatternTrials) -> Matrix:
    """Covariance of residuals on available pairs, made positive definite: k x R."""
    shared, R = trials.shared, len(trials.n_rows)
    ones = np.stack([np.full((1, 1), float(t == s)) for t, s in shared.lower])
    unit = trials.weigh(np.broadcast_to(ones[:, :, 0], (len(ones), R)))
    sums, counts = unit.second_moments
    S = sums / np.maximum(counts, 1)
    scale = np.sqrt(np.maximum(np.diagonal(S, axis1=1, axis2=2), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(S / (scale[:, :, None] * scale[:, None, :]))
    fixed = (vectors * np.maximum(values, SMALLEST)[:, None, :]) @ vectors.swapaxes(
        1, 2
    )
    fixed *= scale[:, :, None] * scale[:, None, :]
    return np.stack([fixed[:, t, s] for t, s in shared.lower])
