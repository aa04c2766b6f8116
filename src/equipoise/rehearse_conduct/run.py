"""Rehearsal of a trial: from screening to the report, through the running application."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd

from equipoise.analyze.result import Results
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.errors.counted import counted
from equipoise.exchange.interim_course import save_course, say_course
from equipoise.exchange.protocols import load_protocol, texts
from equipoise.exchange.report_files import Publication, report
from equipoise.exchange.scenarios import load_scenario
from equipoise.exchange.write import write_data
from equipoise.protocol import population
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct import study_closure
from equipoise.rehearse_conduct.action_plan import Deed, Part, parts
from equipoise.rehearse_conduct.actions import perform
from equipoise.rehearse_conduct.application import staged
from equipoise.rehearse_conduct.bedside import Bedside
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.enrolment import randomize, screen
from equipoise.rehearse_conduct.pharmacy import stock_up
from equipoise.rehearse_conduct.setup import STAFF
from equipoise.rehearse_conduct.users import Cast
from equipoise.simulate.interim_course import Course, hold, simulate_course
from equipoise.simulate.scenario import Scenario, at_one_site
from equipoise.simulate.trial import simulate

HANDS = 8  # simultaneous users
SITE = "site-1"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ConductRehearsal:
    """A trial that passed through the application.

    Attributes:
        data: as exported after lock and unblinding.
        results: of these data.
        publication: their report.
        dry_run: the report from the blinded export, on a dummy allocation.
        simulated: the same participants, without the application.
        course: of the interim analyses of these data.
        protocol: of the trial.
        done: action -> count.
        verified: output of ``audit verify`` at the end.
    """

    data: UnblindedTrialData
    results: Results
    publication: Publication
    dry_run: Publication
    simulated: UnblindedTrialData
    course: Course
    protocol: Protocol
    done: dict[str, int]
    verified: str

    @property
    def forms(self) -> int:
        """Number of forms that were filled in."""
        return self.done["forms"]

    def save(self, folder: str | Path) -> Path:
        """Writes the report, the exported data in ``data/`` and the dry run.

        Returns:
            The path of ``report.html``.
        """
        page = self.publication.save(folder)
        self.dry_run.save(Path(folder) / "dry-run")
        write_data(self.data, Path(folder) / "data")
        save_course(self.protocol, self.course, Path(folder) / "interim")
        return page


def rehearse_conduct(
    protocol: str | Path,
    scenario: str | Path | None = None,
    *,
    seed: int = 1,
    n: int | None = None,
    progress: Tell | None = None,
) -> ConductRehearsal:
    """Performs a trial through the running application, over HTTP.

    Every form is filled in on its page by a user of the right role; every infusion gets
    its syringe from the pharmacy. At the end the audit trail is verified, and a backup is
    restored. Interim analyses are those of the exported data at their cut-offs; which
    participants the trial recruits until a boundary is crossed is simulated before.

    Args:
        protocol: name in the library, or path of a protocol file.
        scenario: assumptions of the simulation; by default the scenario of the library.
        seed: of the simulated participants and of the allocation schedule.
        n: number randomized; by default the planned size.
        progress: called with a text for each step.

    Raises:
        ConductError: EQ964, the application rejected something.
        DesignError: an interim analysis cannot be held, as ``interim_analysis``.
    """
    tell = progress or (lambda _: None)
    model = load_protocol(protocol)
    cutoffs: tuple[date, ...] = ()
    if model.interim is not None:
        known = scenario_of(model, scenario, tell)
        recruited, course = simulate_course(model, known, seed=seed, n=n)
        n, cutoffs = int(recruited.participants["arm"].count()), course.cutoffs
    trial = performed(protocol, scenario, seed=seed, n=n, progress=tell)
    with trial as (cast, simulated):
        end = end_of(cast)
        tell("export while the trial is blinded")
        masked = _exported(model, study_closure.export(cast, end))

        def blind(step: str) -> None:
            tell(f"dry run on a dummy allocation: {step}")

        shuffled = hold(model, masked, cutoffs, blind="dummy", seed=seed)
        dry = shuffled.analysis(model)
        dummy = dry(model, masked, blind="dummy", seed=seed, progress=blind)
        dry_run = report(model, masked, dummy, progress=blind)
        tell("database lock")
        study_closure.lock(cast, end)
        tell("unblinding")
        data = _exported(model, study_closure.unblind(cast, end))
        folder = cast.stage.log.parent
        said = study_closure.verify(folder)
        tell(said)
        with tempfile.TemporaryDirectory(prefix="equipoise-restored-") as other:
            tell(study_closure.bring_back(folder, Path(other)))
    if not isinstance(data, UnblindedTrialData):
        raise TypeError("the export after unblinding has no arms")
    course = hold(model, data, cutoffs)
    say_course(course, tell)
    results = course.analysis(model)(model, data, seed=seed, progress=tell)
    publication = report(model, data, results, progress=tell)
    tell(_told(cast))
    return ConductRehearsal(
        data, results, publication, dry_run, simulated, course, model,
        dict(cast.done), said,
    )  # fmt: skip


def scenario_of(protocol: Protocol, name: str | Path | None, tell: Tell) -> Scenario:
    """The assumptions of a simulation, at one site if sites are strata."""
    known = load_scenario(protocol.trial.id if name is None else name)
    if population.SITE not in protocol.randomization.strata:
        return known
    tell(f"all participants are at one site, {SITE}")
    return at_one_site(known, SITE)


@contextmanager
def performed(
    protocol: str | Path,
    scenario: str | Path | None = None,
    *,
    seed: int,
    n: int | None,
    progress: Tell,
    list_seed: int | None = None,
) -> Iterator[tuple[Cast, UnblindedTrialData]]:
    """A trial in which every form is filled in; still blinded and running.

    The arguments are those of ``rehearse_conduct``; ``list_seed`` is that of the
    allocation schedule, if it differs from that of the simulation.

    Yields:
        All users, and the same participants as simulated.
    """
    model = load_protocol(protocol)
    progress("simulated participants")
    known = scenario_of(model, scenario, progress)
    data = simulate(model, known, seed=seed, n=n)
    people = list(parts(model, data))
    names = [part.identifier for part in people]
    listed = seed if list_seed is None else list_seed
    plan = plan_of(protocol, seed=listed, places=len(names) + 10, people=names)
    users = [*STAFF, *(name.lower() for name in names)]
    progress("setting up the application")
    with (
        tempfile.TemporaryDirectory(prefix="equipoise-rehearsal-") as folder,
        staged(Path(folder), plan, users) as stage,
    ):
        cast = Cast(stage, people, {name: Browser(stage, name) for name in users})
        _perform(cast, model, progress)
        yield cast, data


def plan_of(
    protocol: str | Path, *, seed: int, places: int, people: list[str]
) -> dict[str, object]:
    """The plan for ``setup.py``.

    Args:
        protocol: name in the library, or path of a protocol file.
        seed: of the allocation schedule.
        places: of each stratum.
        people: identifiers of participants who get an account.
    """
    _, text, instruments = texts(protocol)
    return {
        "protocol": text,
        "instruments": instruments,
        "site": SITE,
        "seed": seed,
        "places": places,
        "participants": people,
        "passwords": {},
    }


def _perform(cast: Cast, model: Protocol, tell: Tell) -> None:
    """All actions from screening to the last visit."""
    tell(f"{len(cast.browsers)} users log in")
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(Browser.log_in, cast.browsers.values()))
    stock_up(cast, model, min(part.screened_at for part in cast.parts))
    tell(f"screening of {counted(len(cast.parts), 'participant')}")
    for part in cast.parts:
        screen(cast, part)
    _all(cast, tell, "forms before randomization", [p.before for p in cast.parts])
    tell("randomization")
    for part in cast.parts:
        randomize(cast, part)
    _all(cast, tell, "infusions, ratings, events", [p.after for p in cast.parts])


def _all(cast: Cast, tell: Tell, what: str, deeds: list[list[Deed]]) -> None:
    """Performs actions: in order for one participant, several participants in parallel."""
    total, done = sum(map(len, deeds)), 0
    with ThreadPoolExecutor(HANDS) as hands:
        work = zip(cast.parts, deeds, strict=True)
        jobs = [hands.submit(_walk, cast, part, own) for part, own in work]
        try:
            for job in as_completed(jobs):
                done += job.result()
                tell(f"{what}: {done} of {total} done, {cast.forms} forms")
        except BaseException:
            hands.shutdown(cancel_futures=True)
            raise


def _walk(cast: Cast, part: Part, deeds: list[Deed]) -> int:
    """Performs the actions for one participant."""
    bedside = Bedside(cast, part.identifier)
    for deed in deeds:
        perform(cast, bedside, deed)
    return len(deeds)


def _told(cast: Cast) -> str:
    """Counts of the actions, in one line."""
    return ", ".join(f"{count} {what}" for what, count in cast.done.items())


def end_of(cast: Cast) -> datetime:
    """The day after the last form."""
    last = [deed.at for part in cast.parts for deed in (*part.before, *part.after)]
    return max(last) + timedelta(days=1)


def _exported(protocol: Protocol, content: bytes) -> TrialData:
    """The data of an export in Parquet."""
    with ZipFile(io.BytesIO(content)) as archive:
        tables = {
            name: pd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
            for name in (*TABLES, *OPTIONAL)
        }
    origin = Origin(virtual=True)
    return TrialData.from_tables(protocol, tables, origin=origin)
