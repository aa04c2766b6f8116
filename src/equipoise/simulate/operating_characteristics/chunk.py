"""A run of many simulated trials, and the chunks in which it is simulated and stored."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.protocol.model import Protocol
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.operating_characteristics.interim_analyses import (
    SequentialDesign,
    interim_estimates,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    EndpointSet,
    estimate_trials,
    select_endpoints,
)
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario

LENGTH = 100  # trials; it changes no result, only how much work a lost process costs


@dataclass(frozen=True)
class Run:
    """What is simulated; each trial follows from it and from the number of the trial.

    Attributes:
        n: participants randomized in each trial.
        endpoints: ids; empty for the default endpoints.
        design: with interim analyses of the first endpoint; None for one analysis of
            all endpoints.
    """

    protocol: Protocol
    scenario: Scenario
    n: int
    seed: int
    endpoints: tuple[str, ...] = ()
    design: SequentialDesign | None = None

    def endpoint_set(self) -> EndpointSet:
        """The endpoints that are estimated in each trial.

        Raises:
            SimulationError: EQ641, an endpoint cannot be estimated.
        """
        return select_endpoints(self.protocol, self.scenario, self.endpoints)


@dataclass(frozen=True)
class Chunk:
    """Trials ``first`` to ``first + count - 1`` of a run.

    Attributes:
        run_index: position of the run among those that are simulated together.
    """

    run_index: int
    run: Run
    first: int
    count: int


def simulate_chunk(run: Run, first: int, count: int) -> Floats:
    """Estimates of the trials ``first`` to ``first + count - 1``.

    Returns:
        Trials x endpoints x ``FIELDS``, or trials x analyses x ``FIELDS`` for a run with
        interim analyses; the same numbers however trials are grouped.
    """
    endpoint_set = run.endpoint_set()
    context = Context.of(run.protocol, run.scenario)
    seeds = tuple(trial_seed(run.seed, first + k) for k in range(count))
    trials = simulate_efficacy(context, seeds, run.n)
    if run.design is None:
        return estimate_trials(endpoint_set, trials)
    return interim_estimates(endpoint_set, trials, run.design)
