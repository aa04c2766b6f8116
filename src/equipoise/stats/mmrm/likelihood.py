"""The likelihood of covariance parameters, with its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.mmrm.blocks import Block, Parts, Weighed
from equipoise.stats.mmrm.correlations import Matrix


@dataclass(frozen=True)
class Model:
    """Blocks of participants with the constants of their likelihood.

    Attributes:
        blocks: one for each covariance matrix.
        n_rows: n.
        n_coefficients: p.
        constant: added to minus twice the log-likelihood.
        reml: restricted likelihood (True) or likelihood.
    """

    blocks: tuple[Block, ...]
    n_rows: int
    n_coefficients: int
    constant: float
    reml: bool

    @property
    def n_parameters(self) -> int:
        """Of all covariance matrices."""
        return sum(block.n_parameters for block in self.blocks)

    def split(self, theta: Matrix) -> list[Matrix]:
        """Parameters of each block."""
        if len(self.blocks) == 1:
            return [theta]
        ends = np.cumsum([block.n_parameters for block in self.blocks])
        return np.split(theta, ends[:-1])

    def covariances(self, theta: Matrix) -> list[Matrix]:
        """Covariance matrix of each block."""
        pairs = zip(self.blocks, self.split(theta), strict=True)
        return [block.covariance(part) for block, part in pairs]


@dataclass(frozen=True)
class Likelihood:
    """Everything that follows from the data and one theta.

    Attributes:
        theta: covariance parameters.
        deviance: minus twice the (restricted) log-likelihood.
        gradient: its first derivatives.
        observed: its second derivatives.
        expected: their expectation.
        beta: generalized least-squares coefficients.
        Phi: covariance matrix of ``beta``, given theta.
        d_inverse: derivatives of the inverse of ``Phi``, k x p x p.
    """

    theta: Matrix
    deviance: float
    gradient: Matrix
    observed: Matrix
    expected: Matrix
    beta: Matrix
    Phi: Matrix
    d_inverse: Matrix


@dataclass(frozen=True)
class Solved:
    """The first half of a likelihood: what needs no derivatives."""

    theta: Matrix
    weighed: list[Weighed]
    deviance: float
    beta: Matrix
    root: Matrix  # root @ root.T is the covariance of beta


def scaled_inverse(A: Matrix) -> Matrix:
    """Inverse of a symmetric matrix whose rows may be of very different size."""
    scale = 1 / np.sqrt(np.maximum(np.abs(np.diag(A)), np.finfo(float).tiny))
    inner = np.linalg.inv(A * np.outer(scale, scale))
    return np.asarray(inner * np.outer(scale, scale))


def attempt(model: Model, theta: Matrix) -> Solved | None:
    """The first half at theta; None where S is not positive definite."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return solve(model, theta)
    except (np.linalg.LinAlgError, FloatingPointError):
        return None


def deviance(model: Model, theta: Matrix) -> float:
    """Minus twice the log-likelihood; infinite where S is not positive definite."""
    solved = attempt(model, theta)
    return float("inf") if solved is None else solved.deviance


def likelihood(model: Model, solved: Solved) -> Likelihood:
    """The likelihood with first and second derivatives.

    Source: Lindstrom and Bates 1988, JASA 83:1014-1022; Jennrich and Schluchter 1986,
    Biometrics 42:805-820; docs/methods/mmrm.md, equations (gradient, d-inverse,
    observed, expected).
    """
    root, theta = solved.root, solved.theta
    b = np.append(-solved.beta, 1.0)
    parts = [
        block.parts(part, at, b, root, reml=model.reml)
        for block, part, at in zip(
            model.blocks, model.split(theta), solved.weighed, strict=True
        )
    ]
    d_inverse = np.concatenate([part.d_inverse for part in parts])
    moved = np.concatenate([part.d_fit for part in parts]) @ root
    traces = _diagonal(parts, "traces")
    observed = 2 * _diagonal(parts, "of_residuals") - traces
    observed += _diagonal(parts, "curvature") - 2 * moved @ moved.T
    expected = traces
    if model.reml:
        k = len(d_inverse)
        turned = (root.T @ d_inverse @ root).reshape(k, -1)
        between = turned @ turned.T
        of_fit = 2 * _diagonal(parts, "of_fit")
        observed = observed + of_fit - between
        expected = expected - of_fit + between
    return Likelihood(
        theta=theta,
        deviance=solved.deviance,
        gradient=np.concatenate([part.gradient for part in parts]),
        observed=(observed + observed.T) / 2,
        expected=(expected + expected.T) / 2,
        beta=solved.beta,
        Phi=root @ root.T,
        d_inverse=d_inverse,
    )


def _diagonal(parts: list[Parts], name: str) -> Matrix:
    """The matrices of the blocks on the diagonal of one matrix."""
    pieces = [getattr(part, name) for part in parts]
    if len(pieces) == 1:
        return np.asarray(pieces[0])
    whole = np.zeros((sum(map(len, pieces)),) * 2)
    at = 0
    for piece in pieces:
        whole[at : at + len(piece), at : at + len(piece)] = piece
        at += len(piece)
    return whole


def solve(model: Model, theta: Matrix) -> Solved:
    """The first half at theta.

    Raises:
        numpy.linalg.LinAlgError: S is not positive definite.

    Source: docs/methods/mmrm.md, equations (normal-equations, likelihood, reml).
    """
    pairs = zip(model.blocks, model.split(theta), strict=True)
    weighed = [block.weigh(part) for block, part in pairs]
    M = sum((at.M for at in weighed), np.zeros(()))
    lower = np.linalg.cholesky(M[:-1, :-1])
    p = len(lower)
    root = np.asarray(np.linalg.inv(lower.T))  # of an upper triangle: no pivoting
    half = root.T @ M[:-1, -1]
    free = model.n_rows - (p if model.reml else 0)
    total = free * np.log(2 * np.pi) + model.constant + sum(w.log_det for w in weighed)
    total += M[-1, -1] - half @ half
    if model.reml:
        total += 2 * np.log(np.diag(lower)).sum()
    return Solved(theta, weighed, float(total), root @ half, root)
