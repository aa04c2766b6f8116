"""Answers to items, made so that scoring them gives back the scores they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.instruments.model import Instrument, Item
from equipoise.simulate.allocate import Steps
from equipoise.simulate.random_draws import Floats, Roster, normals
from equipoise.simulate.scenario_measurements import ItemPattern

HUGE = 1e6  # beyond the answers of any item


@dataclass(frozen=True)
class Form:
    """How a score comes from items: a sum of parts, each the maximum of its items.

    Attributes:
        items: every item that is answered, in the order of the form.
        parts: items of each part; one item each for a plain sum.
        steps: values that the parts can take.
        alternatives: sets of items of which only one is answered.
    """

    items: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    steps: Steps
    alternatives: tuple[tuple[str, ...], ...]

    @property
    def free(self) -> tuple[str, ...]:
        """Items that alone are a part of the score, in steps of one point."""
        sized = zip(self.parts, self.steps.size, strict=True)
        return tuple(part[0] for part, size in sized if len(part) == size == 1)

    def answers(
        self,
        totals: Floats,
        propensity: Floats,
        least: Floats | None = None,
        most: Floats | None = None,
    ) -> Floats:
        """Answers that score to the totals.

        Args:
            totals: (n,) whole numbers in the range of the score.
            propensity: (n, items) positive: a higher one draws more points.
            least: (n, items) answers that items of ``free`` have, if the total allows it.
            most: (n, items) answers that they do not exceed, if the total allows it.

        Returns:
            (n, items) answers; NaN for an item that the form leaves blank.
        """
        columns = [[self.items.index(i) for i in part] for part in self.parts]
        strongest = np.stack([propensity[:, c].max(axis=1) for c in columns], axis=1)
        first = [at[0] for at in columns]
        floor, ceiling = (
            None if limit is None else limit[:, first].astype(np.int64)
            for limit in (least, most)
        )
        values = self.steps.values(totals, strongest, floor, ceiling)
        answers = np.empty(propensity.shape)
        for p, at in enumerate(columns):
            # The strongest item has the maximum; the others lag by their propensity.
            low = self.steps.lowest[p]
            share = propensity[:, at] / strongest[:, [p]]
            answers[:, at] = low + np.floor((values[:, [p]] - low) * share + 1e-9)
        for group in self.alternatives:
            at = [self.items.index(i) for i in group]
            answered = propensity[:, at].argmax(axis=1)[:, None] == np.arange(len(at))
            answers[:, at] = np.where(answered, answers[:, at], np.nan)
        return answers


def form(instrument: Instrument, score_id: str) -> Form | None:
    """The form of a score, None if answers cannot be made for its rule.

    Answers can be made for a ``sum`` and for a ``sum-of-maxima`` whose groups each have
    items with the same allowed answers.
    """
    score = instrument.scores[score_id]
    parts: tuple[tuple[str, ...], ...] = ()
    if score.rule == "sum":
        parts = tuple((item,) for item in score.items)
    elif score.rule == "sum-of-maxima":
        parts = score.groups
    named = [item for part in parts for item in part]
    blanks = [a.items for a in instrument.alternatives if set(a.items) & set(named)]
    if not parts or len(named) != len(set(named)):
        return None
    like = [_ladder([instrument.items[i] for i in part]) for part in parts]
    ladders = [ladder for ladder in like if ladder is not None]
    if len(ladders) < len(parts):
        return None
    lowest, room, size = zip(*ladders, strict=True)
    steps = Steps(lowest, room, size)
    if not steps.is_exact:
        return None
    return Form(
        items=tuple(i for i in instrument.items if i in named),
        parts=parts,
        steps=steps,
        alternatives=tuple(blanks),
    )


def propensities(
    form: Form,
    pattern: ItemPattern,
    people: Roster,
    purpose: str,
    occasions: int,
    clusters: Sequence[Sequence[str]] = (),
) -> Floats:
    """How strongly each item of each person draws points at each occasion.

    Args:
        form: states the items.
        pattern: states how they vary, and how much of it clusters have in common.
        people: whose answers these are.
        purpose: of the random numbers.
        occasions: number of them.
        clusters: the items of each cluster of the pattern.

    Returns:
        (people, occasions, items), log-normal around 1.
    """
    z = normals(people, f"items of {purpose}", occasions + 1, len(form.items))
    if clusters:
        shape = occasions + 1, len(clusters)
        common = normals(people, f"clusters of {purpose}", *shape)
        for c, items in enumerate(clusters):
            at = [form.items.index(item) for item in items]
            own = np.sqrt(1 - pattern.together) * z[..., at]
            z[..., at] = own + np.sqrt(pattern.together) * common[..., [c]]
    own, passing = z[:, :1], z[:, 1:]
    log = np.sqrt(pattern.stable) * own + np.sqrt(1 - pattern.stable) * passing
    return np.asarray(np.exp(pattern.spread * log))


def emphasis(
    form: Form, pattern: ItemPattern, arms: Mapping[str, int]
) -> tuple[Floats, Floats]:
    """Factors on propensities: for all participants, and after baseline by arm.

    Returns:
        (items,) and (arms + 1, items); the last row, for no arm, is 1.
    """
    always, by_arm = np.ones(len(form.items)), np.ones((len(arms) + 1, len(form.items)))
    for stated in pattern.emphasis:
        at = [form.items.index(item) for item in stated.items]
        if stated.arm is None:
            always[at] *= stated.factor
        else:
            by_arm[arms[stated.arm], at] *= stated.factor
    return always, by_arm


def limits(
    form: Form,
    pattern: ItemPattern,
    visits: NDArray[np.object_],
    propensity: Floats,
) -> tuple[Floats, Floats] | None:
    """Lowest and highest answers that the criteria of a pattern leave.

    Which items meet a criterion for some of them is left to the propensity.

    Args:
        form: states the items.
        pattern: with the criteria.
        visits: (n,) id of the visit of each form; empty where no criterion holds.
        propensity: (n, items).

    Returns:
        Two arrays (n, items); None without criteria.
    """
    if not pattern.criteria:
        return None
    low, high = np.full(propensity.shape, -HUGE), np.full(propensity.shape, HUGE)
    for stated in pattern.criteria:
        row = np.flatnonzero(np.isin(visits, stated.visits))
        at = np.array([form.items.index(item) for item in stated.items])
        if stated.at_most is not None:
            high[np.ix_(row, at)] = np.minimum(high[np.ix_(row, at)], stated.at_most)
        if stated.at_least is not None:
            order = np.argsort(-propensity[np.ix_(row, at)], axis=1, kind="stable")
            for chosen in at[order[:, : stated.number]].T:
                low[row, chosen] = np.maximum(low[row, chosen], stated.at_least)
    return low, high


def _ladder(items: Sequence[Item]) -> tuple[int, int, int] | None:
    """Lowest answer, number of steps, size of a step; None if steps are uneven."""
    allowed = items[0].allowed
    sizes = set(np.diff(allowed).tolist())
    if any(item.allowed != allowed for item in items[1:]) or len(sizes) != 1:
        return None
    return allowed[0], len(allowed) - 1, sizes.pop()
