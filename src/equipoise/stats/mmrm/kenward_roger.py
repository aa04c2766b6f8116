"""Kenward and Roger's covariance of the coefficients, and their degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.inference import Satterthwaite, theta_covariance
from equipoise.stats.mmrm.likelihood import Likelihood, Model

FEW = 60  # participants, some 30 per arm: below, the form of R is told in any case
DIFFERENT = 0.01  # of a standard error, between the forms of R and SAS
EQUAL = 1e-6  # of a standard error: the same number


@dataclass(frozen=True)
class KenwardRoger:
    """The covariance is enlarged for the uncertainty of theta.

    Source: Kenward and Roger 1997, Biometrics 53:983-997, equations 3 to 9; R mmrm,
    vignette "Kenward-Roger"; SAS PROC MIXED, DDFM=KR and KR(LINEAR).
    """

    at: Likelihood
    Phi: Matrix

    def single(self, L: Matrix) -> Matrix:
        """Those of Satterthwaite: for one combination the two agree exactly."""
        return Satterthwaite(self.at, self.at.Phi).single(L)

    def joint(self, L: Matrix) -> tuple[float, float]:
        """``m`` and the factor ``lambda`` of the F statistic.

        Source: docs/methods/mmrm.md, equation (kenward-roger-f).
        """
        r = len(L)
        lower = np.linalg.cholesky(L @ self.at.Phi @ L.T)
        side = np.linalg.solve(lower, L @ self.at.Phi)
        G = side @ self.at.d_inverse @ side.T  # k x r x r
        w = theta_covariance(self.at)
        traces = np.trace(G, axis1=1, axis2=2)
        flat = G.reshape(len(G), -1)
        a1 = float(traces @ w @ traces)
        a2 = float((w * (flat @ flat.T)).sum())
        if r == 1:
            return 2 / a2, 1.0
        b = (a1 + 6 * a2) / (2 * r)
        g = ((r + 1) * a1 - (r + 4) * a2) / ((r + 2) * a2)
        below = 3 * r + 2 * (1 - g)
        c1, c2, c3 = g / below, (r - g) / below, (r + 2 - g) / below
        mean = 1 / (1 - a2 / r)
        variance = 2 / r * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        rho = variance / (2 * mean**2)
        m = 4 + (r + 2) / (r * rho - 1)
        return m, m / (mean * (m - 2))


def kenward_roger(model: Model, at: Likelihood, *, linear: bool) -> KenwardRoger:
    """The adjusted covariance at a maximum.

    Args:
        model: the likelihood.
        at: at its maximum.
        linear: leave out the second derivatives of the covariance matrix, as SAS
            KR(LINEAR) does; without them the parameterization does not matter. With
            them it does: this uses the parameters of R mmrm.

    Source: docs/methods/mmrm.md, equation (kenward-roger).
    """
    w = theta_covariance(at)
    p = len(at.beta)
    Q, R = np.zeros((p, p)), np.zeros((p, p))
    offset = 0
    for block, theta in zip(model.blocks, model.split(at.theta), strict=True):
        those = slice(offset, offset + block.n_parameters)
        offset += block.n_parameters
        own = w[those, those]
        if not linear:
            block, theta, jacobian = block.reported(theta)
            size = np.abs(jacobian).max(axis=1)  # entries of visits in their own units
            inverse = np.linalg.inv(jacobian / size[:, None]) / size
            own = inverse @ own @ inverse.T
        q, r = block.adjustment(theta, block.weigh(theta), own)
        Q, R = Q + q, R + r
    P = at.d_inverse
    between = np.tensordot(w, P @ at.Phi, ((1,), (0,)))  # sum_j w_hj P_j Phi
    PhiP = np.einsum("hab,hbc->ac", between, P, optimize=True)
    inner = Q - PhiP - (0 if linear else R / 4)
    Phi = at.Phi + 2 * at.Phi @ inner @ at.Phi
    return KenwardRoger(at, (Phi + Phi.T) / 2)


def caution(turn: Matrix, own: Matrix, linear: Matrix, n: int) -> tuple[str, ...]:
    """A warning where the form of R and the linear one give other standard errors.

    Args:
        turn: coordinates of the basis.
        own: covariance of the coefficients in the form of R.
        linear: the same in the linear form.
        n: participants.

    Source: public report openpharma/mmrm#510; docs/methods/mmrm-calibration.md.
    """
    variances = [((turn @ Phi) * turn).sum(axis=1) for Phi in (own, linear)]
    ratio = np.sqrt(variances[0] / variances[1]) - 1
    worst = float(ratio[np.abs(ratio).argmax()])
    if abs(worst) < (EQUAL if n < FEW else DIFFERENT):
        return ()
    side = "below" if worst < 0 else "above"
    return (
        f"kenward-roger is the form of R mmrm: standard errors are up to "
        f"{abs(worst):.1%} {side} those of SAS DDFM=KR(LINEAR), which "
        "kenward-roger-linear gives",
    )
