"""Participants who share one covariance matrix: what the likelihood needs of them.

Every matrix of a participant stands on the grid of all visits, with zeros where nothing
was seen; sums over participants are then products of whole arrays.

Source: Jennrich and Schluchter 1986, Biometrics 42:805-820; Lindstrom and Bates 1988,
JASA 83:1014-1022, their sums taken over patterns of visits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import SINGULAR, Matrix
from equipoise.stats.mmrm.structures import Structure

SLICE = 2**22  # numbers of a tensor that are worked on together: some 30 MB


@dataclass(frozen=True)
class Weighed:
    """A block at one theta.

    Attributes:
        M: ``Z' W Z`` summed over participants, ``Z = [X, y]``: (p + 1) x (p + 1).
        log_det: sum of the logarithms of the determinants.
        state: what the block keeps for its derivatives.
    """

    M: Matrix
    log_det: float
    state: Any


@dataclass(frozen=True)
class Parts:
    """Sums over the participants of a block, for k parameters and p coefficients.

    ``W`` is the inverse covariance of a participant, ``S_h`` a derivative, ``U`` is
    ``Z (b b' + V) Z'`` with ``b = (-beta, 1)`` and ``V`` the covariance of beta.

    Attributes:
        gradient: of minus twice the log-likelihood, k.
        traces: ``tr(W S_h W S_j)``, k x k.
        of_residuals: ``tr(W S_h W S_j W r r')``, k x k, not symmetric.
        of_fit: ``tr(W S_h W S_j W X V X')``, k x k, not symmetric.
        curvature: what the second derivatives of S add, k x k.
        d_inverse: derivatives of ``X' W X``, k x p x p.
        d_fit: derivatives of ``X' W r``, k x p.
    """

    gradient: Matrix
    traces: Matrix
    of_residuals: Matrix
    of_fit: Matrix
    curvature: Matrix
    d_inverse: Matrix
    d_fit: Matrix


class Block(Protocol):
    """Participants with a common covariance structure."""

    @property
    def n_parameters(self) -> int:
        """Covariance parameters."""

    def start(self, S: Matrix) -> Matrix:
        """Parameters near the covariance of the residuals."""

    def covariance(self, theta: Matrix, distances: Matrix | None = None) -> Matrix:
        """Covariance matrix of the visits, or at these distances if it is spatial."""

    def edge(self, theta: Matrix) -> str:
        """Why theta is at an edge that the covariance matrix does not show, or empty."""

    def weigh(self, theta: Matrix) -> Weighed:
        """First half; LinAlgError where the covariance is not positive definite."""

    def parts(
        self, theta: Matrix, at: Weighed, b: Matrix, root: Matrix, *, reml: bool
    ) -> Parts:
        """Second half; ``root @ root.T`` is the covariance of the coefficients."""

    def adjustment(
        self, theta: Matrix, at: Weighed, w: Matrix
    ) -> tuple[Matrix, Matrix]:
        """``sum w Q`` and ``sum w R`` of Kenward and Roger, p x p, in these theta."""

    def reported(self, theta: Matrix) -> tuple[Block, Matrix, Matrix]:
        """The block and theta in the parameters of R mmrm, and d theta / d theta."""


def regular(S: Matrix) -> tuple[Matrix, Matrix]:
    """Diagonals and Cholesky factors of matrices that are well positive definite.

    Raises:
        numpy.linalg.LinAlgError: one is not.
    """
    root = np.linalg.cholesky(S)
    diagonal = np.diagonal(root, axis1=1, axis2=2)
    if (diagonal**2 < SINGULAR * np.diagonal(S, axis1=1, axis2=2)).any():
        raise np.linalg.LinAlgError("singular up to rounding")
    return np.asarray(diagonal), np.asarray(root, dtype=float)


@dataclass(frozen=True)
class GridBlock:
    """Participants seen on a grid of planned visits.

    Attributes:
        structure: of the covariance matrix.
        seen: patterns x visits.
        n: participants by pattern.
        tensors: ``sum Z[t, a] Z[s, b]`` of the first patterns: patterns x T x T x q x q.
        rows: Z of the participants of the other patterns, in their order: N x T x q.
        unit: in which the rows of each visit are measured; None for one in all. The
            parameters and the likelihood are always those of the outcome itself.
    """

    structure: Structure
    seen: NDArray[np.bool_]
    n: Matrix
    tensors: Matrix
    rows: Matrix
    unit: Matrix | None = None

    @property
    def n_parameters(self) -> int:
        """Of the structure."""
        return self.structure.n_parameters

    def start(self, S: Matrix) -> Matrix:
        """As the structure starts."""
        return self.structure.start(S)

    def covariance(self, theta: Matrix, distances: Matrix | None = None) -> Matrix:
        """Of all visits, which have no distances."""
        del distances
        return self.structure.covariance(theta)

    def edge(self, theta: Matrix) -> str:
        """Every edge of these structures is a singular matrix."""
        del theta
        return ""

    def weigh(self, theta: Matrix) -> Weighed:
        """Inverse of the seen part of S by pattern; ``Z' W Z``."""
        S = self._in_units(self.structure.covariance(theta))
        q = self.tensors.shape[-1]
        pairs, alone = self._pairs
        diagonal, root = regular(S * pairs + alone)
        inverse = np.linalg.inv(root)
        W = (inverse.swapaxes(1, 2) @ inverse) * pairs
        m = len(self.tensors)
        M = W[:m].reshape(-1) @ self.tensors.reshape(-1, q * q)
        M = M.reshape(q, q)
        weighed = W[self._owner] @ self.rows
        if len(weighed):
            M = M + self.rows.reshape(-1, q).T @ weighed.reshape(-1, q)
        logs = np.log(diagonal).sum(axis=1)
        if self.unit is not None:
            logs = logs + self.seen @ np.log(self.unit)
        return Weighed((M + M.T) / 2, 2 * float(self.n @ logs), (W, weighed))

    def parts(
        self, theta: Matrix, at: Weighed, b: Matrix, root: Matrix, *, reml: bool
    ) -> Parts:
        """Derivatives at theta."""
        W, weighed = at.state
        T, p = W.shape[1], len(b) - 1
        D = self._products(W, weighed)
        U = self._squares(W, weighed, b, root)
        nW = W * self.n[:, None, None]
        slope = nW.sum(axis=0) - U[0].sum(axis=0) - reml * U[1].sum(axis=0)
        first = self._in_units(self.structure.first(theta)).reshape(-1, T * T)
        k = len(first)
        # sum W[a, b] Y[c, d] over patterns, for Y = n W, and both parts of U
        left = np.stack([nW, *U]).reshape(3, -1, T * T).swapaxes(1, 2)
        outer = (left @ W.reshape(-1, T * T)).reshape(3, T, T, T, T)
        outer = outer.transpose(0, 2, 3, 4, 1).reshape(3, T * T, T * T)
        traces = first @ outer @ first.T
        second = self._second(theta)
        flat = D.reshape(T * T, -1)
        return Parts(
            gradient=first @ slope.reshape(-1),
            traces=traces[0],
            of_residuals=traces[1],
            of_fit=traces[2],
            curvature=np.zeros((k, k))
            if second is None
            else np.tensordot(second, slope, 2),
            d_inverse=-(first @ flat).reshape(k, p + 1, p + 1)[:, :p, :p],
            d_fit=-(first @ (D @ b)[..., :p].reshape(T * T, p)),
        )

    def adjustment(
        self, theta: Matrix, at: Weighed, w: Matrix
    ) -> tuple[Matrix, Matrix]:
        """Each pattern is contracted once, whatever the number of parameters."""
        W, weighed = at.state
        T, p = W.shape[1], self.tensors.shape[-1] - 1
        first = self._in_units(self.structure.first(theta)).reshape(-1, T * T)
        pairs = (first.T @ w @ first).reshape(T, T, T, T)  # S_h[t, s] S_j[u, v]
        middle = W.reshape(-1, T * T) @ pairs.transpose(1, 2, 0, 3).reshape(T * T, -1)
        A = middle.reshape(-1, T, T)  # sum w S_h W S_j
        m = len(self.tensors)
        K = (W @ A @ W)[:m]
        Q = np.tensordot(K, self.tensors, ((0, 1, 2), (0, 1, 2)))[:p, :p]
        X = weighed[..., :p]
        Q = Q + X.reshape(-1, p).T @ (A[self._owner] @ X).reshape(-1, p)
        second = self._second(theta)
        if second is None:
            return Q, np.zeros((p, p))
        curved = np.tensordot(w, second, 2)
        D = self._products(W, weighed)
        return Q, np.tensordot(curved, D, 2)[:p, :p]

    def reported(self, theta: Matrix) -> tuple[Block, Matrix, Matrix]:
        """Entries of an unstructured matrix become its log-Cholesky form."""
        other = self.structure.reported()
        if other is self.structure:
            return self, theta, np.eye(len(theta))
        S = self.structure.covariance(theta)
        changed = other.start(S)
        rows, columns = np.tril_indices(len(S))
        jacobian = other.first(changed)[:, rows, columns].T
        return replace(self, structure=other), changed, jacobian

    def _in_units(self, S: Matrix) -> Matrix:
        """Covariances of the rows as they are measured; exact, units are powers of 2."""
        return S if self.unit is None else S / np.outer(self.unit, self.unit)

    def _second(self, theta: Matrix) -> Matrix | None:
        second = self.structure.second(theta)
        return None if second is None else self._in_units(second)

    @cached_property
    def _pairs(self) -> tuple[Matrix, Matrix]:
        """One for visits that were seen together; the unit matrix of the others."""
        pairs = (self.seen[:, :, None] & self.seen[:, None, :]).astype(float)
        return pairs, np.eye(self.seen.shape[1]) * (1 - pairs)

    @cached_property
    def _owner(self) -> NDArray[np.intp]:
        """Pattern of each participant of ``rows``."""
        m = len(self.tensors)
        counts = self.n[m:].astype(np.intp)
        return np.repeat(np.arange(m, len(self.n)), counts)

    def _products(self, W: Matrix, weighed: Matrix) -> Matrix:
        """``sum (W Z)[t, a] (W Z)[s, b]``: T x T x q x q."""
        T, q = W.shape[1], self.tensors.shape[-1]
        N, m = len(weighed), len(self.tensors)
        flat = weighed.reshape(N, T * q)
        D = (flat.T @ flat).reshape(T, q, T, q).transpose(0, 2, 1, 3)
        step = max(1, SLICE // (T * T * q * q))
        for at in range(0, m, step):
            inverse = W[at : min(at + step, m)]
            C = self.tensors[at : at + step].reshape(len(inverse), T, -1)
            half = (inverse @ C).reshape(-1, T, T, q * q)
            whole = inverse[:, None] @ half
            D = D + whole.sum(axis=0).reshape(T, T, q, q)
        return D

    def _squares(
        self, W: Matrix, weighed: Matrix, b: Matrix, root: Matrix
    ) -> tuple[Matrix, Matrix]:
        """``W Z b b' Z' W`` and ``W X V X' W`` by pattern: patterns x T x T each."""
        T, q = W.shape[1], len(b)
        m = len(self.tensors)
        V = np.zeros((q, q))
        V[:-1, :-1] = root @ root.T
        both = np.stack([np.outer(b, b).reshape(-1), V.reshape(-1)], axis=1)
        inner = (self.tensors.reshape(-1, q * q) @ both).reshape(m, T, T, 2)
        done = W[:m] @ np.moveaxis(inner, 3, 0) @ W[:m]
        r = weighed @ b
        Y = weighed[..., :-1] @ root
        start = np.cumsum(self.n[m:]).astype(np.intp)[:-1]
        start = np.concatenate([np.zeros(min(len(self.n) - m, 1), np.intp), start])
        fixed, fit = r[:, :, None] * r[:, None, :], Y @ Y.swapaxes(1, 2)
        plain = [np.add.reduceat(x, start) if len(start) else x for x in (fixed, fit)]
        return (
            np.concatenate([done[0], plain[0]]),
            np.concatenate([done[1], plain[1]]),
        )
