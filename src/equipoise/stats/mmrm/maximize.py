"""Finds the covariance parameters of greatest likelihood, and records how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.likelihood import (
    Likelihood,
    Model,
    Solved,
    attempt,
    likelihood,
    scaled_inverse,
    solve,
)

MAX_ITERATIONS = 100
MAX_HALVINGS = 30
DECREMENT = 1e-18  # of Newton's method, in units of the deviance: no digit is left
SMALL = 1e-9  # a decrement below this that no longer shrinks is rounding
FLAT = 1e-9  # smallest eigenvalue of the scaled information at a true maximum
INSIDE = 1e-8  # smallest eigenvalue of a correlation matrix that is not at the edge
LOST = 1e-6  # the same of a search that runs into the edge, looked at every tenth step
VANISHED = 1e-12  # decrement of a maximum that was found

SINGULAR = "the covariance matrix is singular"

Step = Callable[[Likelihood], Matrix]


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search, as it ended.

    Attributes:
        method: ``scoring`` or ``trust region``.
        n_iterations: steps taken.
        deviance: at the end.
        gradient: largest absolute entry.
        smallest: least eigenvalue of the observed information, scaled to a unit
            diagonal; a maximum has a positive one.
        why: reason why it did not converge, as text; empty if it did.
    """

    method: str
    n_iterations: int
    deviance: float
    gradient: float
    smallest: float
    why: str


@dataclass(frozen=True)
class Maximum:
    """Where the search ended.

    Attributes:
        model: in whose parameters ``at.theta`` is.
        at: the likelihood there.
        tries: every search, in order; the last one counts.
    """

    model: Model
    at: Likelihood
    tries: tuple[SearchRecord, ...]

    @property
    def converged(self) -> bool:
        """Whether an inner maximum was found.

        The gradient vanishes, the covariance is well inside the positive definite ones,
        and the observed information is positive definite.
        """
        return not self.tries[-1].why

    @property
    def why(self) -> str:
        """Why it did not converge; empty if it did."""
        return self.tries[-1].why

    @property
    def n_iterations(self) -> int:
        """Steps of all tries."""
        return sum(each.n_iterations for each in self.tries)


def maximize(model: Model, start: Matrix) -> Maximum:
    """Fisher scoring and Newton's method; a trust region where they fail.

    The trust region works in unconstrained parameters, from the best point that was
    found before, or from the start if that was the edge of the covariance matrices.

    Source: Jennrich and Schluchter 1986, Biometrics 42:805-820; Marquardt 1963, J SIAM
    11:431-441.
    """
    solved = attempt(model, start)
    if solved is None:
        raise AnalysisError.single(
            "EQ420",
            "the likelihood cannot be computed at the covariance of the residuals",
            where="mmrm",
            fix="look for a visit or a covariate of extraordinary size, and give it in "
            "another unit",
        )
    at, first = _search(model, solved, _newton, "scoring")
    if not first.why:
        return Maximum(model, at, (first,))
    # From the edge there is no way back: there it begins anew.
    try:
        free, theta = unconstrained(model, start if first.why == SINGULAR else at.theta)
        again, second = _damped(free, theta)
    except np.linalg.LinAlgError:
        return Maximum(model, at, (first,))
    if not second.why or second.deviance < first.deviance - 1e-6:
        return Maximum(free, again, (first, second))
    return Maximum(model, at, (first, replace(second, why=second.why or first.why)))


def unconstrained(model: Model, theta: Matrix) -> tuple[Model, Matrix]:
    """The model in the parameters of R mmrm."""
    pairs = zip(model.blocks, model.split(theta), strict=True)
    changed = [block.reported(part) for block, part in pairs]
    blocks = tuple(block for block, _, _ in changed)
    return replace(model, blocks=blocks), np.concatenate([c[1] for c in changed])


def _search(
    model: Model, solved: Solved, step_of: Step, method: str
) -> tuple[Likelihood, SearchRecord]:
    """Steps, each halved until it helps."""
    at = likelihood(model, solved)
    before, why = np.inf, "too many iterations"
    steps = 0
    while steps < MAX_ITERATIONS:
        step = step_of(at)
        if not np.isfinite(step).all():
            why = "the information is singular"
            break
        decrement = float(-step @ at.gradient)
        if decrement < DECREMENT or SMALL > decrement > before / 4:
            why = edge(model, at)
            break
        moved = _halved(model, at, step)
        if moved is None:
            why = edge(model, at)
            break
        before = decrement
        at = likelihood(model, moved)
        steps += 1
        if steps % 10 == 0 and least_eigenvalue(model, at.theta) < LOST:
            why = SINGULAR
            break
    return at, _record(method, steps, at, why)


def _newton(at: Likelihood) -> Matrix:
    """Newton's step where the deviance is convex, else the step of Fisher scoring."""
    for curvature in (at.observed, at.expected):
        scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(curvature)), 1e-300))
        scaled = curvature * np.outer(scale, scale)
        try:
            np.linalg.cholesky(scaled)
        except np.linalg.LinAlgError:
            continue
        return np.asarray(-scale * np.linalg.solve(scaled, scale * at.gradient))
    return np.full_like(at.gradient, np.nan)


def _halved(model: Model, at: Likelihood, step: Matrix) -> Solved | None:
    """The longest of the halved steps that does not raise the deviance."""
    slack = 1e-13 * (1 + abs(at.deviance))  # rounding of the deviance itself
    for halving in range(MAX_HALVINGS):
        other = attempt(model, at.theta + step / 2**halving)
        if other is not None and other.deviance <= at.deviance + slack:
            return other
    return None


def _damped(model: Model, theta: Matrix) -> tuple[Likelihood, SearchRecord]:
    """Newton's steps inside a region that grows when they are good."""
    at = likelihood(model, solve(model, theta))
    damping, why = 1e-3, "too many iterations"
    steps = 0
    while steps < 2 * MAX_ITERATIONS:
        scale = np.sqrt(np.maximum(np.abs(np.diag(at.expected)), 1e-300))
        values, vectors = np.linalg.eigh(at.observed / np.outer(scale, scale))
        slope = vectors.T @ (at.gradient / scale)
        curved = np.maximum(np.abs(values), 1e-8)
        if float(slope @ (slope / curved)) < DECREMENT:
            why = edge(model, at)
            break
        while damping < 1e12:
            step = -(vectors @ (slope / (curved + damping))) / scale
            other = attempt(model, at.theta + step)
            if other is not None and other.deviance < at.deviance:
                break
            damping *= 4
        else:
            why = edge(model, at)
            break
        at = likelihood(model, other)
        damping = max(damping / 8, 1e-12)
        steps += 1
        if steps % 10 == 0 and least_eigenvalue(model, at.theta) < LOST:
            why = SINGULAR
            break
    return at, _record("trust region", steps, at, why)


def edge(model: Model, at: Likelihood) -> str:
    """Why this is no inner maximum; empty if it is one."""
    if least_eigenvalue(model, at.theta) < INSIDE:
        return SINGULAR
    if smallest_eigenvalue(at) < FLAT:
        return "the likelihood is flat"
    if at.gradient @ scaled_inverse(at.observed) @ at.gradient > VANISHED:
        return "the gradient does not vanish"
    pairs = zip(model.blocks, model.split(at.theta), strict=True)
    return next(filter(None, (block.edge(part) for block, part in pairs)), "")


def least_eigenvalue(model: Model, theta: Matrix) -> float:
    """The smallest eigenvalue of all correlation matrices."""
    least = 1.0
    for S in model.covariances(theta):
        scale = np.sqrt(np.diag(S))
        if not (scale > 0).all():
            return 0.0
        R = S / np.outer(scale, scale)
        least = min(least, float(np.linalg.eigvalsh(R)[0]))
    return least


def smallest_eigenvalue(at: Likelihood) -> float:
    """Of the observed information, in units of its own diagonal."""
    diagonal = np.diag(at.observed)
    scale = np.sqrt(np.maximum(np.abs(diagonal), np.finfo(float).tiny))
    scaled = at.observed / np.outer(scale, scale)
    if not np.isfinite(scaled).all():
        return float("-inf")
    return float(np.linalg.eigvalsh(scaled)[0])


def _record(method: str, iterations: int, at: Likelihood, why: str) -> SearchRecord:
    return SearchRecord(
        method=method,
        n_iterations=iterations,
        deviance=at.deviance,
        gradient=float(np.abs(at.gradient).max()),
        smallest=smallest_eigenvalue(at),
        why=why,
    )
