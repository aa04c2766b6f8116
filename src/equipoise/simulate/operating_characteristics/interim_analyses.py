"""A group sequential design, asked of each simulated trial at each of its looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import get_args

import numpy as np
from scipy import special

from equipoise.design.sequential.boundaries import Family, Rule, Spending, efficacy
from equipoise.errors import AnalysisError, SimulationError
from equipoise.simulate.operating_characteristics.efficacy_only import Brief
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    Question,
    answers,
)
from equipoise.simulate.random_draws import Floats

FIXED = "fixed"
KINDS = (*get_args(Spending), *get_args(Family))
ALPHA = 0.05  # both sides together, as for the power of a trial without looks
STOPPED, WENT_ON = 0.0, 1.0


@dataclass(frozen=True)
class Looks:
    """When the primary endpoint is looked at, and how the error is spread.

    Look k is at the first ceil(t_k n) randomized people with the whole of their
    follow-up. The trial stops there if the two-sided p of the primary endpoint, turned
    into a normal z, is at or beyond the boundary on either side; boundaries are those
    of a one-sided error of 0.025 at the fractions ceil(t_k n) / n.

    Attributes:
        rule: family of boundaries, or spending function.
        timing: fractions of the people, rising to 1.
    """

    rule: Rule
    timing: tuple[float, ...]

    @property
    def label(self) -> str:
        """As it is written: ``lan-demets-of:0.5,1``."""
        given = self.rule.parameter
        head = self.rule.kind if given is None else f"{self.rule.kind}={plain(given)}"
        return f"{head}:" + ",".join(map(plain, self.timing))

    def sizes(self, n: int) -> tuple[int, ...]:
        """People at each look of a trial of n."""
        # 0.55 * 20 is a little more than 11 in binary, and 11 people are meant.
        return tuple(ceil(t * n - 1e-9) for t in self.timing)

    def boundaries(self, n: int) -> Floats:
        """The z, on either side, that stops a trial of n at each look.

        Raises:
            DesignError: EQ804, two looks fall on the same person.
        """
        return _boundaries(self.rule, tuple(m / n for m in self.sizes(n)))


def plain(number: float) -> str:
    """All digits of a number, without a point where it is whole."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


@cache
def _boundaries(rule: Rule, fractions: tuple[float, ...]) -> Floats:
    made = efficacy(rule, fractions, ALPHA / 2)
    made.flags.writeable = False
    return made


def read_design(text: str) -> Looks | None:
    """A design as it is written.

    Args:
        text: ``fixed`` for a trial without looks (None), else a spending function or a
            family, its parameter if it has one, and the looks:
            ``lan-demets-of:0.5,1`` or ``hwang-shih-decani=-4:0.5,0.75,1``.

    Raises:
        SimulationError: EQ644, it cannot be read.
        DesignError: EQ804, the looks do not rise to 1, or a parameter is missing.
    """
    if text == FIXED:
        return None
    head, _, looks = text.partition(":")
    kind, _, given = head.partition("=")
    known = {str(name): name for name in KINDS}
    try:
        timing = tuple(float(part) for part in looks.split(","))
        parameter = float(given) if given else None
        rule = Rule(kind=known[kind], parameter=parameter)
    except (KeyError, ValueError) as error:
        raise SimulationError.single(
            "EQ644",
            f"{text!r} is no design",
            where="simulate, design",
            mend=f"write fixed, or one of {', '.join(known)}, its parameter if it has "
            "one, and the looks, such as lan-demets-of:0.5,1 or kim-demets=3:0.5,1",
        ) from error
    efficacy(rule, timing, ALPHA / 2)
    return Looks(rule, timing)


def at_looks(asked: Question, brief: Brief, looks: Looks) -> Floats:
    """Answers of the first endpoint at each look: looks x ``FIELDS``.

    People are in the order of their randomization.
    """
    rows = []
    for size in looks.sizes(len(brief.arm)):
        seen = Brief(
            arm=brief.arm[:size],
            scores=brief.scores[:size],
            day=brief.day[:size],
            new_treatment=brief.new_treatment[:size],
        )
        rows.append(_answer(asked, seen))
    return np.array(rows)


def _answer(asked: Question, seen: Brief) -> Floats:
    """The answer of a look; NaN where so few people give none."""
    try:
        return np.asarray(answers(asked, seen)[0])
    except AnalysisError:
        return np.full(len(FIELDS), np.nan)


def stopping_look(found: Floats, boundaries: Floats) -> np.ndarray:
    """Index of the look at which each trial ends, and whether it crossed there.

    Args:
        found: trials x looks x ``FIELDS``; a look without an answer stops nothing.
        boundaries: z at each look.

    Returns:
        2 x trials: the index, and 1 or 0.
    """
    p = found[:, :, FIELDS.index("p")]
    # From the tail: 1 - p / 2 would be 1 for the smallest p.
    z = -special.ndtri(p / 2)
    crossed = z >= boundaries  # NaN crosses nothing
    some = crossed.any(axis=1)
    last = found.shape[1] - 1
    return np.array([np.where(some, crossed.argmax(axis=1), last), some], dtype=int)


def decided(found: Floats, boundaries: Floats) -> Floats:
    """The answer with which each trial ends: trials x 1 x ``FIELDS``.

    Its p is 0 where the trial crossed a boundary and 1 where it did not, so that what
    counts p below 0.05 counts decisions.

    Args:
        found: trials x looks x ``FIELDS``.
        boundaries: z at each look.
    """
    at, crossed = stopping_look(found, boundaries)
    made = found[np.arange(len(found)), at].copy()
    made[:, FIELDS.index("p")] = np.where(crossed == 1, STOPPED, WENT_ON)
    return np.asarray(made[:, None, :])


def stopping(
    found: Floats, boundaries: Floats, sizes: tuple[int, ...]
) -> dict[str, float]:
    """How long trials are, each with its Monte Carlo error.

    Args:
        found: trials x looks x ``FIELDS``.
        boundaries: z at each look.
        sizes: people at each look.

    Returns:
        ``expected_size``: mean number of people at the end; ``stop_k``: share of trials
        that crossed the boundary at look k and not before.
    """
    at, crossed = stopping_look(found, boundaries)
    trials = len(found)
    people = np.array(sizes, dtype=float)[at]
    spread = float(people.std(ddof=1)) if trials > 1 else float("nan")
    made = {
        "expected_size": float(people.mean()),
        "expected_size_error": spread / float(np.sqrt(trials)),
    }
    for look in range(len(sizes)):
        share = float(((at == look) & (crossed == 1)).mean())
        made[f"stop_{look + 1}"] = share
        made[f"stop_{look + 1}_error"] = float(np.sqrt(share * (1 - share) / trials))
    return made
