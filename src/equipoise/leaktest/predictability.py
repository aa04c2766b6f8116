"""Predictability of the next assignment: no better than the method of the protocol allows.

The guesser knows the stratum and every earlier arm, and names the arm that is furthest
behind its ratio (the convergence strategy).

Source: Blackwell and Hodges 1957, Design for the control of selection bias,
Ann Math Statist 28:449-460.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.numerics.rng import stream
from equipoise.protocol import population
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence, minimized
from equipoise.rehearse_conduct.run import SITE

LISTS = 40  # that are simulated; fewer for minimization, which needs all earlier ones
FEW = 8
CUT = 300  # participants of a simulated minimization


@dataclass(frozen=True, slots=True)
class Guesses:
    """Proportions of correct guesses.

    Attributes:
        found: on the schedule of the application.
        theory: mean over simulated schedules of the method.
        error: standard deviation over those schedules.
    """

    found: float
    theory: float
    error: float


def guesses(
    protocol: Protocol, arms: Sequence[str], strata: Sequence[str], seed: int
) -> Guesses:
    """Proportion of correct guesses of the next arm, observed and by theory.

    Args:
        protocol: specifies method and ratios.
        arms: in order of allocation.
        strata: levels of each participant, as JSON.
        seed: of the simulated schedules.
    """
    whole = protocol.randomization.method != "minimization"
    n = len(arms) if whole else min(CUT, len(arms))
    levels = [json.loads(text) for text in strata[:n]]
    known = [protocol.randomization.stratum(own) for own in levels]
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    rng = stream(seed, "leaktest", "theory")
    simulated = [
        share(_drawn(protocol, levels, int(rng.integers(2**31))), known, ratios)
        for _ in range(LISTS if whole else FEW)
    ]
    found = share(arms[:n], known, ratios)
    return Guesses(found, float(np.mean(simulated)), float(np.std(simulated, ddof=1)))


def share(
    arms: Sequence[str], strata: Sequence[str], ratios: Mapping[str, int]
) -> float:
    """Proportion of correct guesses; of arms that are equally far behind, one at random."""
    before: dict[str, Counter[str]] = {}
    right = 0.0
    for arm, stratum in zip(arms, strata, strict=True):
        counts = before.setdefault(stratum, Counter())
        behind = {name: counts[name] / ratio for name, ratio in ratios.items()}
        least = min(behind.values())
        named = [name for name, value in behind.items() if value == least]
        right += (arm in named) / len(named)
        counts[arm] += 1
    return right / len(arms)


def another_seed(protocol: Protocol, seed: int, n: int) -> int:
    """A seed whose schedule starts with other arms than that of ``seed``, in every stratum.

    Args:
        protocol: specifies method and strata.
        seed: of the first schedule.
        n: participants of the rehearsed trial.
    """
    levels = [
        dict(zip(protocol.randomization.strata, own, strict=True))
        for own in _every_stratum(protocol)
        for _ in range(max(n, 2))
    ]
    first = _drawn(protocol, levels, seed)
    others = range(seed + 1, seed + 60)
    return max(
        others,
        key=lambda s: sum(
            a != b for a, b in zip(_drawn(protocol, levels, s), first, strict=True)
        ),
    )


def _drawn(
    protocol: Protocol, levels: Sequence[Mapping[str, str]], seed: int
) -> list[str]:
    """Arms of participants with these levels, from a schedule with this seed."""
    if protocol.randomization.method == "minimization":
        return [draw.arm for draw in minimized(protocol, levels, seed=seed)]
    names = [protocol.randomization.stratum(own) for own in levels]
    lists = {
        name: iter(allocation_sequence(protocol, count, seed=seed, stratum=name))
        for name, count in Counter(names).items()
    }
    return [next(lists[name]) for name in names]


def _every_stratum(protocol: Protocol) -> list[tuple[str, ...]]:
    """Levels of every stratum; at most sixteen of them."""
    known = {c.id: c.values for c in protocol.characteristics}
    known[population.SITE] = (SITE,)
    found: list[tuple[str, ...]] = [()]
    for name in protocol.randomization.strata:
        found = [(*own, level) for own in found for level in known[name]]
    return found[:16]
