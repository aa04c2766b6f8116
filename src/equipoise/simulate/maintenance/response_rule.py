"""When a score counts as response: the rule of a definition, for whole or true scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.estimand import Definition
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.relapse import EDGE


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of response.

    Attributes:
        kind: of ``Definition.rule``, any but ``loss-of``.
        threshold: percent or points.
        side: -1 if low scores are good, 1 if high scores are.
    """

    kind: str
    threshold: float
    side: int

    @classmethod
    def of(cls, definition: Definition, better: str) -> Rule:
        """The rule of a definition.

        Args:
            definition: of any rule but ``loss-of``.
            better: direction of benefit of its score, ``lower`` or ``higher``.
        """
        sides = {"at-most": -1, "at-least": 1}
        side = sides.get(definition.rule, -1 if better == "lower" else 1)
        return cls(definition.rule, float(definition.threshold or 0.0), side)

    def bound(self, baseline: Floats) -> Floats:
        """The outermost score that is still a response, shape of ``baseline``.

        A percentage of a baseline of 0 is never reached, as in ``states.bound``.
        """
        if self.kind == "percent-reduction":
            reached = baseline + self.side * baseline * self.threshold / 100
            return np.where(baseline > 0, reached, self.side * np.inf)
        if self.kind == "points-reduction":
            return np.asarray(baseline + self.side * self.threshold)
        return np.full_like(baseline, self.threshold)

    def holds(self, scores: Floats, baseline: Floats) -> NDArray[np.bool_]:
        """Whether scores are a response.

        Args:
            scores: (people,) or (people, days).
            baseline: (people,).
        """
        bound = self.bound(baseline)
        if scores.ndim > 1:
            bound = bound[:, None]
        return np.asarray(self.side * (scores - bound) >= -EDGE)
