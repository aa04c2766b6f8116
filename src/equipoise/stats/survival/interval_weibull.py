"""Weibull regression of times that are known to lie in an interval, by its likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LARGEST = 50.0  # exponent: beyond it a probability is 0 to the last digit
CLOSE = 1e-18  # Newton decrement: the standard error is then right to nine digits
STEPS = 200
ROUNDING = 1e-12  # relative, of a sum of log-likelihoods
DAMPED, HOPELESS = 1e-3, 1e12
Times = NDArray[np.float64]
Likelihood = tuple[float, Times, Times]


def weibull(
    since: Times, until: Times, treated: NDArray[np.bool_]
) -> tuple[float, float] | None:
    """Logarithm of the ratio of times of two groups, and its standard error.

    The model is log T = m + b treated + s log E with E exponential. Its maximum is found
    by Newton's method with damping (Levenberg and Marquardt); b and its standard error
    from the observed information are those of survreg.

    Args:
        since: N, left ends, not negative; 0 is no left end.
        until: N, right ends: after ``since``, equal to it for an exact time (which is
            then positive), or infinite.
        treated: N, the group whose times are compared with the others'.

    Returns:
        None where the search finds no maximum.

    Source: Turnbull 1976, JRSS B 38:290-295 (the censoring); Kalbfleisch and Prentice
    2002, sections 2.2 and 3.2 (the likelihood); R survival::survreg, type interval2.
    """
    with np.errstate(divide="ignore"):
        ends = np.log(since), np.log(until)
    X = np.column_stack([np.ones(len(since)), treated.astype(float)])
    middle = np.log(np.where(np.isfinite(until), (since + until) / 2, since + 0.5))
    theta = np.array([middle.mean(), 0.0, np.log(max(float(middle.std()), 0.3))])
    value, score, information = _likelihood(theta, *ends, X)
    damping = 0.0
    for _ in range(STEPS):
        system = information + damping * np.eye(3)
        if np.linalg.eigvalsh(system)[0] > 0:
            step = np.linalg.solve(system, score)
            if damping == 0 and score @ step < CLOSE:
                error = np.linalg.inv(information)[1, 1] ** 0.5
                return float(theta[1] + step[1]), float(error)
            slack = ROUNDING * (1 + abs(value))
            new = _likelihood(theta + step, *ends, X) if _near(theta + step) else None
            if new and _usable(new) and new[0] >= value - slack:
                theta = theta + step
                value, score, information = new
                damping = damping / 10 if damping > DAMPED else 0.0
                continue
        damping = max(10 * damping, DAMPED)
        if damping > HOPELESS:
            return None
    return None


def _near(theta: Times) -> bool:
    """Whether a scale is one that arithmetic can carry."""
    return bool(np.isfinite(theta).all() and abs(theta[2]) < LARGEST / 2)


def _usable(new: Likelihood) -> bool:
    return bool(
        np.isfinite(new[0]) and all(np.isfinite(part).all() for part in new[1:])
    )


@np.errstate(over="ignore", invalid="ignore", divide="ignore")
def _likelihood(theta: Times, low: Times, high: Times, X: Times) -> Likelihood:
    """Log-likelihood with its gradient and minus its Hessian.

    With w = (log t - m - b treated) / s, an interval has exp(-e^w) of its left end less
    that of its right end; an exact time has the density.
    """
    s = float(np.exp(theta[2]))
    center = X @ theta[:2]
    bounded, begun, exact = np.isfinite(high), np.isfinite(low), low == high
    left = np.where(begun, (low - center) / s, 0.0)
    right = np.where(bounded, (high - center) / s, 0.0)
    a = np.where(begun, np.exp(np.minimum(left, LARGEST)), 0.0)
    b = np.where(bounded, np.exp(np.minimum(right, LARGEST)), np.inf)
    inside = -np.expm1(a - b)  # probability of the interval after its left end
    value = np.where(exact, left - a - theta[2] - low, np.log(inside) - a)
    P = np.where(exact, a - 1, a / inside)
    Q = np.where(exact | ~bounded, 0.0, b / np.expm1(b - a))
    curvature = np.where(exact, -a, -P * (1 - a) - P**2)
    bend = np.where(Q > 0, Q * (1 - b) - Q**2, 0.0)
    first = np.stack([-P, Q])
    second = np.array([[curvature, P * Q], [P * Q, bend]])
    w = np.stack([left, right])
    scale = np.array([np.full_like(w, -1 / s), -w])  # derivatives of w by m and log s
    g = np.einsum("en,ken->kn", first, scale)
    h = np.einsum("ken,efn,lfn->kln", scale, second, scale)
    h[0, 1] += first.sum(axis=0) / s
    h[1, 0] = h[0, 1]
    h[1, 1] += (first * w).sum(axis=0)
    gradient = np.append(X.T @ g[0], g[1].sum() - exact.sum())
    hessian = np.empty((3, 3))
    hessian[:2, :2] = (X * h[0, 0][:, None]).T @ X
    hessian[:2, 2] = hessian[2, :2] = X.T @ h[0, 1]
    hessian[2, 2] = h[1, 1].sum()
    return float(value.sum()), gradient, -hessian
