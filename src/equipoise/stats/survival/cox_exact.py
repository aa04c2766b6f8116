"""The exact partial likelihood of discrete times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.survival.cox_likelihood import Likelihood

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


class ExactLikelihood:
    """Cox's likelihood of discrete times: which d of those at risk have the event.

    The denominator is the sum, over all sets of d participants at risk, of the product
    of their relative hazards: an elementary symmetric polynomial. It and its derivatives
    follow by adding one participant after the other.

    Args:
        X: N x p, centred by the caller.
        start: N, -inf for a row at risk from the beginning.
        stop: N.
        event: N.
        strata: N, 0, 1, ...

    Source: Cox 1972, JRSS B 34:187-220, section 6; Gail, Lubin and Rubinstein 1981,
    Biometrika 68:703-707; R coxph(ties = "exact"); SAS PROC PHREG TIES=DISCRETE.
    """

    def __init__(
        self, X: Numbers, start: Numbers, stop: Numbers, event: Flags, strata: Codes
    ) -> None:
        order = np.lexsort((-stop, strata))
        edges = np.flatnonzero(np.diff(strata[order])) + 1
        self.parts = [
            (X[rows], start[rows], stop[rows], event[rows])
            for rows in np.split(order, edges)
            if event[rows].any()
        ]
        self.p = X.shape[1]

    def at(self, beta: Numbers) -> Likelihood:
        """Value, score and information."""
        value, score = 0.0, np.zeros(self.p)
        information = np.zeros((self.p, self.p))
        for part in self.parts:
            v, u, j = _stratum(beta, *part)
            value, score, information = value + v, score + u, information + j
        return Likelihood(value, score, information)


def _stratum(
    beta: Numbers, X: Numbers, start: Numbers, stop: Numbers, event: Flags
) -> tuple[float, Numbers, Numbers]:
    """Sums over the event times of one stratum, whose latest times come first."""
    eta = X @ beta
    moments, size = np.unique(stop[event], return_counts=True)
    most = int(size.max())
    late = bool((start > -np.inf).any())
    # Relative hazards are scaled so that the largest polynomial is near 1.
    shift = float(eta.max() + np.log(len(eta) * np.e / most))
    value, score = 0.0, np.zeros(len(beta))
    information = np.zeros((len(beta), len(beta)))
    polynomials, added = _Polynomials(most, len(beta)), 0
    for moment, d in zip(moments[::-1], size[::-1], strict=True):
        if late:
            polynomials = _Polynomials(most, len(beta))
            rows = np.flatnonzero((stop >= moment) & (start < moment))
        else:
            last = len(stop) - int(np.searchsorted(stop[::-1], moment))
            rows, added = np.arange(added, last), last
        for row in rows:
            polynomials.add(float(np.exp(eta[row] - shift)), X[row])
        now = event & (stop == moment)
        E, G, H = polynomials.values(int(d))
        value += float(eta[now].sum() - np.log(E) - d * shift)
        score += X[now].sum(axis=0) - G / E
        information += H / E - np.outer(G, G) / E**2
    return value, score, information


class _Polynomials:
    """Elementary symmetric polynomials up to a degree, with two derivatives."""

    def __init__(self, degree: int, p: int) -> None:
        # Columns: the value, p first and p * p second derivatives.
        self.p, self.table = p, np.zeros((degree + 1, 1 + p + p * p))
        self.table[0, 0] = 1.0

    def add(self, w: float, x: Numbers) -> None:
        """One participant with relative hazard ``w``."""
        p, low = self.p, self.table[:-1]
        E, G = low[:, :1], low[:, 1 : 1 + p]
        first = G + E * x
        cross = x[None, :, None] * first[:, None, :] + G[:, :, None] * x[None, None, :]
        second = low[:, 1 + p :] + cross.reshape(len(low), -1)
        self.table[1:] += w * np.concatenate([E, first, second], axis=1)

    def values(self, degree: int) -> tuple[float, Numbers, Numbers]:
        """A polynomial, its gradient and its second derivatives."""
        row, p = self.table[degree], self.p
        return float(row[0]), row[1 : 1 + p], row[1 + p :].reshape(p, p)
