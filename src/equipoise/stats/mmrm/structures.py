"""Covariance matrices of the visits, with their derivatives by their parameters."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from equipoise.stats.mmrm.correlations import (
    FAMILIES,
    Correlation,
    Matrix,
    Positions,
)
from equipoise.stats.options import STRUCTURES

FAR = 150.0  # logarithm of a standard deviation whose derivatives can be computed


class Structure(Protocol):
    """A family of T x T covariance matrices S with k parameters ``theta``."""

    n_parameters: int

    def start(self, S: Matrix) -> Matrix:
        """Parameters near a positive definite matrix."""

    def covariance(self, theta: Matrix) -> Matrix:
        """S, T x T; not positive definite for every theta."""

    def first(self, theta: Matrix) -> Matrix:
        """First derivatives, k x T x T."""

    def second(self, theta: Matrix) -> Matrix | None:
        """Second derivatives, k x k x T x T; None where all are zero."""

    def reported(self) -> Structure:
        """The same family in the parameters of R mmrm."""


def structure(name: str, at: Positions) -> Structure:
    """The structure of that name, one of ``options.ON_VISITS``.

    Args:
        name: of the structure.
        at: positions of the rated visits among the planned visits, ascending. They
            matter where the covariance depends on the distance of visits: ar1, ar1h,
            toep, toeph.
    """
    entry = STRUCTURES[name]
    if entry.correlation == "us":
        return Unstructured(len(at))
    return Scaled(FAMILIES[entry.correlation], at, entry.by_visit)


class Unstructured:
    """Any covariance matrix, its parameters the entries of the lower triangle.

    S is linear in them: Fisher scoring then needs three to six steps.
    """

    def __init__(self, n_visits: int) -> None:
        self.rows, self.columns = np.tril_indices(n_visits)
        self.n_parameters = len(self.rows)
        number = np.arange(self.n_parameters)
        self._basis = np.zeros((self.n_parameters, n_visits, n_visits))
        self._basis[number, self.rows, self.columns] = 1
        self._basis[number, self.columns, self.rows] = 1
        self._n_visits = n_visits

    def start(self, S: Matrix) -> Matrix:
        """The entries of S."""
        return S[self.rows, self.columns]

    def covariance(self, theta: Matrix) -> Matrix:
        """The matrix of these entries."""
        S = np.empty((self._n_visits, self._n_visits))
        S[self.rows, self.columns] = theta
        S[self.columns, self.rows] = theta
        return S

    def first(self, theta: Matrix) -> Matrix:
        """Constant matrices of zeros and ones."""
        del theta
        return self._basis

    def second(self, theta: Matrix) -> None:
        """Zero: S is linear in its entries."""

    def reported(self) -> Structure:
        """The log-Cholesky form."""
        return LogCholesky(self._n_visits)


class LogCholesky:
    """Any covariance matrix, without constraints on its parameters.

    ``S = D L L' D`` with ``D`` diagonal, its logarithms first, then the entries of the
    unit lower triangular ``L`` by rows: the parameters of R mmrm for ``us``.

    Source: Pinheiro and Bates 1996, Stat Comput 6:289-296; R mmrm.
    """

    def __init__(self, n_visits: int) -> None:
        self._n_visits = n_visits
        self._rows, self._columns = np.tril_indices(n_visits, -1)
        self.n_parameters = n_visits + len(self._rows)

    def start(self, S: Matrix) -> Matrix:
        """Logarithms of the diagonal of the Cholesky factor, then its scaled rows."""
        root = np.linalg.cholesky(S)
        sd = np.diag(root)
        below = root[self._rows, self._columns] / sd[self._rows]
        return np.concatenate([np.log(sd), below])

    def covariance(self, theta: Matrix) -> Matrix:
        """S at theta; always positive definite up to rounding."""
        root = self._root(theta)
        return np.asarray(root @ root.T)

    def first(self, theta: Matrix) -> Matrix:
        """``dL L' + L dL'``."""
        half = self._d_root(theta) @ self._root(theta).T
        return np.asarray(half + half.swapaxes(1, 2))

    def second(self, theta: Matrix) -> Matrix:
        """``d2L L' + dL dL' + dL dL' + L d2L'``."""
        root, d = self._root(theta), self._d_root(theta)
        T, k = self._n_visits, self.n_parameters
        d2 = np.zeros((k, k, T, T))
        for a in range(T):  # scaling row a twice, and scaling it and moving an entry
            d2[a, a, a] = root[a]
            entries = T + np.flatnonzero(self._rows == a)
            d2[a, entries] = d2[entries, a] = d[entries]
        half = d2 @ root.T + np.einsum("hts,jus->hjtu", d, d)
        return np.asarray(half + half.swapaxes(2, 3))

    def reported(self) -> Structure:
        """Itself."""
        return self

    def _root(self, theta: Matrix) -> Matrix:
        T = self._n_visits
        unit = np.eye(T)
        unit[self._rows, self._columns] = theta[T:]
        return np.asarray(np.exp(theta[:T])[:, None] * unit)

    def _d_root(self, theta: Matrix) -> Matrix:
        T = self._n_visits
        d = np.zeros((self.n_parameters, T, T))
        each = np.arange(T)
        d[each, each] = self._root(theta)
        below = T + np.arange(len(self._rows))
        d[below, self._rows, self._columns] = np.exp(theta[:T])[self._rows]
        return d


class Scaled:
    """Standard deviations times a correlation matrix: ``S = D R D``.

    Parameters: the logarithm of the standard deviation, one or one for each visit; then
    those of the correlation.

    Source: R mmrm, vignette "Covariance structures"; SAS TYPE=AR(1), ARH(1), CS, CSH,
    TOEP, TOEPH, ANTE(1).
    """

    def __init__(self, family: Correlation, at: Positions, heterogeneous: bool) -> None:
        n_visits = len(at)
        self._family = family
        self._at = at
        self._n_visits = n_visits
        self._sd = np.eye(n_visits) if heterogeneous else np.ones((1, n_visits))
        self.n_parameters = len(self._sd) + family.n(at)

    def start(self, S: Matrix) -> Matrix:
        """Mean variance, and mean correlations by lag."""
        sd = np.sqrt(np.diag(S))
        logs = np.log(self._sd @ np.diag(S) / self._sd.sum(axis=1)) / 2
        if self._n_visits == 1:
            return np.asarray(logs)
        rho = self._family.start(S / np.outer(sd, sd), self._at)
        for _ in range(60):  # towards independence, until S is positive definite
            theta = np.concatenate([logs, rho])
            if np.linalg.eigvalsh(self._correlation(theta)[0])[0] > 0.05:
                break
            rho = rho * 0.8
        return np.concatenate([logs, rho])

    def covariance(self, theta: Matrix) -> Matrix:
        """S at theta."""
        return np.asarray(self._scale(theta) * self._correlation(theta)[0])

    def first(self, theta: Matrix) -> Matrix:
        """By the logarithms of the standard deviations, then by the correlation."""
        scale = self._scale(theta)
        R, dR, _ = self._correlation(theta)
        return np.concatenate([scale * R * self._both(), scale * dR])

    def second(self, theta: Matrix) -> Matrix:
        """The same, twice."""
        scale, both = self._scale(theta), self._both()
        R, dR, d2R = self._correlation(theta)
        s, k = len(both), self.n_parameters
        d2 = np.empty((k, k, self._n_visits, self._n_visits))
        d2[:s, :s] = scale * R * both[:, None] * both[None]
        d2[:s, s:] = scale * both[:, None] * dR[None]
        d2[s:, :s] = d2[:s, s:].swapaxes(0, 1)
        d2[s:, s:] = scale * d2R
        return d2

    def reported(self) -> Structure:
        """Itself."""
        return self

    def _both(self) -> Matrix:
        """How often each standard deviation enters each entry: 0, 1 or 2."""
        return np.asarray(self._sd[:, :, None] + self._sd[:, None, :])

    def _scale(self, theta: Matrix) -> Matrix:
        logs = theta[: len(self._sd)] @ self._sd
        if not (np.abs(logs) < FAR).all():
            raise np.linalg.LinAlgError("a standard deviation beyond the arithmetic")
        sd = np.exp(logs)
        return np.outer(sd, sd)

    def _correlation(self, theta: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        T = self._n_visits
        if T == 1:
            return np.ones((1, 1)), np.zeros((0, 1, 1)), np.zeros((0, 0, 1, 1))
        return self._family.values(theta[len(self._sd) :], self._at)
