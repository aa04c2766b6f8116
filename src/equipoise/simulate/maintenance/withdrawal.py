"""The randomized withdrawal that would settle it, sized and then simulated."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.fixed.events import events
from equipoise.design.fixed.withdrawal import withdrawal
from equipoise.design.requirements import Size, Target
from equipoise.errors import DesignError
from equipoise.errors.counted import counted
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.compare import Comparison, Number, ScheduleResult
from equipoise.simulate.random_draws import Floats

LARGEST = 20_000  # participants: nobody runs a larger trial of infusions
BLOCK = 1_000_000  # participants simulated at a time
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Responders are randomized to continue a schedule, or to placebo infusions.

    Attributes:
        visits: days of the assessments, from randomization.
        without_loss: share without a loss at each, with the schedule and with placebo.
        hazard_ratio: of losses per day at risk, schedule to placebo; it is not constant.
        schoenfeld: participants if it were.
        size: participants by the expected log-rank statistic.
        participants: in both arms, after simulation.
        losses: expected among them.
        power: of the log-rank test in simulated trials of so many.
        error: of the first kind, in trials of placebo against placebo.
        treated: people to be given the induction for so many responders.
    """

    visits: tuple[int, ...]
    without_loss: tuple[Floats, Floats]
    hazard_ratio: float
    schoenfeld: float
    size: Size
    participants: int
    losses: float
    power: Number
    error: Number
    treated: int


def randomized_withdrawal(
    comparison: Comparison,
    schedule: ScheduleResult,
    target: Target | None = None,
    *,
    dropout: float = 0.1,
    trials: int = 2000,
    seed: int = 1,
) -> Withdrawal:
    """Sizes the trial, and simulates it until its power is that which was asked for.

    Participants of simulated trials are drawn with replacement from the responders of
    the comparison. All are followed to the horizon, losses are found at the
    assessments, and participants who withdraw are censored at the last assessment before.

    Args:
        comparison: schedules over the same people.
        schedule: one of them, not the first.
        target: error, power and allocation of schedule to placebo.
        dropout: share who leave within the horizon, 0 to below 1.
        trials: simulated; a power of 0.8 is then known to 0.4 / √trials.
        seed: of the trials.

    Raises:
        DesignError: EQ801; EQ802, the arms do not differ, or so little that more than
            20,000 participants are needed.
    """
    target = target or Target()
    check_simulation(dropout, trials)
    none = comparison.kept[0]
    visits = _visits(comparison)
    curves = tuple(_without_loss(k, visits) for k in (schedule, none))
    staying = (1 - dropout) ** (np.array(visits) / comparison.horizon)
    size = withdrawal(curves[0], curves[1], staying, target)
    check_reachable(size.total, f"{schedule.schedule.spelling} and placebo")
    ratio = _hazard(schedule) / _hazard(none)
    needed = events(ratio, target) if ratio not in (0.0, 1.0) else float("nan")
    n, power = sum(size.rounded), Number(0.0, 0.0)
    for number in range(ROUNDS):
        rng = stream(seed, "maintenance", "withdrawal", number)
        power = _power(comparison, (schedule, none), n, target, dropout, trials, rng)
        better = enlarged(n, power, target)
        if better == n or number == ROUNDS - 1:
            break
        n = better
    rng = stream(seed, "maintenance", "withdrawal", "null")
    error = _power(comparison, (none, none), n, target, dropout, trials, rng)
    return Withdrawal(
        visits=visits,
        without_loss=(curves[0], curves[1]),
        hazard_ratio=ratio,
        schoenfeld=needed / (size.events or 1.0) * size.total,
        size=size,
        participants=n,
        losses=n * (size.events or 0.0) / size.total,
        power=power,
        error=error,
        treated=ceil(n * comparison.treated / comparison.responders),
    )


def logrank(losses: Floats, at_risk: Floats) -> Floats:
    """Mantel's log-rank statistic of many trials, standard normal without an effect.

    Args:
        losses: (2, trials, visits) found in each arm at each visit.
        at_risk: (2, trials, visits) before it.

    Returns:
        (trials,) positive if the first arm loses more; 0 where nothing is lost.

    Source: Mantel 1966, Cancer Chemother Rep 50:163-170; R survdiff, SAS PROC LIFETEST.
    """
    n, d = at_risk.sum(axis=0), losses.sum(axis=0)
    p = np.divide(at_risk[0], n, out=np.zeros_like(n), where=n > 0)
    left = np.divide(n - d, n - 1, out=np.zeros_like(n), where=n > 1)
    drift = (losses[0] - d * p).sum(axis=-1)
    spread = np.sqrt((d * p * (1 - p) * left).sum(axis=-1))
    z: Floats = np.divide(drift, spread, out=np.zeros_like(drift), where=spread > 0)
    return z


def check_reachable(total: float, what: str) -> None:
    """Rejects a trial that is too large to perform.

    Raises:
        DesignError: EQ802.
    """
    if not total <= LARGEST:
        raise DesignError.single(
            "EQ802",
            f"{what} differ so little that {total:.0f} participants are needed",
            where="design, maintenance",
            fix="compare schedules that differ more, or rate more often",
        )


def check_simulation(dropout: float, trials: int) -> None:
    """Rejects a share who leave, or a number of simulated trials, that cannot be.

    Raises:
        DesignError: EQ801.
    """
    if not 0 <= dropout < 1 or trials < 1:
        raise DesignError.single(
            "EQ801",
            f"dropout of {dropout:g}, {counted(trials, 'simulated trial')}",
            where="design, maintenance",
            fix="give a share from 0 to below 1, and at least one trial",
        )


def proportion(hits: int, of: int) -> Number:
    """A share of simulated trials and its Monte Carlo error."""
    share = hits / of
    return Number(share, sqrt(share * (1 - share) / of))


def enlarged(n: int, power: Number, target: Target) -> int:
    """Participants for the power asked for, if the simulated one is below it, else n.

    Args:
        n: participants of the simulated trials.
        power: of those.
        target: error and power.

    Raises:
        DesignError: EQ802, more than 20,000.
    """
    if power.value >= target.power - 2 * power.error:
        return n
    a, b = target.z
    had = float(special.ndtri(min(max(power.value, 0.01), 0.99)))
    better = ceil(n * ((a + b) / max(a + had, 0.1)) ** 2)
    check_reachable(better, "the arms")
    return max(better, n + 1)


def _visits(comparison: Comparison) -> tuple[int, ...]:
    step, horizon = comparison.assessed, comparison.horizon
    return (*range(step, horizon, step), horizon)


def _without_loss(kept: ScheduleResult, visits: tuple[int, ...]) -> Floats:
    day = np.where(kept.seen, kept.lost, np.inf)
    return np.array([(day > visit).mean() for visit in visits])


def _hazard(kept: ScheduleResult) -> float:
    return float(kept.seen.sum() / kept.lost.sum())


def _power(
    comparison: Comparison,
    arms: tuple[ScheduleResult, ScheduleResult],
    n: int,
    target: Target,
    dropout: float,
    trials: int,
    rng: np.random.Generator,
) -> Number:
    """Share of simulated trials in which the schedule loses significantly less."""
    visits = np.array(_visits(comparison), dtype=float)
    first = round(n * target.ratio / (1 + target.ratio))
    critical = target.z[0]
    hits, done = 0, 0
    while done < trials:
        block = min(trials - done, max(BLOCK // n, 1))
        counted = [
            _counts(kept, size, block, visits, dropout, rng)
            for kept, size in zip(arms, (first, n - first), strict=True)
        ]
        z = logrank(*(np.stack(part) for part in zip(*counted, strict=True)))
        hits += int(((np.abs(z) if target.sides == 2 else -z) >= critical).sum())
        done += block
    return proportion(hits, trials)


def _counts(
    kept: ScheduleResult,
    n: int,
    trials: int,
    visits: Floats,
    dropout: float,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Losses and numbers at risk at each visit, each (trials, visits)."""
    who = rng.integers(len(kept.lost), size=(trials, n))
    last = len(visits)
    at = np.where(kept.seen, np.searchsorted(visits, kept.lost), last)[who]
    rate = -log(1 - dropout) / visits[-1]
    leaves = np.full((trials, n), np.inf)
    if rate > 0:
        leaves = rng.exponential(1 / rate, size=(trials, n))
    gone = np.searchsorted(visits, leaves)  # the first visit that does not happen
    lost = _tally(np.where(at < gone, at, last), last + 1)[:, :last]
    end = _tally(np.minimum(at, gone - 1), last + 1, shift=1)
    at_risk = np.flip(np.cumsum(np.flip(end, axis=1), axis=1), axis=1)[:, 1 : last + 1]
    return lost, at_risk


def _tally(places: NDArray[np.intp], size: int, shift: int = 0) -> Floats:
    """How many of each row are at each place, (rows, size + shift)."""
    rows, width = len(places), size + shift
    flat = (np.arange(rows)[:, None] * width + places + shift).ravel()
    return np.bincount(flat, minlength=rows * width).reshape(rows, width).astype(float)
