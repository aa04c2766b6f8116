"""Once the trial is unblinded: the data with their arms, for who may have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.proposing import require_substance
from equipoise.conduct.allocation.disclosure import NAME
from equipoise.conduct.allocation.services import (
    Filled,
    contents,
    disclose,
    open_all,
)
from equipoise.conduct.audit.record import is_unblinded
from equipoise.conduct.export import dispensed
from equipoise.conduct.export.cells import Cells
from equipoise.conduct.export.form_tables import further_tables
from equipoise.conduct.export.services import (
    Export,
    Format,
    Prepared,
    Tell,
    begin,
    frames,
    rows,
    silent,
    write,
)
from equipoise.conduct.export.sight import sight_of
from equipoise.conduct.study.protocols import version
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import OPTIONAL
from equipoise.dataset.trialdata import TrialData
from equipoise.dataset.typed import contract
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol

DOSES = "DOSES.txt"


@dataclass(frozen=True, slots=True)
class Opened:
    """What is not blind any more.

    Attributes:
        arms: participant -> arm.
        syringes: every syringe with its content; empty for a trial without.
    """

    arms: Mapping[str, str]
    syringes: tuple[Filled, ...]


def unblinded_data(actor: Actor, key: Path, *, reason: str, at: datetime) -> TrialData:
    """The data of all sites with arm, drug and dose.

    Args:
        actor: a statistician of all sites.
        key: file of the key of the vault.
        reason: in words, such as ``final analysis``.
        at: UTC.

    Returns:
        ``UnblindedTrialData``.

    Raises:
        AccessError: EQ911.
        ConductError: EQ961, the trial is not unblinded; EQ962, the reason says too little.
    """
    opened = _open(actor, key, reason, at)
    snapshot = begin(actor, "UnblindedTrialData", at=at)
    protocol = version(snapshot.protocol)
    return TrialData.from_tables(
        protocol,
        frames(_revealed(protocol, opened, rows(snapshot, actor)), sight_of(actor)),
        origin=Origin(files=(f"snapshot {snapshot.hash[:12]}",)),
    )


def unblinded_export(
    actor: Actor, form: Format, key: Path, *, reason: str, at: datetime
) -> Export:
    """The same as a file, with a table of every syringe; see ``unblinded_data``.

    It holds the sealed list with its seed and salt too, in a workbook as a sheet, so that
    anybody can check the commitment (``equipoise audit commitment``).
    """
    return prepare_unblinded(actor, form, key, reason=reason, at=at).make(silent, None)


def prepare_unblinded(
    actor: Actor, form: Format, key: Path, *, reason: str, at: datetime
) -> Prepared:
    """Opens every arm and writes that and the export down; see ``unblinded_export``."""
    opened = _open(actor, key, reason, at)
    snapshot = begin(actor, f"unblinded {form}", at=at)
    protocol = version(snapshot.protocol)
    tables = contract(protocol) | OPTIONAL | further_tables(protocol)
    tables |= {dispensed.SYRINGES.name: dispensed.SYRINGES}
    words = dispensed.FROM_SYRINGES if opened.syringes else dispensed.FROM_PROTOCOL
    disclosed = disclose(key, protocol.trial.id).text()

    def make(tell: Tell, into: IO[bytes] | None) -> Export:
        blinded = rows(snapshot, actor, tell)
        found = _with_syringes(opened, _revealed(protocol, opened, blinded))
        beside = {DOSES: words, NAME: disclosed}
        made = write(snapshot, form, tables, found, sight_of(actor), beside, into)
        return replace(made, name=made.name.replace(".", "-unblinded.", 1))

    return Prepared(len(snapshot.heads), make)


def require_unblinder(actor: Actor) -> None:
    """Refuses who may not have the arms, and all users before the trial is unblinded.

    Raises:
        AccessError: EQ911.
        ConductError: EQ961.
    """
    if not actor.may("lock", "*") or not actor.may("export", "*"):
        raise AccessError.single(
            "EQ911",
            "you may not unblind the trial",
            where="your roles",
            mend="a statistician of all sites reads the arms once the trial is unblinded",
        )
    if not is_unblinded():
        raise ConductError.single(
            "EQ961",
            "the trial is not unblinded",
            where="the end of the trial",
            mend="close recruitment, lock every participant, and let a second person "
            "confirm it: the page *Lock* leads through it",
        )


def _open(actor: Actor, key: Path, reason: str, at: datetime) -> Opened:
    """Who got what, and what was in the syringes.

    Recorded in the allocation database before it is known.
    """
    require_unblinder(actor)
    require_substance(reason, "EQ962", "arms are opened")
    opened = open_all(key, reason=reason.strip(), actor=actor.name, at=at)
    arms = {row.participant: row.arm for row in opened}
    return Opened(arms, tuple(contents(key)))


def _revealed(
    protocol: Protocol, opened: Opened, found: Iterator[tuple[str, Cells]]
) -> Iterator[tuple[str, Cells]]:
    """Rows with arm, and with the drug and dose that were prepared."""
    syringes = dispensed.prepared(opened.syringes) if opened.syringes else None
    for table, row in found:
        arm = opened.arms.get(str(row["participant"]))
        if table == "participants":
            yield table, row | {"arm": arm}
        elif table == "exposures" and arm is not None:
            yield table, row | dispensed.given(protocol, arm, row, syringes)
        else:
            yield table, row


def _with_syringes(
    opened: Opened, found: Iterator[tuple[str, Cells]]
) -> Iterator[tuple[str, Cells]]:
    yield from found
    for row in dispensed.rows(opened.syringes):
        yield dispensed.SYRINGES.name, row
