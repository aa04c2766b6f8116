"""The rank of the model matrix, and a basis in which the engine computes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design

SLICE = 2**14  # rows of X that are worked on together
APART = 1e-3  # part of a column that the others leave: it is not nearly aliased
ALIASED = 1e-7  # part of a column that those before it leave, as in R's qr
ROUNDING = 1e-11  # of a column: what is left of it is rounding, whatever its location
# Of a combination. A dropped column may differ by ALIASED from what the kept columns
# make of it, which their coefficients share out, amplified by their own correlation;
# an effect that is lost is of the order of one over the number of cells.
LOST = 100 * ALIASED


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
        factor: of all columns of X, ``factor' factor = X' X``.
        lengths: root of the mean square of each column, one for a column of zeros.
        n_rows: n.

    Source: docs/methods/mmrm.md, equation (basis).
    """

    kept: NDArray[np.intp]
    turn: Matrix
    origin: Matrix
    null: Matrix
    factor: Matrix
    lengths: Matrix
    n_rows: int

    @property
    def log_det(self) -> float:
        """Of the inverse of ``turn @ turn.T``, which the REML likelihood needs."""
        return -2 * float(np.log(np.abs(np.diag(self.turn))).sum())

    @property
    def cross(self) -> Matrix:
        """``X' X`` of all columns."""
        return np.asarray(self.factor.T @ self.factor)

    def needed(self, L: Matrix) -> tuple[Matrix, Matrix]:
        """What combinations of all columns need of the dropped ones, and their size.

        Each coefficient counts by the length of its column, so that units of covariates
        do not matter: combinations x dropped columns, and combinations.
        """
        sizes = np.abs(L / self.lengths).max(axis=1, initial=0.0)
        lost = self.null * self.lengths[:, None]
        lost = lost / np.maximum(np.abs(lost).max(axis=0, initial=0.0), 1e-300)
        return np.asarray((L / self.lengths) @ lost), np.asarray(sizes)

    def lost(self, L: Matrix) -> NDArray[np.bool_]:
        """Whether each combination needs a column that was dropped.

        Source: docs/methods/mmrm.md, equation (estimable).
        """
        needed, sizes = self.needed(L)
        return np.asarray((np.abs(needed) > LOST * sizes[:, None]).any(axis=1))


def basis(parts: Iterable[Design]) -> Basis:
    """Rank and basis of a model matrix that comes in parts.

    A column is aliased when the columns before it leave less than 1e-7 of its length,
    as in R, unless that is nearly all that varies in it: a covariate with mean 1e8 and
    standard deviation 8 is kept. What varies is what the terms that its term contains
    leave: of a covariate, its deviations from the mean.

    Raises:
        AnalysisError: EQ404, no more rows than independent columns.
    """
    several = iter(parts)
    R, n, margins = np.zeros((0, 0)), 0, None
    for part in several:
        R, n = _added(R, part.X, part.y), n + len(part.y)
        if margins is None:
            margins = _margins(part)
    kept = _independent(R[:, :-1], margins or {})
    p, q = len(kept), R.shape[1]
    if n <= p:
        raise AnalysisError.single(
            "EQ404",
            f"{counted(n, 'row')} for {p} coefficients",
            where="frame of the model",
            fix="take covariates or visits out of the model",
        )
    dropped = [j for j in range(q - 1) if j not in set(kept)]
    small = R if not dropped else _triangle(R[:, [*kept, *dropped, q - 1]])
    inverse = np.asarray(np.linalg.inv(small[:p, :p]))  # upper: no pivoting
    lengths = np.sqrt((R[:, :-1] ** 2).sum(axis=0) / n)
    lengths[lengths == 0] = 1.0
    null = np.zeros((q - 1, len(dropped)))
    if dropped:
        null[kept] = inverse @ small[:p, p:-1]
        null[dropped] = -np.eye(len(dropped))
    return Basis(
        kept=np.array(kept, dtype=np.intp),
        turn=inverse * np.sqrt(n),
        origin=inverse @ small[:p, -1],
        null=null,
        factor=R[:, :-1],
        lengths=lengths,
        n_rows=n,
    )


def in_units(parts: Iterable[Design], of: Basis, unit: Matrix) -> Basis:
    """The basis of the same columns where the rows of each visit have their own unit.

    Args:
        parts: of the rows.
        of: the basis in one unit; which columns are kept does not depend on units.
        unit: groups x visits, positive.
    """
    R = np.zeros((0, 0))
    for part in parts:
        scale = 1 / unit[part.group, part.visit]
        R = _added(R, part.X[:, of.kept] * scale[:, None], part.y * scale)
    p = len(of.kept)
    inverse = np.asarray(np.linalg.inv(R[:p, :p]))
    turn = inverse * np.sqrt(of.n_rows)
    return replace(of, turn=turn, origin=inverse @ R[:p, p])


def _added(R: Matrix, X: Matrix, y: Matrix) -> Matrix:
    """The triangle of ``[X, y]`` under the rows that were there before."""
    for at in range(0, len(y), SLICE):
        rows = slice(at, at + SLICE)
        block = np.empty((len(y[rows]), X.shape[1] + 1))
        block[:, :-1], block[:, -1] = X[rows], y[rows]
        own = _square_root(block)
        R = _triangle(np.vstack([R, own])) if len(R) else own
    return R


def _margins(part: Design) -> dict[int, list[int]]:
    """For each column of X, those of the terms that its term contains."""
    encoding = part.encoding
    if part.X.shape[1] != len(encoding.names):
        return {}
    terms = {
        name: frozenset(() if name == "1" else name.split(":"))
        for name in encoding.columns
    }
    return {
        j: [
            i for other in terms if terms[other] < term for i in encoding.columns[other]
        ]
        for name, term in terms.items()
        for j in encoding.columns[name]
    }


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


def _independent(R: Matrix, margins: dict[int, list[int]]) -> list[int]:
    """Columns in order, without those that the columns before them span."""
    lengths = np.sqrt((R**2).sum(axis=0))
    if len(R) >= R.shape[1] and (np.abs(np.diag(R)) > APART * lengths).all():
        return list(range(R.shape[1]))
    kept: list[int] = []
    found = np.zeros((len(R), 0))
    for j, length in enumerate(lengths):
        rest = _beside(R[:, j], found)
        left = np.linalg.norm(rest)
        if left <= ALIASED * length:
            scaled = R[:, margins.get(j, [])]
            scaled = scaled / np.maximum(np.linalg.norm(scaled, axis=0), 1e-300)
            inside = scaled @ np.linalg.lstsq(scaled, R[:, j], rcond=ROUNDING)[0]
            outside = np.linalg.norm(R[:, j] - inside)
            if left <= APART * outside or left <= ROUNDING * length:
                continue
        kept.append(j)
        found = np.column_stack([found, rest / left])
    return kept


def _beside(column: Matrix, basis: Matrix) -> Matrix:
    """What orthonormal columns leave of a column; twice is enough."""
    rest = column - basis @ (basis.T @ column)
    return np.asarray(rest - basis @ (basis.T @ rest))
