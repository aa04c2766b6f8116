"""A second look at the rows, participant by participant, once theta is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.aliasing import Basis
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design
from equipoise.stats.mmrm.likelihood import Model
from equipoise.stats.mmrm.moments import standardized
from equipoise.stats.mmrm.spatial import distances

SLICE = 2**12  # participants together


@dataclass(frozen=True)
class ParticipantRows:
    """Some participants on the grid of all visits.

    Attributes:
        rows: their rows in the part.
        person: position of the participant of each row.
        slot: position of the visit of each row.
        Z: ``[X, y]`` in the basis times the root of the weight: n x T x q.
        S: covariance of the weighted rows, the unit matrix where nothing was seen.
    """

    rows: slice
    person: NDArray[np.intp]
    slot: NDArray[np.intp]
    Z: Matrix
    S: Matrix

    def whitened(self) -> Matrix:
        """Z with independent rows of unit variance, by the Cholesky factor of S."""
        return np.asarray(np.linalg.solve(np.linalg.cholesky(self.S), self.Z))


def participant_rows(
    part: Design, basis: Basis, model: Model, theta: Matrix
) -> Iterator[ParticipantRows]:
    """The participants of a part, some thousand at a time."""
    first = np.flatnonzero(np.diff(part.subject, prepend=-1))
    ends = np.append(first, len(part.y))
    counts = np.diff(ends)
    T = len(part.visits)
    for at in range(0, len(first), SLICE):
        upto = min(at + SLICE, len(first))
        rows = slice(int(first[at]), int(ends[upto]))
        person = np.repeat(np.arange(upto - at), counts[at:upto])
        slot = part.visit[rows]
        Z = np.zeros((upto - at, T, len(basis.kept) + 1))
        Z[person, slot] = standardized(part, basis, rows)
        seen = np.zeros((upto - at, T), dtype=bool)
        seen[person, slot] = True
        group = part.group[first[at:upto]]
        S = _covariances(part, model, theta, group, (rows, person, slot), T)
        pairs = seen[:, :, None] & seen[:, None, :]
        yield ParticipantRows(rows, person, slot, Z, np.where(pairs, S, np.eye(T)))


def _covariances(
    part: Design,
    model: Model,
    theta: Matrix,
    group: NDArray[np.intp],
    where: tuple[slice, NDArray[np.intp], NDArray[np.intp]],
    T: int,
) -> Matrix:
    if part.places is None:
        return np.asarray(np.stack(model.covariances(theta))[group])
    rows, person, slot = where
    places = np.zeros((len(group), T, part.places.shape[1]))
    places[person, slot] = part.places[rows]
    S = np.empty((len(group), T, T))
    pairs = zip(model.blocks, model.split(theta), strict=True)
    for number, (block, own) in enumerate(pairs):
        those = group == number
        S[those] = block.covariance(own, distances(places[those]))
    return S
