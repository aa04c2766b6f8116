"""Answers to items, made so that scoring them gives back the scores they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.instruments.model import Instrument, Item
from equipoise.simulate.allocate import Steps
from equipoise.simulate.random_draws import Floats, Roster, normals
from equipoise.simulate.scenario_measurements import ItemPattern


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

    def answers(self, totals: Floats, propensity: Floats) -> Floats:
        """Answers that score to the totals.

        Args:
            totals: (n,) whole numbers in the range of the score.
            propensity: (n, items) positive: a higher one draws more points.

        Returns:
            (n, items) answers; NaN for an item that the form leaves blank.
        """
        columns = [[self.items.index(i) for i in part] for part in self.parts]
        strongest = np.stack([propensity[:, c].max(axis=1) for c in columns], axis=1)
        values = self.steps.values(totals, strongest)
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
    form: Form, pattern: ItemPattern, people: Roster, purpose: str, occasions: int
) -> Floats:
    """How strongly each item of each person draws points at each occasion.

    Returns:
        (people, occasions, items), log-normal around 1.
    """
    z = normals(people, f"items of {purpose}", occasions + 1, len(form.items))
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


def _ladder(items: Sequence[Item]) -> tuple[int, int, int] | None:
    """Lowest answer, number of steps, size of a step; None if steps are uneven."""
    allowed = items[0].allowed
    sizes = set(np.diff(allowed).tolist())
    if any(item.allowed != allowed for item in items[1:]) or len(sizes) != 1:
        return None
    return allowed[0], len(allowed) - 1, sizes.pop()
