"""A stretch of trials: the unit of work, of progress and of what is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.protocol.model import Protocol
from equipoise.simulate.context import World
from equipoise.simulate.operating_characteristics.efficacy_only import (
    briefs,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.interim_analyses import (
    Looks,
    at_looks,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    Question,
    answers,
    question,
)
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario

LENGTH = 100  # trials; results do not depend on it, only what a kill can cost does


@dataclass(frozen=True)
class Run:
    """What is simulated; each trial follows from it and from its own number.

    Attributes:
        n: randomized in each trial.
        endpoints: ids; empty for the default question.
        looks: at the first endpoint; None for one analysis of all endpoints.
    """

    protocol: Protocol
    scenario: Scenario
    n: int
    seed: int
    endpoints: tuple[str, ...] = ()
    looks: Looks | None = None

    def question(self) -> Question:
        """What each trial is asked.

        Raises:
            SimulationError: EQ641, an endpoint cannot be answered.
        """
        return question(self.protocol, self.scenario, self.endpoints)


def chunk(run: Run, first: int, count: int) -> Floats:
    """Answers of the trials ``first`` to ``first + count - 1``.

    Returns:
        Trials x endpoints x ``FIELDS``, or trials x looks x ``FIELDS`` for a run with
        looks; the same numbers however trials are grouped.
    """
    asked = run.question()
    world = World.of(run.protocol, run.scenario)
    seeds = tuple(trial_seed(run.seed, first + place) for place in range(count))
    rows = len(run.looks.timing if run.looks else asked.endpoints)
    made = np.full((count, rows, len(FIELDS)), np.nan)
    for row, trial in zip(made, briefs(world, seeds, run.n), strict=True):
        row[:] = (
            at_looks(asked, trial, run.looks) if run.looks else answers(asked, trial)
        )
    return made
