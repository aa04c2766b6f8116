"""The rank of the model matrix, and a basis in which the engine computes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design

SLICE = 2**14  # rows of X that are worked on together
APART = 1e-3  # part of a column that the others leave, for Cholesky to be safe
ALIASED = 1e-7  # part of a column that those before it leave, as in R's qr


@dataclass(frozen=True)
class Basis:
    """Columns of X that are kept, and coordinates in which they are orthonormal.

    ``X[:, kept] @ turn`` has columns of length ``sqrt(n)`` at right angles; ``y`` less
    ``X[:, kept] @ origin`` is the residual of least squares. Normal equations lose no
    digits there, and a linear change of the covariates changes nothing.

    Attributes:
        kept: positions of the columns that are kept.
        turn: p x p, upper triangular.
        origin: coefficients of least squares, p.
        null: combinations of all columns that are zero in every row, as columns.
        cross: ``X' X`` of all columns of X.

    Source: docs/methods/mmrm.md, equation (basis).
    """

    kept: Matrix
    turn: Matrix
    origin: Matrix
    null: Matrix
    cross: Matrix

    @property
    def log_det(self) -> float:
        """Of the inverse of ``turn @ turn.T``, which the REML likelihood needs."""
        return -2 * float(np.log(np.abs(np.diag(self.turn))).sum())


def basis(parts: Iterable[Design]) -> Basis:
    """Rank and basis of a model matrix that comes in parts.

    A column is aliased when the columns before it leave less than 1e-7 of its length,
    as in R.

    Raises:
        AnalysisError: EQ404, no more rows than independent columns.
    """
    R, n = np.zeros((0, 0)), 0
    for part in parts:
        n += len(part.y)
        for at in range(0, len(part.y), SLICE):
            rows = slice(at, at + SLICE)
            X = part.X[rows]
            block = np.empty((len(X), X.shape[1] + 1))
            block[:, :-1], block[:, -1] = X, part.y[rows]
            own = _square_root(block)
            R = _triangle(np.vstack([R, own])) if len(R) else own
    kept = _independent(R[:, :-1])
    p, q = len(kept), R.shape[1]
    if n <= p:
        raise AnalysisError.single(
            "EQ404",
            f"{n} rows for {p} coefficients",
            where="frame of the model",
            fix="take covariates or visits out of the model",
        )
    small = _triangle(R[:, [*kept, q - 1]])
    upper, fitted = small[:p, :p], small[:p, p]
    dropped = [j for j in range(q - 1) if j not in set(kept)]
    null = np.zeros((q - 1, len(dropped)))
    if dropped:
        explained = np.linalg.lstsq(R[:, kept], R[:, dropped], rcond=None)[0]
        null[kept] = explained
        null[dropped] = -np.eye(len(dropped))
    inverse = solve_triangular(upper, np.eye(p))
    return Basis(
        kept=np.array(kept, dtype=np.intp),
        turn=inverse * np.sqrt(n),
        origin=inverse @ fitted,
        null=null,
        cross=R[:, :-1].T @ R[:, :-1],
    )


def _square_root(block: Matrix) -> Matrix:
    """R with ``R' R = block' block``.

    By Cholesky where the columns are far from dependent, which is several times faster;
    by QR, which loses no digits, wherever they are not.
    """
    gram = block.T @ block
    length = np.sqrt(np.diag(gram))
    if (length > 0).all():
        try:
            lower = np.linalg.cholesky(gram / np.outer(length, length))
        except np.linalg.LinAlgError:
            return _triangle(block)
        if np.diag(lower).min() > APART:
            return np.asarray(lower.T * length)
    return _triangle(block)


def _triangle(block: Matrix) -> Matrix:
    return np.asarray(np.linalg.qr(block, mode="r"))


def _independent(R: Matrix) -> list[int]:
    """Columns in order, without those that the columns before them span."""
    kept: list[int] = []
    found = np.zeros((len(R), 0))
    for j in range(R.shape[1]):
        column = R[:, j]
        rest = column - found @ (found.T @ column)
        rest = rest - found @ (found.T @ rest)  # twice is enough
        length = np.linalg.norm(rest)
        if length > ALIASED * np.linalg.norm(column) and length > 0:
            kept.append(j)
            found = np.column_stack([found, rest / length])
    return kept
