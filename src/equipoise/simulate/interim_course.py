"""A simulated trial with interim analyses: when they are held, and where it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import pandas as pd

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.design.sequential.of_protocol import stated
from equipoise.errors import DesignError
from equipoise.interim.analysis import InterimResult, interim_analysis
from equipoise.interim.final import final_analysis
from equipoise.interim.not_held import not_held
from equipoise.interim.occurrence import cutoff_at
from equipoise.interim.record import Recorded, ended_by
from equipoise.learn.whole_analysis import analyze
from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.trial import simulate

NOT_POSSIBLE = ("EQ831", "EQ836")  # the data at a cut-off have too little information


@dataclass(frozen=True, slots=True)
class Course:
    """What the interim analyses of a simulated trial found.

    Attributes:
        results: of the analyses that were held.
        record: of all of them, with those that were not held and why; empty if the
            protocol plans none.
        cutoffs: of the analyses up to that at which recruitment stopped.
        stopped: number of that analysis; None if the trial continued to its end.
    """

    results: tuple[InterimResult, ...] = ()
    record: tuple[Recorded, ...] = ()
    cutoffs: tuple[date, ...] = ()
    stopped: int | None = None

    def analysis(self, protocol: Protocol) -> Callable[..., Results]:
        """The analysis of the final data: with the record, if analyses were planned."""
        if protocol.interim is None:
            return analyze
        return partial(final_analysis, record=self.record)


def simulate_course(
    protocol: Protocol, scenario: Scenario, *, seed: int, n: int | None = None
) -> tuple[UnblindedTrialData, Course]:
    """Simulated participants of a trial that holds its interim analyses.

    An analysis takes place when its fraction of the participants has reached the endpoint
    (``cutoff_at``). If a boundary is crossed, recruitment stops at the cut-off;
    participants randomized by then complete the trial. So it is after a futility boundary
    that is not binding too: the recommendation is followed, and the analyses that do
    not take place are recorded as not held. An analysis is also recorded as not held if
    its data have too few degrees of freedom, or no more information than the one before.

    Args:
        protocol: checked; perhaps without ``[interim]``.
        scenario: as of ``simulate``.
        seed: as of ``simulate``.
        n: number randomized if the trial does not stop early.

    Returns:
        Data as of ``simulate``, and the course. The people of a trial that stopped are
        the first of those of the trial that continued.

    Raises:
        SimulationError: as ``simulate``.
        DesignError: EQ836, EQ837: as ``interim_analysis``.
        AnalysisError: as ``interim_analysis``.
    """
    data = simulate(protocol, scenario, seed=seed, n=n)
    if protocol.interim is None:
        return data, Course()
    plan = protocol.interim
    endpoint = protocol.endpoint(plan.endpoint)
    cutoffs = [cutoff_at(protocol, data, endpoint, t) for t in plan.analyses[:-1]]
    course = hold(protocol, data, cutoffs)
    if course.stopped is None:
        return data, course
    randomized = data.participants.dropna(subset="arm")["randomized_at"]
    days = randomized.dt.tz_localize(None).dt.normalize()
    in_time = (days <= pd.Timestamp(course.cutoffs[-1])).to_numpy()
    kept = int(in_time.nonzero()[0].max()) + 1
    data = simulate(protocol, scenario, seed=seed, n=kept)
    return data, hold(protocol, data, course.cutoffs)


def hold(
    protocol: Protocol,
    data: TrialData,
    cutoffs: Sequence[date],
    *,
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
) -> Course:
    """Holds the interim analyses of a trial at their cut-offs, until a boundary is crossed.

    Args:
        protocol: with ``[interim]``, otherwise there is nothing to hold.
        data: of the complete trial; each analysis uses what was known at its cut-off.
        cutoffs: of the analyses, from the first; fewer than planned if recruitment
            stopped at the last of them.
        blind: as of ``interim_analysis``.
        seed: of a dummy allocation.

    Raises:
        DesignError: EQ837, EQ838: as ``interim_analysis``.
        AnalysisError: as ``interim_analysis``.
    """
    if protocol.interim is None:
        return Course()
    plan = stated(protocol)
    allocation: Literal["actual", "dummy"] = "dummy" if blind == "dummy" else "actual"
    results: list[InterimResult] = []
    record: tuple[Recorded, ...] = ()
    stopped: int | None = None
    for number in range(1, len(plan.analyses)):
        if stopped or number > len(cutoffs):
            if record and ended_by(plan, record[-1]):
                break
            last = stopped or len(cutoffs)
            reason = f"recruitment ended after analysis {last}"
            record = not_held(
                protocol, number, cutoffs[last - 1], reason,
                record=record, allocation=allocation,
            )  # fmt: skip
            continue
        cutoff = cutoffs[number - 1]
        try:
            found = interim_analysis(
                protocol, data, number, cutoff, record=record, blind=blind, seed=seed
            )
        except DesignError as error:
            if error.code not in NOT_POSSIBLE:
                raise
            record = not_held(
                protocol, number, cutoff, error.problems[0].what,
                record=record, allocation=allocation,
            )  # fmt: skip
            continue
        results.append(found)
        record = found.entries
        if found.decision != "continue" or ended_by(plan, record[-1]):
            stopped = number
    used = tuple(cutoffs[: stopped or len(cutoffs)])
    return Course(tuple(results), record, used, stopped)
