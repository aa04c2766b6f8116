"""The rehearsal: from screening to the report, through the running application."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pandas as pd

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import TABLES
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.exchange.protocols import load_protocol, texts
from equipoise.exchange.publish import Publication, report
from equipoise.exchange.truths import load_truth
from equipoise.exchange.write import write_data
from equipoise.protocol.model import Protocol
from equipoise.rehearse_conduct.browser import Browser
from equipoise.rehearse_conduct.script import Deed, Part, parts
from equipoise.rehearse_conduct.setup import ROLES, user_name
from equipoise.rehearse_conduct.stage import Stage, staged
from equipoise.simulate.trial import simulate

HANDS = 8  # people at work at once
SITE = "site-1"
EXPORT = "/api/export?format=parquet"
UNBLINDED = "/api/unblinded-export?format=parquet"
Tell = Callable[[str], None]


@dataclass(slots=True)
class Cast:
    """Everybody of a rehearsal, logged in, with their parts.

    Attributes:
        stage: the running application.
        parts: of the participants, in the order of arrival.
        browsers: user name -> session.
        forms: number of forms that were filled in.
        kits: identifier -> kit number.
    """

    stage: Stage
    parts: list[Part]
    browsers: dict[str, Browser]
    forms: int = 0
    kits: dict[str, str] = field(default_factory=dict)

    def browser(self, role: str, identifier: str = "") -> Browser:
        """The session of the person of a role; of a participant, the own one."""
        name = identifier.lower() if role == "participant" else user_name(role)
        return self.browsers[name]


@dataclass(frozen=True, slots=True)
class ConductRehearsal:
    """A trial that passed through the application.

    Attributes:
        data: as exported after lock and unblinding.
        results: of these data.
        publication: their report.
        dry_run: the report from the blinded export, on a dummy allocation.
        simulated: the same participants, without the application.
        forms: number of forms that were filled in.
    """

    data: UnblindedTrialData
    results: Results
    publication: Publication
    dry_run: Publication
    simulated: UnblindedTrialData
    forms: int

    def save(self, folder: str | Path) -> Path:
        """Writes the report, the exported data in ``data/`` and the dry run.

        Returns:
            The path of ``report.html``.
        """
        page = self.publication.save(folder)
        self.dry_run.save(Path(folder) / "dry-run")
        write_data(self.data, Path(folder) / "data")
        return page


def rehearse_conduct(
    protocol: str | Path,
    truth: str | Path | None = None,
    *,
    seed: int = 1,
    n: int | None = None,
    progress: Tell | None = None,
) -> ConductRehearsal:
    """Carries a trial out through the running application, over HTTP.

    Every form is filled in by the person who would, with the rights of that person.

    Args:
        protocol: name in the library, or path of a protocol file.
        truth: what the participants are like; by default that of the library.
        seed: of the virtual participants and of the sealed list.
        n: number randomized; by default the planned size.
        progress: told what is being done.

    Raises:
        ConductError: EQ964, the application refused something.
    """
    tell = progress or (lambda _: None)
    with performed(protocol, truth, seed=seed, n=n, progress=tell) as (cast, simulated):
        model = load_protocol(protocol)
        statistician = cast.browser("statistician")
        end = end_of(cast)
        tell("export while the trial is blind")
        masked = _exported(model, statistician.get(EXPORT, at=end).body)

        def blind(step: str) -> None:
            tell(f"dry run on a dummy allocation: {step}")

        dummy = analyze(model, masked, blind="dummy", seed=seed, progress=blind)
        dry_run = report(model, masked, dummy, progress=blind)
        tell("database lock")
        statistician.ask("/api/lock", {}, at=end)
        tell("unblinding")
        statistician.confirm()
        why = {"reason": "final analysis of the rehearsal"}
        content = statistician.ask(UNBLINDED, why, at=end)
        data = _exported(model, content)
    if not isinstance(data, UnblindedTrialData):
        raise TypeError("the export after unblinding has no arms")
    results = analyze(model, data, seed=seed, progress=tell)
    publication = report(model, data, results, progress=tell)
    return ConductRehearsal(data, results, publication, dry_run, simulated, cast.forms)


@contextmanager
def performed(
    protocol: str | Path,
    truth: str | Path | None = None,
    *,
    seed: int,
    n: int | None,
    progress: Tell,
    list_seed: int | None = None,
) -> Iterator[tuple[Cast, UnblindedTrialData]]:
    """A trial in which every form is filled in; still blind, and still running.

    The arguments are those of ``rehearse_conduct``; ``list_seed`` is that of the sealed
    list, if it is not that of the simulation.

    Yields:
        Everybody, and the same participants as they were simulated.
    """
    model = load_protocol(protocol)
    progress("virtual participants")
    known = load_truth(model.trial.id if truth is None else truth)
    data = simulate(model, known, seed=seed, n=n)
    people = list(parts(model, data))
    names = [part.identifier for part in people]
    listed = seed if list_seed is None else list_seed
    plan = plan_of(protocol, seed=listed, places=len(names) + 10, people=names)
    users = [*map(user_name, ROLES), *(name.lower() for name in names)]
    progress("setting the application up")
    with (
        tempfile.TemporaryDirectory(prefix="equipoise-rehearsal-") as folder,
        staged(Path(folder), plan, users) as stage,
    ):
        cast = Cast(stage, people, {name: Browser(stage, name) for name in users})
        _perform(cast, progress)
        yield cast, data


def plan_of(
    protocol: str | Path, *, seed: int, places: int, people: list[str]
) -> dict[str, object]:
    """What ``setup.py`` is told.

    Args:
        protocol: name in the library, or path of a protocol file.
        seed: of the sealed list.
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


def _perform(cast: Cast, tell: Tell) -> None:
    """Everything from screening to the last visit."""
    tell(f"{len(cast.browsers)} people log in")
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(Browser.log_in, cast.browsers.values()))
    tell(f"screening of {len(cast.parts)} participants")
    for part in cast.parts:
        _screen(cast, part)
    _all(cast, tell, "forms before randomization", [p.before for p in cast.parts])
    tell("randomization")
    for part in cast.parts:
        if part.randomized_at is not None:
            path = f"/api/participants/{part.identifier}/randomize"
            coordinator = cast.browser("coordinator")
            made = coordinator.ask(path, {}, at=part.randomized_at)
            cast.kits[part.identifier] = made["kit"]
    _all(cast, tell, "infusions, ratings, events", [p.after for p in cast.parts])


def _screen(cast: Cast, part: Part) -> None:
    """Enters a person, who must get the identifier that the simulation gave."""
    coordinator, at = cast.browser("coordinator"), part.screened_at
    made = coordinator.ask("/api/participants", {"site": SITE}, at=at)
    if made["identifier"] != part.identifier:
        raise ValueError(f"{part.identifier} was entered as {made['identifier']}")
    path = f"/api/participants/{part.identifier}/day0"
    coordinator.ask(path, {"day0": part.day0.date().isoformat()}, at=at)


def _all(cast: Cast, tell: Tell, what: str, deeds: list[list[Deed]]) -> None:
    """Fills forms in: those of one participant in their order, of several at once."""
    total = cast.forms + sum(map(len, deeds))
    with ThreadPoolExecutor(HANDS) as hands:
        work = zip(cast.parts, deeds, strict=True)
        jobs = [hands.submit(_fill, cast, part, own) for part, own in work]
        for job in jobs:
            cast.forms += job.result()
            tell(f"{what}: {cast.forms} of {total} forms")


def _fill(cast: Cast, part: Part, deeds: list[Deed]) -> int:
    for deed in deeds:
        browser = cast.browser(deed.by, part.identifier)
        content = {"values": deed.values, "seen": 10**6, "complete": True}
        browser.ask(deed.path(part.identifier), content, at=deed.at)
    return len(deeds)


def end_of(cast: Cast) -> datetime:
    """The day after the last form."""
    last = [deed.at for part in cast.parts for deed in (*part.before, *part.after)]
    return max(last) + timedelta(days=1)


def _exported(protocol: Protocol, content: bytes) -> TrialData:
    """The data of an export in Parquet."""
    with ZipFile(io.BytesIO(content)) as archive:
        tables = {
            name: pd.read_parquet(io.BytesIO(archive.read(f"{name}.parquet")))
            for name in TABLES
        }
    origin = Origin(virtual=True)
    return TrialData.from_tables(protocol, tables, origin=origin)
