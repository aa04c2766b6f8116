"""Observed and average information of many trials, however their sums are made."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix

CARRIED = {
    "gradient": 0,
    "observed": 0,
    "Phi": 0,
    "_moved": 0,
    "_fit": 1,
    "_squares": 1,
}


class Information:
    """Derivatives of the deviance that do not depend on how the sums are made.

    A subclass has ``W`` and ``root``, and the parts that are declared here.
    """

    W: Matrix
    root: Matrix
    _moved: Any
    _fit: Any
    _d_inverse: Any

    @property
    def shared(self) -> Any:
        """The design of the trials."""
        raise NotImplementedError

    @property
    def _weights(self) -> Matrix:
        """Sums of W over the participants that share it."""
        raise NotImplementedError

    @cached_property
    def Phi(self) -> Matrix:  # noqa: N802 - as the papers write it
        """Covariance of the coefficients, R x p x p."""
        return np.asarray(self.root @ self.root.swapaxes(1, 2))

    @cached_property
    def average(self) -> Matrix:
        """Mean of observed and expected information: R x k x k.

        Source: Gilmour, Thompson and Cullis 1995, Biometrics 51:1440-1450;
        docs/methods/mmrm.md, equation (average).
        """
        of_residuals, moved = self._moved
        return np.asarray(of_residuals - moved @ moved.swapaxes(1, 2))

    @cached_property
    def observed(self) -> Matrix:
        """Second derivatives of the deviance: R x k x k."""
        of_residuals, moved = self._moved
        information = 2 * of_residuals - 2 * moved @ moved.swapaxes(1, 2)
        information = information - self._traces(self._weights)
        if self.shared.reml:
            information = information + 2 * self._traces(self._fit)
            k = information.shape[1]
            R, p, _ = self.root.shape
            half = (self._d_inverse.reshape(R, k * p, p) @ self.root).reshape(
                R, k, p, p
            )
            turned = half.swapaxes(2, 3).reshape(R, k * p, p) @ self.root
            flat = turned.reshape(R, k, p * p)
            information = information - flat @ flat.swapaxes(1, 2)
        return np.asarray((information + information.swapaxes(1, 2)) / 2)

    def _traces(self, Y: Matrix) -> Matrix:
        """``sum tr(W S_h Y S_j)`` over participants or patterns: R x k x k, symmetric."""
        one = self.W.transpose(1, 0, 2) @ Y.transpose(1, 2, 0)  # R x k x k
        flat = self.shared.tracing @ one.reshape(len(one), -1).T
        made = np.asarray(flat).T.reshape(one.shape)
        return np.asarray((made + made.swapaxes(1, 2)) / 2)


def carry(old: object, new: object, chosen: NDArray[np.intp]) -> None:
    """What was derived for all trials is not derived again for some of them."""
    for name, axis in CARRIED.items():
        found = old.__dict__.get(name)
        if isinstance(found, tuple):
            new.__dict__[name] = tuple(np.take(one, chosen, axis) for one in found)
        elif found is not None:
            new.__dict__[name] = np.take(found, chosen, axis)
