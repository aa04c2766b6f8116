"""Simulated participants who have had the induction, day by day, before any schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.errors import SimulationError
from equipoise.errors.counted import agreeing, counted
from equipoise.numerics.philox import key_of, uniform
from equipoise.protocol.relapse import is_met
from equipoise.simulate.maintenance.assumptions import Assumptions, Dissociation
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.response import (
    after_infusion,
    belief_probability,
    decayed,
    responded,
    sensitivity,
)

CHUNK = 2000  # people at a time: their days fit into a cache
HOPELESS = 100_000  # people of whom nearly nobody is let in


@dataclass(frozen=True, slots=True)
class Cohort:
    """Responders at the start of maintenance, and their course without treatment.

    Attributes:
        treated: people who had the induction, responders among them or not.
        who: (people,) their numbers, which name their random streams.
        benefit: (people,) A at the start, before any infusion of that day.
        gain: (people,) points for each unit of benefit.
        exposure: (people,) peak concentration over that of the typical person.
        true: (people, days) score without benefit and without the error of a rating;
            the first column is the start of maintenance.
        error: (people, days) what a rating on that day adds, points.
        true_baseline, rated_baseline: (people,).
        assumed: what they follow from.
        seed: of their streams.
    """

    treated: int
    who: NDArray[np.uint64]
    benefit: Floats
    gain: Floats
    exposure: Floats
    true: Floats
    error: Floats
    true_baseline: Floats
    rated_baseline: Floats
    assumed: Assumptions
    seed: int

    def truly(self, day: int, benefit: Floats) -> NDArray[np.bool_]:
        """Who is in response on a day of maintenance, without the error of a rating."""
        score = _kept(self.assumed, self.true[:, day] + self.gain * benefit)
        return self._responds(score, self.true_baseline)

    def rated(self, day: int, benefit: Floats) -> NDArray[np.bool_]:
        """Who is in response by a rating on a day of maintenance."""
        latent = self.true[:, day] + self.gain * benefit + self.error[:, day]
        score = _kept(self.assumed, np.rint(latent))
        return self._responds(score, self.rated_baseline)

    def _responds(self, score: Floats, baseline: Floats) -> NDArray[np.bool_]:
        return is_met(self.assumed.rule, self.assumed.better, score, baseline)[0]

    def peaks(self, infusions: int) -> Floats:
        """Dissociation above rest at the peak of each further infusion, as at a first.

        Returns:
            (people, infusions) points.
        """
        first = len(self.assumed.induction)
        drawn = _normals(self.seed, "acute", self.who, 2 * (1 + first + infusions))
        rest, peak = acute(self.assumed.dissociation, drawn)
        return np.asarray((peak - rest)[:, first:])


def cohorts(
    assumed: Assumptions, people: int, horizon: int, seed: int
) -> Iterator[Cohort]:
    """Participants in chunks; their values do not depend on how many there are.

    Args:
        assumed: what they are like.
        people: who are let in and have the induction, at least 1.
        horizon: days of maintenance, at least 1.
        seed: non-negative.

    Raises:
        SimulationError: EQ621, no participants or a negative seed; EQ622, almost no
            participant is eligible.
    """
    if people < 1 or seed < 0:
        raise SimulationError.single(
            "EQ621",
            f"{people} people, seed {seed}",
            where="maintenance",
            fix="ask for at least one, with a seed of at least 0",
        )
    left, first = people, 1
    while left:
        size = min(CHUNK, 2 * left + 20)
        who = np.arange(first, first + size, dtype=np.uint64)
        made = _chunk(assumed, who, horizon, seed, left)
        left -= made.treated
        first += size
        if first > HOPELESS and people - left < first / 1000:
            raise SimulationError.single(
                "EQ622",
                f"of {counted(first - 1, 'participant')} {people - left} "
                f"{agreeing(people - left, 'is')} eligible",
                where="baseline of the score, eligibility of the protocol",
                fix="correct the distribution of the score or the criterion",
            )
        yield made


def correlated(z: Floats, days: float) -> Floats:
    """Standard normal numbers with correlation exp(−d / days) between columns d apart.

    Args:
        z: (people, days) independent standard normal numbers.
        days: time constant, in columns.

    Source: the exact discretization of the stationary Ornstein-Uhlenbeck process.
    """
    kept = np.exp(-1 / days)
    new = np.sqrt(-np.expm1(-2 / days))
    made = np.empty_like(z)
    made[:, 0] = z[:, 0]
    for day in range(1, z.shape[1]):
        made[:, day] = kept * made[:, day - 1] + new * z[:, day]
    return made


def acute(stated: Dissociation, z: Floats) -> tuple[Floats, Floats]:
    """Scores at rest and at the peak of each infusion, without attenuation.

    Args:
        stated: their distribution, gamma above the lowest score.
        z: (people, 2 + 2 · infusions) standard normal numbers; the first two belong to
            the person.

    Returns:
        Rest and peak, each (people, infusions).
    """
    pairs = z.reshape(len(z), z.shape[1] // 2, 2)
    mixed = np.sqrt(stated.stable) * pairs[:, :1]
    mixed = mixed + np.sqrt(1 - stated.stable) * pairs[:, 1:]
    return (
        _gamma(stated.rest, stated.rest_sd, stated.lowest, mixed[..., 0]),
        _gamma(stated.peak, stated.peak_sd, stated.lowest, mixed[..., 1]),
    )


def _chunk(
    assumed: Assumptions, who: NDArray[np.uint64], horizon: int, seed: int, left: int
) -> Cohort:
    """Those of a chunk who are let in, up to ``left`` of them; responders are kept."""
    earliest = min(assumed.entry_day or 0, assumed.baseline_day, 0)
    columns = assumed.start + horizon - earliest + 1
    own = _normals(seed, "person", who, 3)
    exposure = np.exp(assumed.exposure * own[:, 2])
    drift = correlated(_normals(seed, "drift", who, columns), assumed.days)
    error = np.sqrt(1 - assumed.retest) * _normals(seed, "rating", who, columns)
    level = np.sqrt(assumed.stable) * own[:, :1]
    true = level + np.sqrt(assumed.retest - assumed.stable) * drift

    def before(day: int | None, with_error: bool) -> Floats:
        at = (assumed.baseline_day if day is None else day) - earliest
        z = true[:, at] + (error[:, at] if with_error else 0.0)
        score = assumed.baseline + assumed.baseline_sd * z
        return _kept(assumed, np.rint(score) if with_error else score)

    entry = before(assumed.entry_day, True)
    let_in = (entry >= assumed.entry_least) & (entry <= assumed.entry_most)
    treated = np.flatnonzero(let_in)[:left]
    days = np.arange(assumed.start, assumed.start + horizon + 1)
    since = assumed.start - earliest
    points = (
        assumed.placebo + assumed.expectancy * _believes(assumed, seed, who)[:, None]
    )
    untreated = assumed.baseline + points * responded(
        (days - assumed.induction[0]).astype(float), assumed.placebo_days
    )
    whole = Cohort(
        treated=len(treated),
        who=who,
        benefit=induced(assumed, exposure),
        gain=assumed.drug * sensitivity(own[:, 1], assumed.sensitivity),
        exposure=exposure,
        true=untreated + assumed.after_sd * true[:, since:],
        error=assumed.after_sd * error[:, since:],
        true_baseline=before(None, False),
        rated_baseline=before(None, True),
        assumed=assumed,
        seed=seed,
    )
    responds = whole.rated(0, whole.benefit)
    return _only(whole, treated[responds[treated]])


def induced(assumed: Assumptions, exposure: Floats) -> Floats:
    """Benefit at the start of maintenance, from the induction.

    Args:
        assumed: days of the infusions, build-up and half-life.
        exposure: (people,) peak concentration over that of the typical person.

    Returns:
        (people,) from 0 to 1.
    """
    benefit, last = np.zeros(len(exposure)), assumed.induction[0]
    one = np.ones(len(exposure))
    for day in (d for d in assumed.induction if d < assumed.start):
        benefit = decayed(benefit, assumed.half_life, one * (day - last))
        benefit = after_infusion(benefit, assumed.build_up, exposure)
        last = day
    return decayed(benefit, assumed.half_life, one * (assumed.start - last))


def _only(cohort: Cohort, rows: NDArray[np.intp]) -> Cohort:
    return Cohort(
        treated=cohort.treated,
        who=cohort.who[rows],
        benefit=cohort.benefit[rows],
        gain=cohort.gain[rows],
        exposure=cohort.exposure[rows],
        true=cohort.true[rows],
        error=cohort.error[rows],
        true_baseline=cohort.true_baseline[rows],
        rated_baseline=cohort.rated_baseline[rows],
        assumed=cohort.assumed,
        seed=cohort.seed,
    )


def _believes(assumed: Assumptions, seed: int, who: NDArray[np.uint64]) -> Floats:
    """1 for who believes to have got the drug, else 0, shape (people,)."""
    if assumed.expectancy == 0:
        return np.zeros(len(who))
    stated = assumed.dissociation
    _, peak = acute(stated, _normals(seed, "acute", who, 4))
    points = np.maximum(np.rint(peak[:, 0]) - stated.lowest, 0.0)
    chance = belief_probability(points, assumed.belief_at_rest, assumed.belief_odds)
    key = key_of(seed, "maintenance", "belief")
    return np.asarray(uniform(key, who, 1)[:, 0] < chance, dtype=float)


def _normals(seed: int, purpose: str, who: NDArray[np.uint64], n: int) -> Floats:
    """Standard normal numbers, (people, n); more of them do not change the first."""
    key = key_of(seed, "maintenance", purpose)
    return np.asarray(special.ndtri(uniform(key, who, n)))


def _kept(assumed: Assumptions, scores: Floats) -> Floats:
    return np.clip(scores, assumed.lowest, assumed.highest)


def _gamma(mean: float, sd: float, lowest: float, z: Floats) -> Floats:
    """Gamma distributed above ``lowest`` with these moments, from normal numbers."""
    above = mean - lowest
    if above <= 0 or sd == 0:
        return np.full(z.shape, mean)
    shape = (above / sd) ** 2
    u = special.ndtr(z)
    return np.asarray(lowest + above / shape * special.gammaincinv(shape, u))
