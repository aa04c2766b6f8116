"""The likelihood of many trials that share their design.

Every sum over participants is one product of whole arrays.

Letters: R trials, N participants, T visits, k = T (T + 1) / 2 entries of S, p columns.
Where an outcome of the trial is missing, the inverse covariance of the participant is zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.information import Information, carry
from equipoise.stats.mmrm.triangles import inverse, place, sandwich, times

APART = 1e-4  # part of a column that the others leave; a trial below is fitted alone


@dataclass(frozen=True)
class Shared:
    """What the trials have in common.

    Attributes:
        X: N x T x p, in a basis with orthogonal columns.
        reml: restricted likelihood or likelihood.
    """

    X: Matrix
    reml: bool

    @cached_property
    def lower(self) -> list[tuple[int, int]]:
        """Entries of S, by rows of the lower triangle."""
        T = self.X.shape[1]
        return [(t, s) for t in range(T) for s in range(t + 1)]

    @cached_property
    def rows(self) -> Matrix:
        """X with its rows by visit, then participant: T N x p."""
        return np.ascontiguousarray(self.X.swapaxes(0, 1)).reshape(-1, self.X.shape[2])

    @cached_property
    def twice(self) -> Matrix:
        """2 for entries off the diagonal, which stand for two: k x 1 x 1."""
        return np.array([1.0 + (t != s) for t, s in self.lower])[:, None, None]

    @cached_property
    def columns(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of columns of the lower triangle of p x p."""
        return np.tril_indices(self.X.shape[2])

    @cached_property
    def outer(self) -> Matrix:
        """``X[t, a] X[s, b]``, symmetric in both pairs: k N x p (p + 1) / 2."""
        a, b = self.columns
        made = []
        for t, s in self.lower:
            one, other = self.X[:, t], self.X[:, s]
            made.append((one[:, a] * other[:, b] + one[:, b] * other[:, a]) / 2)
        return np.concatenate(made)

    @cached_property
    def tracing(self) -> Any:
        """Turns ``W[e] Y[f]`` into ``tr(W S_h Y S_j)``: k k x k k."""
        from scipy import sparse  # not needed for a single fit

        k = len(self.lower)
        rows, columns = [], []
        for h, (t, s) in enumerate(self.lower):
            for j, (u, v) in enumerate(self.lower):
                for b, c in {(t, s), (s, t)}:  # S_h[b, c]
                    for d, a in {(u, v), (v, u)}:  # S_j[d, a]
                        rows.append(h * k + j)
                        columns.append(place(a, b) * k + place(c, d))
        ones = np.ones(len(rows))
        return sparse.csr_array((ones, (rows, columns)), shape=(k * k, k * k))

    def square(self, flat: Matrix) -> Matrix:
        """Symmetric matrices from their lower triangles: ... x p x p."""
        a, b = self.columns
        p = self.X.shape[2]
        full = np.empty((*flat.shape[:-1], p, p))
        full[..., a, b] = flat
        full[..., b, a] = flat
        return full


@dataclass(frozen=True)
class Trials:
    """Outcomes of R trials.

    Attributes:
        shared: the design.
        y: T x R x N, zero where missing.
        seen: 1 x patterns x T; or R x N x T where there are more patterns than
            participants.
        pattern: of each participant, R x N; None where ``seen`` is by participant.
        n_rows: by trial.
    """

    shared: Shared
    y: Matrix
    seen: NDArray[np.bool_]
    pattern: NDArray[np.intp] | None
    n_rows: Matrix

    @classmethod
    def of(cls, shared: Shared, y: Matrix) -> Trials:
        """From outcomes, R x N x T, NaN where missing."""
        known = ~np.isnan(y)
        T = y.shape[2]
        codes = known @ (1 << np.arange(T, dtype=np.int64))
        kinds, pattern = np.unique(codes, return_inverse=True)
        filled = np.ascontiguousarray(np.where(known, y, 0.0).transpose(2, 0, 1))
        n = known.sum(axis=(1, 2)).astype(float)
        if len(kinds) > y.shape[1]:
            return cls(shared, filled, known, None, n)
        seen = (kinds[:, None] >> np.arange(T)) & 1 == 1
        return cls(shared, filled, seen[None], pattern.reshape(codes.shape), n)

    def some(self, chosen: NDArray[np.intp]) -> Trials:
        """These trials alone."""
        own = self.pattern is None
        return Trials(
            self.shared,
            self.y[:, chosen],
            self.seen[chosen] if own else self.seen,
            None if self.pattern is None else self.pattern[chosen],
            self.n_rows[chosen],
        )

    def weigh(self, S: Matrix) -> Weighed:
        """First half of the likelihood at S, k x R."""
        W, log_det, good = self._inverses(S)
        shared, T = self.shared, len(self.y)
        _, R, N = self.y.shape
        Wy = times(W, self.y)
        flat = (W * shared.twice).transpose(1, 0, 2).reshape(R, -1)
        A = shared.square(flat @ shared.outer)
        xy = Wy.transpose(1, 0, 2).reshape(R, T * N) @ shared.rows
        lower, sound = cholesky(A)
        p = A.shape[1]
        unit = np.broadcast_to(np.eye(p), A.shape)
        root = np.asarray(np.linalg.solve(lower, unit), dtype=float).swapaxes(1, 2)
        half = (root.swapaxes(1, 2) @ xy[..., None])[..., 0]
        reml = shared.reml
        deviance = (self.n_rows - p * reml) * np.log(2 * np.pi) + log_det
        deviance += (Wy * self.y).sum(axis=(0, 2)) - (half**2).sum(axis=1)
        if reml:
            deviance += 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        deviance = np.where(good & sound, deviance, np.inf)
        beta = (root @ half[..., None])[..., 0]
        return Weighed(self, W, root, beta, deviance)

    def _inverses(self, S: Matrix) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
        """Inverse of the seen part of S of each participant: k x R x N."""
        seen = self.seen.astype(float)
        A = [
            S[place(t, s)][:, None] * (seen[..., t] * seen[..., s])
            + (t == s) * (1 - seen[..., t])
            for t, s in self.shared.lower
        ]
        made, log_det, good = inverse(A, len(self.y))
        masked = [
            entry * (seen[..., t] * seen[..., s])
            for entry, (t, s) in zip(made, self.shared.lower, strict=True)
        ]
        W = np.stack(masked)
        if self.pattern is None:
            return W, log_det.sum(axis=1), np.asarray(good.all(axis=1))
        W = np.take_along_axis(W, self.pattern[None], axis=2)
        total = np.take_along_axis(log_det, self.pattern, axis=1).sum(axis=1)
        used = np.take_along_axis(good, self.pattern, axis=1).all(axis=1)
        return W, total, np.asarray(used)


@dataclass(frozen=True)
class Weighed(Information):
    """The trials at one S each.

    Attributes:
        of: the trials.
        W: inverse covariance of each participant, k x R x N.
        root: ``root @ root.T`` is the covariance of beta, R x p x p.
        beta: R x p.
        deviance: R; infinite where S or the information is not positive definite.
    """

    of: Trials
    W: Matrix
    root: Matrix
    beta: Matrix
    deviance: Matrix

    @property
    def shared(self) -> Shared:
        """The design of the trials."""
        return self.of.shared

    @property
    def _weights(self) -> Matrix:
        return self.W

    def some(self, chosen: NDArray[np.intp]) -> Weighed:
        """These trials alone."""
        made = Weighed(
            self.of.some(chosen),
            self.W[:, chosen],
            self.root[chosen],
            self.beta[chosen],
            self.deviance[chosen],
        )
        carry(self, made, chosen)
        return made

    @cached_property
    def second_moments(self) -> tuple[Matrix, Matrix]:
        """Sums of r r' and counts over available pairs of visits: R x T x T each.

        At the unit matrix, where the inverse covariance is 1 where an outcome is seen.
        """
        r = self.residual
        seen = np.stack([self.W[place(t, t)] for t in range(len(r))])
        counts = np.einsum("trn,srn->rts", seen, seen)
        return np.einsum("trn,srn->rts", r, r), counts

    @cached_property
    def residual(self) -> Matrix:
        """``W (y - X beta)``: T x R x N."""
        T, R, N = self.of.y.shape
        fitted = (self.beta @ self.of.shared.rows.T).reshape(R, T, N).swapaxes(0, 1)
        return times(self.W, self.of.y - fitted)

    @cached_property
    def _fit(self) -> Matrix:
        """``W X Phi X' W`` of each participant: k x R x N."""
        shared = self.of.shared
        a, b = shared.columns
        flat = self.Phi[:, a, b] * (2.0 - (a == b))
        k, R, N = self.W.shape
        G = (flat @ shared.outer.T).reshape(R, k, N).swapaxes(0, 1)
        return sandwich(self.W, G, len(self.of.y))

    @cached_property
    def _squares(self) -> Matrix:
        """``r r'`` of each participant, r the residual: k x R x N."""
        r = self.residual
        return np.stack([r[t] * r[s] for t, s in self.of.shared.lower])

    @cached_property
    def gradient(self) -> Matrix:
        """Of the deviance by the entries of S: R x k."""
        shared = self.of.shared
        slope = self.W - self._squares
        if shared.reml:
            slope = slope - self._fit
        return np.asarray((slope * shared.twice).sum(axis=2).T)

    @cached_property
    def _moved(self) -> tuple[Matrix, Matrix]:
        """``tr(W S_h W S_j W r r')`` and ``root' X' W S_h W r``, for all h and j."""
        r, W = self.residual, self.W
        T, R, N = r.shape
        shared = self.of.shared
        k = len(shared.lower)
        weighed = np.empty((R, k, T, N))  # W S_h W r
        for h, (t, s) in enumerate(shared.lower):
            for u in range(T):
                value = W[place(u, t)] * r[s]
                if t != s:
                    value = value + W[place(u, s)] * r[t]
                weighed[:, h, u] = value
        d_fit = (weighed.reshape(R * k, T * N) @ shared.rows).reshape(R, k, -1)
        return self._traces(self._squares), d_fit @ self.root

    @cached_property
    def _d_inverse(self) -> Matrix:
        """``X' W S_h W X``: R x k x p x p."""
        shared = self.of.shared
        k, R, N = self.W.shape
        _, T, p = shared.X.shape
        weighed = np.empty((R, N, T, p))
        for t in range(T):
            value = self.W[place(t, 0)][..., None] * shared.X[:, 0]
            for s in range(1, T):
                value += self.W[place(t, s)][..., None] * shared.X[:, s]
            weighed[:, :, t] = value
        flat = weighed.reshape(R, N, T * p)
        D = (flat.swapaxes(1, 2) @ flat).reshape(R, T, p, T, p)
        made = np.empty((R, k, p, p))
        for h, (t, s) in enumerate(shared.lower):
            made[:, h] = D[:, t, :, s]
            if t != s:
                made[:, h] += D[:, s, :, t]
        return made

    def degrees(self, L: Matrix) -> tuple[Matrix, Matrix]:
        """Variance and Satterthwaite's degrees of freedom of combinations: R x r each.

        Args:
            L: r x p, in the basis.
        """
        shared = self.of.shared
        T, R, N = self.of.y.shape
        turned = L @ self.Phi  # R x r x p
        variance = (turned * L).sum(axis=2)
        spread = np.empty_like(variance)
        v = (turned @ shared.rows.T).reshape(R, len(L), T, N)
        theta = 2 * np.linalg.inv(self.observed)
        for row in range(len(L)):
            w = times(self.W, v[:, row].swapaxes(0, 1))
            slope = np.stack([w[t] * w[s] for t, s in shared.lower]) * shared.twice
            g = slope.sum(axis=2).T
            spread[:, row] = (g * (theta @ g[..., None])[..., 0]).sum(axis=1)
        return variance, 2 * variance**2 / spread


def cholesky(A: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """Cholesky factors, and which matrices have one; the others give the unit matrix."""
    good = np.asarray(np.isfinite(A).all(axis=(1, 2)))
    A = np.where(good[:, None, None], A, np.eye(A.shape[1]))
    try:
        lower = np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        values = np.linalg.eigvalsh(A)
        good &= values[:, 0] > APART**2 * values[:, -1]
        lower = np.linalg.cholesky(np.where(good[:, None, None], A, np.eye(A.shape[1])))
    diagonal = np.diagonal(lower, axis1=1, axis2=2)
    scale = np.sqrt(np.diagonal(A, axis1=1, axis2=2))
    good &= (diagonal > APART * scale).all(axis=1)
    return np.asarray(lower, dtype=float), np.asarray(good)
