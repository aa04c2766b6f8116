"""The whole life of a trial on virtual participants, through the real parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.exchange.publish import Publication, report
from equipoise.exchange.truths import load_truth
from equipoise.exchange.write import write_data
from equipoise.protocol.model import Protocol
from equipoise.simulate.trial import simulate
from equipoise.simulate.truth import Truth


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A trial that was carried out on virtual participants."""

    data: UnblindedTrialData
    results: Results
    publication: Publication

    def save(self, folder: str | Path) -> Path:
        """Writes the report, and the data beside it in ``data/``.

        Returns:
            The path of ``report.html``.

        Raises:
            LibraryError: EQ003, the folder cannot be written to.
        """
        page = self.publication.save(folder)
        write_data(self.data, Path(folder) / "data")
        return page


def rehearse(
    protocol: Protocol,
    truth: Truth | str | Path | None = None,
    *,
    seed: int = 1,
    n: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Rehearsal:
    """Carries a trial out on virtual participants, from screening to the report.

    Args:
        protocol: what is done.
        truth: what the participants are like: a truth, or the name or path of a truth
            file; by default the one of the library with the name of the trial.
        seed: not negative; the same seed gives the same trial everywhere.
        n: number randomized; by default the planned size.
        progress: told what is being done.

    Raises:
        LibraryError: EQ001, there is no truth for this trial.
        SimulationError: the truth does not fit the protocol.
        AnalysisError: the protocol's analysis cannot be carried out.
    """
    tell = progress or (lambda _: None)
    if not isinstance(truth, Truth):
        truth = load_truth(protocol.trial.id if truth is None else truth)
    tell("virtual participants")
    data = simulate(protocol, truth, seed=seed, n=n)
    results = analyze(protocol, data, seed=seed, progress=tell)
    return Rehearsal(data, results, report(protocol, data, results, progress=tell))
