"""Designs of many trials in which each visit has coefficients of the same covariates.

Such as ``y ~ base * visit + arm * visit``. Letters as in ``pattern_trials``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.trials import Shared
from equipoise.stats.mmrm.triangles import place

SAME = 1e-10  # part of a visit's columns that the covariates leave


@dataclass(frozen=True)
class Saturated:
    """The design of trials that are saturated in the visits.

    Attributes:
        z: N x q, orthonormal columns; R x N x q where each trial has its own.
        turn: p x p; coefficients of z by visit are ``turn @ beta`` of the basis of X.
        shared: the same trials in general.
    """

    z: Matrix
    turn: Matrix
    shared: Shared

    @classmethod
    def of(cls, shared: Shared) -> Saturated | None:
        """None where columns differ between visits or a participant has no such row."""
        N, T, p = shared.X.shape
        q = p // T
        if q * T != p or q > N:
            return None
        left, values, _ = np.linalg.svd(shared.X[:, 0], full_matrices=False)
        z = np.ascontiguousarray(left[:, :q])
        if not values[q - 1] > SAME * values[0]:
            return None
        turn = np.einsum("nq,ntp->tqp", z, shared.X)
        rest = shared.X - np.einsum("nq,tqp->ntp", z, turn)
        if np.abs(rest).max() > SAME * np.abs(shared.X).max():
            return None
        flat = turn.reshape(p, p)
        if np.linalg.cond(flat) > 1 / SAME:
            return None
        return cls(z, flat, shared)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of covariates of the lower triangle of q x q."""
        return np.tril_indices(self.z.shape[-1])

    @cached_property
    def pair(self) -> NDArray[np.intp]:
        """Position of each pair of covariates in that triangle: q x q."""
        q = self.z.shape[-1]
        made = np.empty((q, q), dtype=np.intp)
        a, b = self.pairs
        made[a, b] = made[b, a] = np.arange(len(a))
        return made

    @cached_property
    def entry(self) -> NDArray[np.intp]:
        """Position of each pair of visits in the triangle of S: T x T."""
        T = self.shared.X.shape[1]
        return np.array([[place(t, s) for s in range(T)] for t in range(T)])

    @cached_property
    def square(self) -> NDArray[np.intp]:
        """Position of each entry of a p x p matrix in k x h: p x p."""
        h = len(self.pairs[0])
        made = self.entry[:, None, :, None] * h + self.pair[None, :, None, :]
        p = len(self.turn)
        return np.asarray(made.reshape(p, p))

    @cached_property
    def twice_pair(self) -> Matrix:
        """2 for pairs of different covariates, which stand for two: h."""
        a, b = self.pairs
        return np.asarray(2.0 - (a == b))
