"""The partial likelihood of Cox's model by cumulative sums: ties by Efron or Breslow.

Rows are intervals (start, stop]; a row is at risk at t if start < t <= stop. Sums over
the participants at risk are differences of cumulative sums over sorted times, so that a
step of Newton's method takes O(N p^2), whatever the number of distinct times.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """At one value of the coefficients.

    Attributes:
        value: logarithm of the partial likelihood.
        score: p.
        information: p x p, observed.
    """

    value: float
    score: Numbers
    information: Numbers


class PartialLikelihood:
    """Cox's partial likelihood of sorted rows.

    Each event has one denominator: the sum over the participants at risk, less, with
    Efron's method, k / d of the sum over the d events tied with it, k = 0, ..., d - 1.

    Args:
        X: N x p, centred by the caller.
        start: N, -inf for a row at risk from the beginning.
        stop: N.
        event: N.
        strata: N, 0, 1, ...
        weights: N, positive.
        efron: ties by Efron; else by Breslow.

    Source: Efron 1977, JASA 72:557-565; Therneau and Grambsch 2000, Modeling Survival
    Data, 3.1 to 3.3 (weights: the events of a tie share their mean weight).
    """

    def __init__(
        self,
        X: Numbers,
        start: Numbers,
        stop: Numbers,
        event: Flags,
        strata: Codes,
        weights: Numbers,
        *,
        efron: bool,
    ) -> None:
        order = np.lexsort((-stop, strata))  # within a stratum the latest first
        self.order = order
        self.X = np.ascontiguousarray(X[order])
        self.event, self.weights = event[order], weights[order]
        stop, strata = stop[order], strata[order]
        self._edges = np.flatnonzero(np.diff(strata, prepend=-1))
        # Tied events: those of one stratum and time, neighbours in this order.
        at = np.flatnonzero(self.event)
        new = np.ones(len(at), dtype=bool)
        new[1:] = (np.diff(stop[at]) != 0) | (np.diff(strata[at]) != 0)
        self.tie = np.cumsum(new) - 1  # of each event
        self.event_rows = at
        heads = at[new]
        self.tie_size = np.bincount(self.tie)
        # Rows at risk at each distinct event time: from the head of the stratum to `end`.
        last = np.append(np.flatnonzero((np.diff(stop) != 0) | (np.diff(strata) != 0)),
                         len(stop) - 1) if len(stop) else at  # fmt: skip
        self._end = last[np.searchsorted(last, heads)] + 1
        self.tie_weight = np.bincount(self.tie, self.weights[at]) / self.tie_size
        rank = np.arange(len(at)) - np.flatnonzero(new)[self.tie]
        self.fraction = rank / self.tie_size[self.tie] if efron else np.zeros(len(at))
        self.tied = bool(self.fraction.any())
        self._time, self._tie_strata = stop[heads], strata[heads]
        self._place(start[order], stop, strata)

    def _place(self, start: Numbers, stop: Numbers, strata: Codes) -> None:
        """Which event times lie in each row's interval; entries in order of time."""
        # Ties are sorted by stratum, then from late to early.
        count = np.bincount(self._tie_strata, minlength=int(strata.max(initial=0)) + 1)
        heads = np.concatenate([[0], np.cumsum(count)])
        self.late = bool((start > -np.inf).any())
        ends = heads[strata + 1]
        sizes = count[count > 0][
            ::-1
        ]  # of the ties of a stratum, the last stratum first
        self._tie_edges = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        self.from_tie = self._position(stop, strata)
        self.to_tie = self._position(start, strata) if self.late else ends
        self._some = self.from_tie < ends  # ties of the stratum at or before the end
        self._left = self.to_tie < ends  # and at or before the start
        if self.late:
            self._entered = np.lexsort((-start, strata))
            entry, cell = start[self._entered], strata[self._entered]
            edges = np.searchsorted(cell, self._tie_strata)
            joint = _joint_rank(cell, -entry, self._tie_strata, -self._time)
            self._entry_begin, self._entry_end = edges, joint

    def _position(self, time: Numbers, strata: Codes) -> Codes:
        """First tie of the stratum whose time is at most ``time``."""
        return _joint_rank(self._tie_strata, -self._time, strata, -time, "left")

    def at(self, beta: Numbers) -> Likelihood:
        """Value, score and information."""
        eta = self.X @ beta
        risk = self.weights * np.exp(eta)
        D, means = self._denominators(risk)
        share = self.tie_weight[self.tie] / D  # of each event
        w = risk * self._hazard(share)
        rows = self.event_rows
        value = self.weights[rows] @ eta[rows] - self.tie_weight[self.tie] @ np.log(D)
        score = self.weights[rows] @ self.X[rows] - w @ self.X
        weighted = means * self.tie_weight[self.tie][:, None]
        information = (self.X * w[:, None]).T @ self.X - weighted.T @ means
        return Likelihood(float(value), score, (information + information.T) / 2)

    def _denominators(self, risk: Numbers) -> tuple[Numbers, Numbers]:
        """Of each event: the sum over those at risk, and their mean covariates."""
        both = np.column_stack([risk, risk[:, None] * self.X])
        sums = _cumulated(both, self._edges)[self._end - 1]
        if self.late:
            entered = _cumulated(both[self._entered], self._edges)
            some = self._entry_end > self._entry_begin
            sums[some] -= entered[self._entry_end[some] - 1]
        sums = sums[self.tie]
        if self.tied:
            own = _tie_sums(both[self.event_rows], self.tie_size)
            sums -= self.fraction[:, None] * own[self.tie]
        D = sums[:, 0]
        return D, sums[:, 1:] / D[:, None]

    def _hazard(self, share: Numbers) -> Numbers:
        """Sum of ``share`` over the events at which each row is at risk."""
        by_tie = np.bincount(self.tie, share).astype(float)
        # From the earliest tie of a stratum: late hazards may be larger by powers of 10.
        total = _cumulated(by_tie[::-1, None], self._tie_edges)[::-1, 0]
        total = np.append(total, 0.0)
        hazard: Numbers = np.where(self._some, total[self.from_tie], 0.0)
        if self.late:
            hazard -= np.where(self._left, total[self.to_tie], 0.0)
        if self.tied:
            less = np.bincount(self.tie, share * self.fraction)
            hazard[self.event_rows] -= less[self.tie]
        return hazard

    def score_residuals(self, beta: Numbers) -> Numbers:
        """N x p: contribution of each row to the score, in the order of the arguments.

        They are not multiplied by the weights, as R residuals(type = "score",
        weighted = FALSE).

        Source: Therneau and Grambsch 2000, 4.4 and 7.2; R survival, ``agscore``.
        """
        relative = np.exp(self.X @ beta)
        D, means = self._denominators(self.weights * relative)
        share = self.tie_weight[self.tie] / D
        hazard = self._hazard(share)
        drift = np.column_stack(
            [self._hazard(share * means[:, k]) for k in range(self.X.shape[1])]
        )
        residuals = -relative[:, None] * (self.X * hazard[:, None] - drift)
        own = _tie_sums(means, self.tie_size) / self.tie_size[:, None]
        residuals[self.event_rows] += self.X[self.event_rows] - own[self.tie]
        back = np.empty_like(residuals)
        back[self.order] = residuals
        return back


def _cumulated(values: Numbers, edges: Codes) -> Numbers:
    """Cumulative sums of rows, anew from each edge: no sum of another stratum in them."""
    if len(edges) == 1:
        return np.asarray(np.cumsum(values, axis=0))
    total = np.empty_like(values)
    for first, last in pairwise([*edges.tolist(), len(values)]):
        np.cumsum(values[first:last], axis=0, out=total[first:last])
    return total


def _tie_sums(values: Numbers, size: Codes) -> Numbers:
    """Sums of neighbouring rows, as many as each tie has."""
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    return np.asarray(np.add.reduceat(values, starts, axis=0))


def _joint_rank(
    strata: Codes, key: Numbers, of_strata: Codes, of_key: Numbers, side: str = "right"
) -> Codes:
    """Where (stratum, key) belongs among sorted pairs; ties before or after."""
    values = np.concatenate([key, of_key])
    ranks = np.unique(values, return_inverse=True)[1]
    span = int(ranks.max(initial=0)) + 1
    pairs = strata * span + ranks[: len(key)]
    wanted = of_strata * span + ranks[len(key) :]
    return np.asarray(
        np.searchsorted(pairs, wanted, "left" if side == "left" else "right"), np.intp
    )
