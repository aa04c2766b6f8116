"""One pass over the data: everything that the likelihood will ever need of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.blocks import Block, GridBlock
from equipoise.stats.mmrm.correlations import Matrix, Positions
from equipoise.stats.mmrm.design import Design
from equipoise.stats.mmrm.likelihood import Model
from equipoise.stats.mmrm.spatial import SpatialBlock, distances
from equipoise.stats.mmrm.structures import structure

SLICE = 2**12  # participants whose rows are copied together: some 2 MB
MANY = 4  # a tensor costs as much as so many participants for each visit
SMALL = 0.1  # smallest eigenvalue of the correlations at which the search begins


@dataclass(frozen=True)
class Moments:
    """The data, as far as the likelihood is concerned.

    Attributes:
        blocks: participants by group.
        start: covariance of least-squares residuals by group, positive definite.
        n_rows: n.
        n_subjects: participants with at least one row.
        n_coefficients: p.
        log_weight: sum of the logarithms of the weights.
        together: visits x visits, whether a participant of the group was rated at both; by
            group; empty for a spatial structure.
        largest: number of which a residual is the rest, by visit; of all for a spatial
            structure.
    """

    blocks: tuple[Block, ...]
    start: tuple[Matrix, ...]
    n_rows: int
    n_subjects: int
    n_coefficients: int
    log_weight: float
    together: tuple[NDArray[np.bool_], ...]
    largest: Matrix

    def model(self, basis: Basis, *, reml: bool) -> Model:
        """The likelihood of these data."""
        constant = -self.log_weight + (basis.log_det if reml else 0.0)
        return Model(self.blocks, self.n_rows, self.n_coefficients, constant, reml)


@dataclass
class _Pattern:
    """Participants of one group who were seen at the same visits, so far."""

    n: int
    tensor: Matrix | None
    rows: list[Matrix]


class Gatherer:
    """Adds participants, part by part; a part holds whole participants."""

    def __init__(
        self,
        basis: Basis,
        structure_name: str,
        at: Positions,
        unit: Matrix | None = None,
    ) -> None:
        self._basis = basis
        self._unit = unit
        self._largest = np.zeros(len(at))
        self._name = structure_name
        self._at = at
        self._n_visits = len(at)
        self._patterns: dict[tuple[int, bytes], _Pattern] = {}
        self._n_rows = self._n_subjects = 0
        self._log_weight = 0.0

    def add(self, part: Design) -> None:
        """Adds the participants of a part.

        Raises:
            AnalysisError: EQ404, a participant has rows in two groups.
        """
        _refuse_two_groups(part)
        self._n_rows += len(part.y)
        self._log_weight += float(np.log(part.weight).sum())
        first = np.flatnonzero(np.diff(part.subject, prepend=-1))
        self._n_subjects += len(first)
        ends = np.append(first, len(part.y))
        for at in range(0, len(first), SLICE):
            chosen = first[at : at + SLICE]
            stop = ends[min(at + SLICE, len(first))]
            self._add_slice(part, chosen, int(stop))

    def _add_slice(self, part: Design, first: NDArray[np.intp], stop: int) -> None:
        rows = slice(int(first[0]), stop)
        size = magnitude(part, self._basis, rows)
        np.maximum.at(self._largest, part.visit[rows], size)
        Z = standardized(part, self._basis, rows, self._unit)
        counts = np.diff(np.append(first, stop))
        person = np.repeat(np.arange(len(first)), counts)
        seen = np.zeros((len(first), self._n_visits), dtype=bool)
        seen[person, part.visit[rows]] = True
        group = part.group[first]
        keys = np.column_stack([np.packbits(seen, axis=1), group])
        kinds, kind = _distinct(keys)
        for number, example in enumerate(kinds):
            those = kind == number
            m = int(counts[example])
            begin = first[those] - first[0]
            index = begin[:, None] + np.arange(m)
            block = Z.take(index, axis=0)  # participants x m x q
            key = (int(group[example]), seen[example].tobytes())
            self._add_pattern(key, block)

    def _add_pattern(self, key: tuple[int, bytes], block: Matrix) -> None:
        n, m, q = block.shape
        pattern = self._patterns.setdefault(key, _Pattern(0, None, []))
        pattern.n += n
        pattern.rows.append(block)
        if pattern.tensor is not None or pattern.n > MANY * self._n_visits:
            if pattern.tensor is None:
                pattern.tensor = np.zeros((m * q, m * q))
            for rows in pattern.rows:
                flat = rows.reshape(len(rows), -1)
                pattern.tensor += flat.T @ flat
            pattern.rows.clear()

    def moments(self, n_groups: int) -> Moments:
        """What was added."""
        T = self._n_visits
        blocks: list[Block] = []
        starts, together = [], []
        q = len(self._basis.kept) + 1
        for group in range(n_groups):
            found = [(k[1], p) for k, p in self._patterns.items() if k[0] == group]
            found.sort(key=lambda item: (item[1].tensor is None, item[0]))
            seen = np.array([np.frombuffer(mask, dtype=bool) for mask, _ in found])
            dense = [(mask, p) for mask, p in found if p.tensor is not None]
            tensors = np.zeros((len(dense), T, T, q, q))
            for number, (mask, pattern) in enumerate(dense):
                at = np.flatnonzero(np.frombuffer(mask, dtype=bool))
                C = np.asarray(pattern.tensor).reshape(len(at), q, len(at), q)
                tensors[number][np.ix_(at, at)] = C.transpose(0, 2, 1, 3)
            n = np.array([pattern.n for _, pattern in found], dtype=float)
            rows = _padded(found[len(dense) :], T, q)
            unit = None if self._unit is None else self._unit[group]
            form = structure(self._name, self._at)
            block = GridBlock(form, seen, n, tensors, rows, unit)
            blocks.append(block)
            S, pairs = _start(block)
            starts.append(S if unit is None else S * np.outer(unit, unit))
            together.append(pairs)
        return Moments(
            blocks=tuple(blocks),
            start=tuple(starts),
            n_rows=self._n_rows,
            n_subjects=self._n_subjects,
            n_coefficients=q - 1,
            log_weight=self._log_weight,
            together=tuple(together),
            largest=self._largest,
        )


def moments(
    parts: Iterable[Design], basis: Basis, name: str, unit: Matrix | None = None
) -> Moments:
    """Sums of products of a design by pattern of visits.

    Args:
        parts: of the rows, each with whole participants.
        basis: the coordinates of the columns.
        name: covariance structure.
        unit: of the rows, groups x visits, powers of two; None for one in all.

    Raises:
        AnalysisError: EQ404, a participant has rows in two groups.

    Source: docs/methods/mmrm.md, equation (tensor); every quantity of Jennrich and
    Schluchter 1986, Biometrics 42:805-820, is a contraction of these sums.
    """
    several: Iterator[Design] = iter(parts)
    part = next(several)
    if part.places is not None:
        return spatial_moments(part, basis, name)
    gatherer = Gatherer(basis, name, part.at, unit)
    gatherer.add(part)
    n_groups = len(part.groups)
    for part in several:
        gatherer.add(part)
    return gatherer.moments(n_groups)


def spatial_moments(part: Design, basis: Basis, name: str) -> Moments:
    """Rows of each participant at its own coordinates."""
    _refuse_two_groups(part)
    first = np.flatnonzero(np.diff(part.subject, prepend=-1))
    counts = np.diff(np.append(first, len(part.y)))
    person = np.repeat(np.arange(len(first)), counts)
    N, T, q = len(first), int(counts.max()), len(basis.kept) + 1
    Z = np.zeros((N, T, q))
    Z[person, part.visit] = standardized(part, basis, slice(None))
    seen = np.zeros((N, T), dtype=bool)
    seen[person, part.visit] = True
    places = np.zeros((N, T, np.asarray(part.places).shape[1]))
    places[person, part.visit] = part.places
    apart = distances(places) * (seen[:, :, None] & seen[:, None])
    group = part.group[first]
    blocks: list[Block] = []
    starts = []
    for number in range(len(part.groups)):
        those = group == number
        block = SpatialBlock(name, seen[those], apart[those], Z[those])
        blocks.append(block)
        variance = float((Z[those][..., -1] ** 2).sum() / seen[those].sum())
        starts.append(np.array([[variance]]))
    return Moments(
        blocks=tuple(blocks),
        start=tuple(starts),
        n_rows=len(part.y),
        n_subjects=N,
        n_coefficients=q - 1,
        log_weight=float(np.log(part.weight).sum()),
        together=(),
        largest=magnitude(part, basis, slice(None)).max(keepdims=True),
    )


def standardized(
    part: Design, basis: Basis, rows: slice, unit: Matrix | None = None
) -> Matrix:
    """``[X, y]`` in the basis, times the root of the weight, in the units of visits."""
    X = part.X[rows]
    if len(basis.kept) < X.shape[1]:
        X = X[:, basis.kept]
    Z = np.empty((len(X), len(basis.kept) + 1))
    np.matmul(X, basis.turn, out=Z[:, :-1])
    Z[:, -1] = part.y[rows] - X @ basis.origin
    scale = np.sqrt(part.weight[rows])
    if unit is not None:
        scale = scale / unit[part.group[rows], part.visit[rows]]
    Z *= scale[:, None]
    return Z


def magnitude(part: Design, basis: Basis, rows: slice) -> Matrix:
    """Size of the outcome and of the terms that are subtracted from it, by row.

    The rounding of a residual is a part of these: an outcome near 0 that is 1.1 times a
    covariate near 1e8, less a constant, has residuals of 1e-8 that mean nothing.
    """
    taken = np.zeros(part.X.shape[1])
    taken[basis.kept] = np.abs(basis.origin)
    terms = np.abs(part.X[rows]) @ taken
    return np.asarray(np.abs(part.y[rows]) + terms)


def _distinct(keys: Matrix) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """An example of each distinct row, and the number of its kind for each row."""
    if keys.shape[1] <= 7:  # few enough bytes for one number
        single = keys.astype(np.int64) @ (256 ** np.arange(keys.shape[1]))
        if keys.shape[1] <= 2:  # few enough numbers for a table, without sorting
            first = np.full(int(single.max(initial=0)) + 1, -1)
            first[single[::-1]] = np.arange(len(single))[::-1]
            kinds = np.flatnonzero(first >= 0)
            number = np.empty(len(first), dtype=np.intp)
            number[kinds] = np.arange(len(kinds))
            return first[kinds], number[single]
        _, example, kind = np.unique(single, return_index=True, return_inverse=True)
    else:
        _, example, kind = np.unique(
            keys, axis=0, return_index=True, return_inverse=True
        )
    return example, kind.reshape(-1)


def _padded(found: list[tuple[bytes, _Pattern]], T: int, q: int) -> Matrix:
    """Rows of participants on the grid of all visits."""
    whole = []
    for mask, pattern in found:
        rows = np.concatenate(pattern.rows)
        padded = np.zeros((len(rows), T, q))
        padded[:, np.frombuffer(mask, dtype=bool)] = rows
        whole.append(padded)
    return np.concatenate(whole) if whole else np.zeros((0, T, q))


def _start(block: GridBlock) -> tuple[Matrix, NDArray[np.bool_]]:
    """Covariance of residuals on available pairs, made positive definite."""
    r = block.rows[..., -1]
    sums = r.T @ r + block.tensors[..., -1, -1].sum(axis=0)
    present = block.seen.astype(float)
    pairs = (present * block.n[:, None]).T @ present
    S = sums / np.maximum(pairs, 1)
    scale = np.sqrt(np.maximum(np.diag(S), np.finfo(float).tiny))
    values, vectors = np.linalg.eigh(S / np.outer(scale, scale))
    R = (vectors * np.maximum(values, SMALL)) @ vectors.T
    return np.asarray(R * np.outer(scale, scale)), pairs > 0


def _refuse_two_groups(part: Design) -> None:
    if len(part.groups) == 1:
        return
    both = (np.diff(part.subject) == 0) & (np.diff(part.group) != 0)
    if both.any():
        people = part.subjects[part.subject[:-1][both]]
        raise AnalysisError.single(
            "EQ404",
            f"rows in two groups: {counted(len(set(people)), 'participant')}",
            where=f"frame of the model, column {part.encoding.formula.group}",
            fix="give each participant one group",
            records=part.rows[np.isin(part.subject, part.subject[:-1][both])],
        )
