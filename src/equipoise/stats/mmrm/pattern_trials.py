"""The likelihood of many trials whose model is saturated in the visits.

In ``y ~ base * visit + arm * visit`` each visit has its own coefficients of the same
covariates z. Then a participant counts only through z z', z y' and y y', and these sums
over participants with the same visits are all that a step of the search needs.

Letters: R trials, N participants, G patterns of visits, T visits, k = T (T + 1) / 2
entries of S, q covariates, p = T q coefficients (visit by visit), h = q (q + 1) / 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.information import Information, carry
from equipoise.stats.mmrm.saturated import Saturated
from equipoise.stats.mmrm.trials import Shared, cholesky
from equipoise.stats.mmrm.triangles import inverse, sandwich, times

RIDGE = 1e-6  # of the first guess of coefficients, which only saves digits


@dataclass(frozen=True)
class PatternTrials:
    """Outcomes of R trials, as sums over the participants of each pattern.

    The outcomes are those less ``origin``, so that no digit is lost in the sums.

    Attributes:
        design: what the trials have in common.
        seen: R x G x T, visits of each pattern.
        n: R x G, participants.
        zz: R x G x h, sums of z z'.
        zy: T x R x G x q, sums of y z; zero where a visit is missing.
        yy: k x R x G, sums of y y'; zero where a visit is missing.
        origin: R x p, coefficients of z by visit.
        n_rows: by trial.
    """

    design: Saturated
    seen: NDArray[np.bool_]
    n: Matrix
    zz: Matrix
    zy: Matrix
    yy: Matrix
    origin: Matrix
    n_rows: Matrix

    @classmethod
    def of(cls, design: Saturated, y: Matrix) -> PatternTrials:
        """From outcomes, R x N x T, NaN where missing."""
        R, N, T = y.shape
        z, (a, b) = design.z, design.pairs
        known = ~np.isnan(y)
        kinds, pattern = patterns(known)
        seen = (kinds[..., None] >> np.arange(T)) & 1 == 1
        G = kinds.shape[1]
        member = pattern[:, None] == np.arange(G)[:, None]  # R x G x N
        member = member.astype(float)
        zz = member @ (z[..., a] * z[..., b])
        filled = np.where(known, y, 0.0)
        origin = _origin(design, filled, known)
        r = filled - z @ origin.swapaxes(1, 2)
        r[~known] = 0.0
        lower = design.shared.lower
        first, second = np.transpose(lower)
        rz = (r[..., None] * z[..., None, :]).reshape(R, N, -1)
        sums = member @ np.concatenate([rz, r[:, :, first] * r[:, :, second]], axis=2)
        zy = sums[..., : rz.shape[2]].reshape(R, G, T, -1).transpose(2, 0, 1, 3)
        yy = sums[..., rz.shape[2] :].transpose(2, 0, 1)
        zy, yy = np.ascontiguousarray(zy), np.ascontiguousarray(yy)
        rows = known.sum(axis=(1, 2)).astype(float)
        flat = origin.reshape(R, -1)
        return cls(design, seen, member.sum(axis=2), zz, zy, yy, flat, rows)

    @property
    def shared(self) -> Shared:
        """The same trials in general."""
        return self.design.shared

    def some(self, chosen: NDArray[np.intp]) -> PatternTrials:
        """These trials alone."""
        return PatternTrials(
            self.design,
            self.seen[chosen],
            self.n[chosen],
            self.zz[chosen],
            self.zy[:, chosen],
            self.yy[:, chosen],
            self.origin[chosen],
            self.n_rows[chosen],
        )

    def weigh(self, S: Matrix) -> PatternWeighed:
        """First half of the likelihood at S, k x R."""
        W, log_det, good = self._inverses(S)
        shared = self.design.shared
        T, R, _, q = self.zy.shape
        k, p = len(shared.lower), T * q
        A = (W.transpose(1, 0, 2) @ self.zz).reshape(R, -1)[:, self.design.square]
        zy = times(W[..., None], self.zy).sum(axis=2)  # T x R x q
        lower, sound = cholesky(A)
        unit = np.broadcast_to(np.eye(p), A.shape)
        root = np.asarray(np.linalg.solve(lower, unit), dtype=float).swapaxes(1, 2)
        xy = zy.transpose(1, 0, 2).reshape(R, p)
        half = (root.swapaxes(1, 2) @ xy[..., None])[..., 0]
        reml = shared.reml
        deviance = (self.n_rows - p * reml) * np.log(2 * np.pi) + log_det
        total = (W * self.yy).sum(axis=2) * shared.twice.reshape(k, 1)
        deviance += total.sum(axis=0) - (half**2).sum(axis=1)
        if reml:
            deviance += 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        deviance = np.where(good & sound, deviance, np.inf)
        moved = (root @ half[..., None])[..., 0]
        return PatternWeighed(self, W, root, moved, deviance)

    def _inverses(self, S: Matrix) -> tuple[Matrix, Matrix, NDArray[np.bool_]]:
        """Inverse of the seen part of S of each pattern: k x R x G."""
        seen = self.seen.astype(float)
        lower = self.design.shared.lower
        both = [seen[..., t] * seen[..., s] for t, s in lower]
        A = [
            S[at][:, None] * both[at] + (t == s) * (1 - seen[..., t])
            for at, (t, s) in enumerate(lower)
        ]
        made, log_det, good = inverse(A, seen.shape[2])
        W = np.stack([entry * mask for entry, mask in zip(made, both, strict=True)])
        absent = self.n == 0
        used = np.where(absent, 0.0, log_det * self.n).sum(axis=1)
        W = np.where(absent, 0.0, W)
        return W, used, np.asarray((good | absent).all(axis=1))


def patterns(known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The patterns of visits of each trial, and that of each participant.

    Args:
        known: R x N x T.

    Returns:
        Bits of the visits by pattern, ascending, 0 after the last one, R x G, at least
        two; and the position there, R x N.
    """
    codes = known @ (1 << np.arange(known.shape[2]))
    order = np.argsort(codes, axis=1)
    ordered = np.take_along_axis(codes, order, axis=1)
    position = np.empty_like(order)
    steps = np.diff(ordered, axis=1, prepend=ordered[:, :1]) > 0
    np.put_along_axis(position, order, np.cumsum(steps, axis=1), axis=1)
    # Products of matrices of one row would be rounded in another way for one trial
    # than for many.
    G = max(2, int(position.max(initial=0)) + 1)
    kinds = np.zeros((len(codes), G), dtype=np.intp)
    np.put_along_axis(kinds, position, codes, axis=1)
    return kinds, position


def _origin(design: Saturated, y: Matrix, known: NDArray[np.bool_]) -> Matrix:
    """Coefficients of each visit alone, nearly by least squares: R x T x q."""
    z = design.z
    a, b = design.pairs
    q = z.shape[-1]
    flat = known.astype(float).swapaxes(1, 2) @ (z[..., a] * z[..., b])
    zz = flat[..., design.pair] + RIDGE * np.eye(q)
    zy = y.swapaxes(1, 2) @ z
    return np.asarray(np.linalg.solve(zz, zy[..., None])[..., 0])


@dataclass(frozen=True)
class PatternWeighed(Information):
    """The trials at one S each; as ``Weighed``, with sums by pattern.

    Attributes:
        of: the trials.
        W: inverse covariance of each pattern, k x R x G.
        root: ``root @ root.T`` is the covariance of the coefficients, R x p x p.
        moved: coefficients less those of the origin, R x p.
        deviance: R; infinite where S or the information is not positive definite.
    """

    of: PatternTrials
    W: Matrix
    root: Matrix
    moved: Matrix
    deviance: Matrix

    @property
    def shared(self) -> Shared:
        """The design of the trials."""
        return self.of.shared

    @property
    def _weights(self) -> Matrix:
        return np.asarray(self.of.n * self.W)

    def some(self, chosen: NDArray[np.intp]) -> PatternWeighed:
        """These trials alone."""
        made = PatternWeighed(
            self.of.some(chosen),
            self.W[:, chosen],
            self.root[chosen],
            self.moved[chosen],
            self.deviance[chosen],
        )
        carry(self, made, chosen)
        return made

    @property
    def beta(self) -> Matrix:
        """Coefficients of z by visit, R x p."""
        return np.asarray(self.of.origin + self.moved)

    @cached_property
    def products(self) -> Matrix:
        """Sums of r r' over the participants of a pattern: k x R x G."""
        of = self.of
        T, R, _, q = of.zy.shape
        own = self.moved.reshape(R, T, q)
        fitted = self._outer(own, own)
        for at, (t, s) in enumerate(of.shared.lower):
            one = (of.zy[s] @ own[:, t, :, None])[..., 0]
            other = one if t == s else (of.zy[t] @ own[:, s, :, None])[..., 0]
            fitted[at] += of.yy[at] - one - other
        return fitted

    @cached_property
    def second_moments(self) -> tuple[Matrix, Matrix]:
        """Sums of r r' and counts over available pairs of visits: R x T x T each."""
        of = self.of
        entry = of.design.entry
        both = np.stack([of.seen[..., t] & of.seen[..., s] for t, s in of.shared.lower])
        sums = (self.products * both).sum(axis=2)
        counts = (of.n * both).sum(axis=2)
        return sums[entry].transpose(2, 0, 1), counts[entry].transpose(2, 0, 1)

    def _outer(self, u: Matrix, v: Matrix) -> Matrix:
        """Sums of ``(z'u[t]) (z'v[s])``, u and v R x T x q, symmetrized: k x R x G."""
        a, b = self.of.design.pairs
        t, s = np.transpose(self.of.shared.lower)
        one = u[:, t][..., a] * v[:, s][..., b] + u[:, t][..., b] * v[:, s][..., a]
        return self._summed(one)

    def _summed(self, one: Matrix) -> Matrix:
        """Sums of ``z z'`` times coefficients of both orders, R x k x h: k x R x G."""
        one = one * (self.of.design.twice_pair / 2)
        made = self.of.zz @ one.swapaxes(1, 2)
        return np.ascontiguousarray(made.transpose(2, 0, 1))

    @cached_property
    def _squares(self) -> Matrix:
        """Sums of ``W r (W r)'``: k x R x G."""
        return sandwich(self.W, self.products, len(self.of.zy))

    @cached_property
    def _fit(self) -> Matrix:
        """Sums of ``W Z Phi Z' W``, Z the rows of a participant: k x R x G."""
        of = self.of
        T, R, _, q = of.zy.shape
        a, b = of.design.pairs
        t, s = np.transpose(of.shared.lower)
        blocks = self.Phi.reshape(R, T, q, T, q).transpose(0, 1, 3, 2, 4)[:, t, s]
        both = blocks[:, :, a, b] + blocks[:, :, b, a]
        return sandwich(self.W, self._summed(both), T)

    @cached_property
    def gradient(self) -> Matrix:
        """Of the deviance by the entries of S: R x k."""
        slope = self._weights - self._squares
        if self.of.shared.reml:
            slope = slope - self._fit
        return np.asarray((slope.sum(axis=2) * self.of.shared.twice[:, :, 0]).T)

    @cached_property
    def _moved(self) -> tuple[Matrix, Matrix]:
        """``tr(W S_h W S_j W r r')`` and ``root' Z' W S_h W r``, for all h and j."""
        of, W = self.of, self.W
        T, R, G, q = of.zy.shape
        own = self.moved.reshape(R, 1, T, q, 1)
        fitted = (of.zz[:, :, None, of.design.pair] @ own)[..., 0]  # R x G x T x q
        rz = of.zy - fitted.transpose(2, 0, 1, 3)
        wrz = times(W[..., None], rz)  # T x R x G x q
        every = wrz.transpose(1, 2, 0, 3).reshape(R, G, T * q)
        Q = (W.transpose(1, 0, 2) @ every).reshape(R, -1, T, q)
        entry = of.design.entry
        lower = of.shared.lower
        d_fit = np.empty((R, len(lower), T, q))
        for h, (t, s) in enumerate(lower):
            d_fit[:, h] = Q[:, entry[:, t], s]
            if t != s:
                d_fit[:, h] += Q[:, entry[:, s], t]
        flat = d_fit.reshape(R, len(lower), T * q)
        return self._traces(self._squares), flat @ self.root

    @cached_property
    def _d_inverse(self) -> Matrix:
        """``Z' W S_h W Z``: R x k x p x p."""
        of, W = self.of, self.W
        k, R, G = W.shape
        T, q = len(of.zy), of.zy.shape[3]
        h = of.zz.shape[2]
        weighed = (W.transpose(1, 2, 0)[..., None] * of.zz[:, :, None]).reshape(
            R, G, k * h
        )
        M = (W.transpose(1, 0, 2) @ weighed).reshape(R, k * k * h)
        entry, pair = of.design.entry, of.design.pair
        made = np.empty((R, k, T * q, T * q))
        for at, (t, s) in enumerate(of.shared.lower):
            where = entry[:, t][:, None] * k + entry[s][None]
            index = where[:, None, :, None] * h + pair[None, :, None, :]
            made[:, at] = M[:, index.reshape(T * q, T * q)]
            if t != s:
                where = entry[:, s][:, None] * k + entry[t][None]
                index = where[:, None, :, None] * h + pair[None, :, None, :]
                made[:, at] += M[:, index.reshape(T * q, T * q)]
        return made

    def degrees(self, L: Matrix) -> tuple[Matrix, Matrix]:
        """Variance and Satterthwaite's degrees of freedom of combinations: R x r each.

        Args:
            L: r x p, of the coefficients of z by visit.
        """
        T, R, _, q = self.of.zy.shape
        turned = L @ self.Phi  # R x r x p
        variance = (turned * L).sum(axis=2)
        spread = np.empty_like(variance)
        theta = 2 * np.linalg.inv(self.observed)
        twice = self.of.shared.twice[:, :, 0]
        for row in range(len(L)):
            own = turned[:, row].reshape(R, T, q)
            slope = sandwich(self.W, self._outer(own, own), T).sum(axis=2)
            g = (slope * twice).T
            spread[:, row] = (g * (theta @ g[..., None])[..., 0]).sum(axis=1)
        return variance, 2 * variance**2 / spread
