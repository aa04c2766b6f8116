"""The analysis of a trial, with what it says about its candidates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from equipoise.analyze import run
from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import TrialData
from equipoise.learn.estimates import with_responders
from equipoise.protocol.model import Protocol


def analyze(
    protocol: Protocol,
    data: TrialData,
    *,
    blind: Literal["refuse", "dummy"] = "refuse",
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Results:
    """Calculates all estimates that a protocol specifies.

    Args:
        protocol: of the trial.
        data: of the trial.
        blind: what to do while the data are blinded: ``refuse``, or analyze a
            ``dummy`` allocation, so that the program is finished before unblinding; all
            output states this.
        seed: of the dummy allocation; noted in the provenance.
        progress: called with the endpoint that is analyzed.

    Raises:
        AnalysisError: EQ451 the data are blinded; EQ454 they are not; EQ452, EQ453 the
            data do not hold what an estimand needs, for all endpoints together. An
            endpoint whose model cannot be fitted is reported as such and stops nothing.
        ProtocolError: EQ834, the protocol plans interim analyses: the final analysis is
            that of ``equipoise.interim.final.final_analysis``.
    """
    made = run.analyze(protocol, data, blind=blind, seed=seed, progress=progress)
    return with_responders(protocol, data, made, progress=progress)
