"""Rehearses a complete trial on simulated participants, with the same modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.analyze.result import Results
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.exchange.interim_course import save_course, say_course
from equipoise.exchange.report_files import Publication, report
from equipoise.exchange.scenarios import load_scenario
from equipoise.exchange.write import write_data
from equipoise.protocol.model import Protocol
from equipoise.simulate.interim_course import Course, hold, simulate_course
from equipoise.simulate.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A trial that was performed on simulated participants.

    Attributes:
        data: after unblinding.
        results: of these data.
        publication: their report.
        dry_run: the report of the blinded trial on a dummy allocation: the same program,
            completed before unblinding.
        course: of its interim analyses.
    """

    data: UnblindedTrialData
    results: Results
    publication: Publication
    dry_run: Publication
    course: Course
    protocol: Protocol

    def save(self, folder: str | Path) -> Path:
        """Writes the report, the data in ``data/`` and the dry run in ``dry-run/``.

        The pages of the interim analyses and their record are in ``interim/``.

        Returns:
            The path of ``report.html``.

        Raises:
            LibraryError: EQ003, the folder cannot be written to.
        """
        page = self.publication.save(folder)
        self.dry_run.save(Path(folder) / "dry-run")
        write_data(self.data, Path(folder) / "data")
        save_course(self.protocol, self.course, Path(folder) / "interim")
        return page


def rehearse(
    protocol: Protocol,
    scenario: Scenario | str | Path | None = None,
    *,
    seed: int = 1,
    n: int | None = None,
    progress: Callable[[str], None] | None = None,
    logo: bytes | None = None,
) -> Rehearsal:
    """Performs a trial on simulated participants, from screening to the report.

    The analysis and its report are created twice: while the trial is blinded, on a dummy
    allocation, and after unblinding. Interim analyses of the protocol are held in the
    order of the calendar, and recruitment stops at one that crosses a boundary.

    Args:
        protocol: what is done.
        scenario: what is assumed about the participants: a scenario, or the name or path
            of a scenario file; by default the scenario of the trial in the library.
        seed: not negative; the same seed gives the same trial everywhere.
        n: number randomized; by default the planned sample size.
        progress: called with what is being done.
        logo: content of a PNG or SVG file for the title page of both reports.

    Raises:
        LibraryError: EQ001, there is no scenario for this trial.
        SimulationError: the scenario does not fit the protocol.
        AnalysisError: the protocol's analysis cannot be performed.
        DesignError: an interim analysis cannot be held, as ``interim_analysis``.
    """
    tell = progress or (lambda _: None)
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(protocol.trial.id if scenario is None else scenario)
    tell("simulated participants")
    data, course = simulate_course(protocol, scenario, seed=seed, n=n)
    say_course(course, tell)
    masked = data.blinded()
    blind = _told(tell, "dry run on a dummy allocation: ")
    shuffled = hold(protocol, masked, course.cutoffs, blind="dummy", seed=seed)
    dry = shuffled.analysis(protocol)
    dummy = dry(protocol, masked, blind="dummy", seed=seed, progress=blind)
    dry_run = report(protocol, masked, dummy, progress=blind, logo=logo)
    final = course.analysis(protocol)
    results = final(protocol, data, seed=seed, progress=tell)
    publication = report(protocol, data, results, progress=tell, logo=logo)
    return Rehearsal(data, results, publication, dry_run, course, protocol)


def _told(tell: Callable[[str], None], before: str) -> Callable[[str], None]:
    return lambda step: tell(before + step)
