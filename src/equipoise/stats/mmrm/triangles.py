"""Symmetric matrices as lists of their lower triangle, many together.

Entry ``(t, s)`` with ``t >= s`` is an array over trials; loops run over entries, and
arithmetic over trials. For matrices of 4 to 10 rows that is as fast as compiled loops.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import SINGULAR, Matrix

Triangle = Sequence[Matrix]


def place(t: int, s: int) -> int:
    """Position of entry ``(t, s)`` in a lower triangle by rows."""
    return t * (t + 1) // 2 + s if t >= s else s * (s + 1) // 2 + t


def inverse(A: Triangle, T: int) -> tuple[list[Matrix], Matrix, NDArray[np.bool_]]:
    """Inverse, logarithm of the determinant, and whether it is positive definite.

    Where it is not, the other two mean nothing; nothing is raised.
    """
    L: list[Matrix] = []
    good = np.ones(np.shape(A[0]), dtype=bool)
    log_det = np.zeros(np.shape(A[0]))
    for t in range(T):
        for s in range(t + 1):
            rest = A[place(t, s)]
            for u in range(s):
                rest = rest - L[place(t, u)] * L[place(s, u)]
            if s < t:
                L.append(rest / L[place(s, s)])
                continue
            regular = rest > SINGULAR * A[place(t, t)]
            good &= regular
            rest = np.where(regular, rest, 1.0)
            log_det += np.log(rest)
            L.append(np.sqrt(rest))
    return _product(_unit_inverse(L, T), T), log_det, good


def _unit_inverse(L: list[Matrix], T: int) -> list[Matrix]:
    """Inverse of a lower triangular matrix."""
    G: list[Matrix] = []
    for t in range(T):
        own = 1 / L[place(t, t)]
        for s in range(t + 1):
            if s == t:
                G.append(own)
                continue
            total = L[place(t, s)] * G[place(s, s)]
            for u in range(s + 1, t):
                total = total + L[place(t, u)] * G[place(u, s)]
            G.append(-own * total)
    return G


def _product(G: list[Matrix], T: int) -> list[Matrix]:
    """``G' G`` of a lower triangular matrix."""
    W: list[Matrix] = []
    for t in range(T):
        for s in range(t + 1):
            total = G[place(t, t)] * G[place(t, s)]
            for u in range(t + 1, T):
                total = total + G[place(u, t)] * G[place(u, s)]
            W.append(total)
    return W


def times(W: Matrix, v: Matrix) -> Matrix:
    """Matrix times vector: ``W`` is k x ..., ``v`` is T x ...; T x ..."""
    T = len(v)
    out = np.empty_like(v)
    for t in range(T):
        total = W[place(t, 0)] * v[0]
        for s in range(1, T):
            total = total + W[place(t, s)] * v[s]
        out[t] = total
    return out


def sandwich(W: Matrix, G: Matrix, T: int) -> Matrix:
    """``W G W`` of two symmetric matrices, each k x ..."""
    half = [
        sum(W[place(t, u)] * G[place(u, s)] for u in range(T))
        for t in range(T)
        for s in range(T)
    ]
    out = [
        sum(half[t * T + u] * W[place(u, s)] for u in range(T))
        for t in range(T)
        for s in range(t + 1)
    ]
    return np.stack([np.asarray(each) for each in out])
