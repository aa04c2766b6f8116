"""Serving a trial from a protocol: folder, keys, databases, sites, and the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.conduct import folder
from equipoise.conduct.operation import production_checks
from equipoise.errors import ConductError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.wordings import folder_of, wordings

if TYPE_CHECKING:
    from equipoise.conduct.operation.installation import Founded

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The trial to be served."""

    protocol: str
    trial: folder.Trial
    transport: production_checks.Transport = field(
        default_factory=production_checks.Transport
    )
    sites: Mapping[str, str] = field(default_factory=dict)  # code -> name, else one
    amendment: str = ""  # reason, if the protocol differs from the one in force
    workers: int = 1
    zones: Mapping[str, str] = field(default_factory=dict)  # code -> zone, else UTC


@dataclass(frozen=True, slots=True)
class Opened:
    """A trial that is ready to be served."""

    trial: folder.Trial
    founded: Founded
    # For the first administrator; empty if there is one, and in a demonstration.
    token: str

    def set_up_page(self, address: str) -> str:
        """Address for the first administrator; empty if there is one already."""
        return f"{address}/setup/?token={self.token}" if self.token else ""


def default_folder(protocol: str) -> Path:
    """Default folder of a trial."""
    return Path(f"trial-{load_protocol(protocol).trial.id}")


def open_trial(wanted: Wanted, *, at: datetime, tell: Tell) -> Opened:
    """Prepares a trial, or opens the one in the folder. Loads Django.

    Raises:
        ConductError: EQ902, EQ903, EQ951, EQ953.
        InstrumentError: EQ207, a wording does not fit its instrument.
    """
    # Rejected before anything is created.
    folders = [wanted.trial.folder, *folder_of(wanted.protocol)]
    texts = wordings(load_protocol(wanted.protocol), folders)
    if wanted.trial.demo and not wanted.transport.local:
        raise ConductError.single(
            "EQ902",
            "a demonstration is available on this machine only",
            where=wanted.transport.bind,
            fix="omit --bind",
        )
    again = folder.remembered(wanted.trial.folder) is not None
    trial = folder.prepare(wanted.trial)
    if trial.production:
        production_checks.check(trial, wanted.transport)
    tell("preparing the databases")
    folder.enter(trial)
    # Models can be imported from here on, not before Django is set up.
    from equipoise.conduct.operation import first_run, installation
    from equipoise.conduct.study.wordings import show

    if trial.database and not again:  # a missing one is reported, not created again
        installation.make_databases(trial.database)
    installation.make_tables()
    folder.remember(trial)
    tell("putting the protocol into force")
    founded = installation.found(
        wanted.protocol,
        wanted.sites,
        at=at,
        amendment=wanted.amendment,
        zones=wanted.zones,
    )
    show(texts, actor=installation.TERMINAL, at=at)
    first = first_run.needed() and not trial.demo
    return Opened(trial, founded, first_run.new_token(trial.folder) if first else "")


def run(opened: Opened, wanted: Wanted, *, ready: Callable[[], None]) -> None:
    """Serves until it is interrupted, and writes external checkpoints meanwhile."""
    from django.db import connections

    from equipoise.conduct.export.export_job import clear
    from equipoise.conduct.operation.checkpoint_schedule import beside
    from equipoise.conduct.operation.server import Server, must_be_free, settings

    must_be_free(wanted.transport.bind)
    clear(opened.trial.folder)
    connections.close_all()  # workers open their own
    with beside(opened.trial):
        Server(settings(wanted.transport, wanted.workers), ready).run()
