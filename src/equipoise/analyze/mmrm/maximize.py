"""Finds the covariance matrix of greatest likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analyze.mmrm.design import Design, Matrix
from equipoise.analyze.mmrm.likelihood import Likelihood, deviance, likelihood
from equipoise.analyze.mmrm.moments import Moments

MAX_ITERATIONS = 200
MAX_HALVINGS = 40
DECREMENT = 1e-18  # of Newton's method, in units of the deviance: no digit is left
SMALL = 1e-9  # a decrement below this that no longer shrinks is rounding
FLAT = 1e-9  # smallest eigenvalue of the scaled information at a true maximum
INSIDE = 1e-8  # smallest eigenvalue of a correlation matrix that is not at the edge


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the search ended.

    Attributes:
        S: covariance matrix of the visits.
        at: the likelihood there.
        converged: True if the gradient vanishes at an inner maximum: the covariance
            matrix is well inside the positive definite ones, and the observed
            information is positive definite.
        n_iterations: steps taken.
        why: in words, why it did not converge; empty if it did.
    """

    S: Matrix
    at: Likelihood
    converged: bool
    n_iterations: int
    why: str


def unstructured(n_visits: int) -> Matrix:
    """Symmetric matrices of which an unstructured covariance matrix is the sum."""
    rows, columns = np.tril_indices(n_visits)
    basis = np.zeros((len(rows), n_visits, n_visits))
    number = np.arange(len(rows))
    basis[number, rows, columns] = 1
    basis[number, columns, rows] = 1
    return basis


def maximize(data: Moments, S: Matrix, basis: Matrix, *, reml: bool) -> Maximum:
    """Fisher scoring, then Newton's method, each step halved until it helps.

    Args:
        data: one pass over the data.
        S: positive definite, where to begin.
        basis: matrices in which the covariance matrix is linear.
        reml: restricted likelihood or likelihood.

    Source: Jennrich and Schluchter 1986, Biometrics 42:805-820.
    """
    at = likelihood(data, S, basis, reml=reml)
    before = np.inf
    for iteration in range(MAX_ITERATIONS):
        step = _step(at)
        if not np.isfinite(step).all():
            return Maximum(S, at, False, iteration, "the information is singular")
        decrement = float(-step @ at.gradient)
        if decrement < DECREMENT or SMALL > decrement > before / 4:
            break
        moved = _halved(data, S, basis, step, at.deviance, reml=reml)
        if moved is None:
            break
        S, before = moved, decrement
        at = likelihood(data, S, basis, reml=reml)
    else:
        return Maximum(S, at, False, MAX_ITERATIONS, "too many iterations")
    why = _edge(S, at)
    return Maximum(S, at, not why, iteration, why)


def start(design: Design) -> Matrix:
    """Moments of least-squares residuals on available pairs, made positive definite."""
    root = np.sqrt(design.weight)
    X, y = design.X * root[:, None], design.y * root
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    table = np.full((design.subject.max() + 1, len(design.visits)), np.nan)
    table[design.subject, design.visit] = residual
    known = (~np.isnan(table)).astype(float)
    filled = np.nan_to_num(table)
    pairs = known.T @ known
    S = (filled.T @ filled) / np.maximum(pairs, 1)
    scale = np.sqrt(np.maximum(np.diag(S), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(S / np.outer(scale, scale))
    R = (vectors * np.maximum(values, 0.1)) @ vectors.T
    return np.asarray(R * np.outer(scale, scale))


def _step(at: Likelihood) -> Matrix:
    """Newton's step where the deviance is convex, else the step of Fisher scoring."""
    for curvature in (at.observed, at.expected):
        try:
            np.linalg.cholesky(_scaled(curvature))
        except np.linalg.LinAlgError:
            continue
        return np.asarray(-np.linalg.solve(curvature, at.gradient))
    return np.full_like(at.gradient, np.nan)


def _halved(
    data: Moments, S: Matrix, basis: Matrix, step: Matrix, now: float, *, reml: bool
) -> Matrix | None:
    """The longest of the halved steps that does not raise the deviance."""
    direction = np.tensordot(step, basis, axes=1)
    slack = 1e-13 * (1 + abs(now))  # rounding of the deviance itself
    for halving in range(MAX_HALVINGS):
        other = S + direction / 2**halving
        if deviance(data, other, reml=reml) <= now + slack:
            return np.asarray(other)
    return None


def _edge(S: Matrix, at: Likelihood) -> str:
    """Why this is no inner maximum; empty if it is one."""
    scale = np.sqrt(np.diag(S))
    if np.linalg.eigvalsh(S / np.outer(scale, scale))[0] < INSIDE:
        return "the covariance matrix is singular"
    if np.linalg.eigvalsh(_scaled(at.observed))[0] < FLAT:
        return "the likelihood is flat"
    if at.gradient @ np.linalg.solve(at.observed, at.gradient) > 1e-12:
        return "the gradient does not vanish"
    return ""


def _scaled(curvature: Matrix) -> Matrix:
    """A matrix of second derivatives in units of its own diagonal."""
    scale = np.sqrt(np.maximum(np.abs(np.diag(curvature)), np.finfo(float).tiny))
    return np.asarray(curvature / np.outer(scale, scale))
