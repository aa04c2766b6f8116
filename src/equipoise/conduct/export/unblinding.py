"""Unblinded export: the data with their arms, once the trial is unblinded.

Drug and dose are those prepared, from the syringes of the allocation database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from equipoise.conduct.access.actor import Actor, refused
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.allocation.services.syringes import Content
from equipoise.conduct.allocation.services.unblinding import (
    Filled,
    contents,
    disclose,
    open_all,
)
from equipoise.conduct.audit.record import is_unblinded
from equipoise.conduct.export.form_tables import further_tables
from equipoise.conduct.export.history import plain
from equipoise.conduct.export.services import (
    Export,
    Prepared,
    Tell,
    begin,
    rows,
    silent,
    write,
)
from equipoise.conduct.export.snapshot import sight_of
from equipoise.conduct.export.writers import Cells, Format
from equipoise.conduct.pharmacy.dosing import intervention
from equipoise.conduct.study.protocols import version
from equipoise.dataset.column_types import contract
from equipoise.dataset.tables import OPTIONAL, PARTICIPANT, VISIT, Column, Table
from equipoise.errors import ConductError
from equipoise.exchange.disclosed_list import NAME
from equipoise.protocol.model import Protocol
from equipoise.protocol.treatment import contained_mg

DOSES = "DOSES.txt"


@dataclass(frozen=True, slots=True)
class Opened:
    """Unblinded data."""

    arms: Mapping[str, str]  # participant -> arm
    syringes: tuple[Filled, ...]  # with content; empty for a trial without syringes


def unblinded_export(
    actor: Actor, form: Format, key: Path, *, reason: str, at: datetime
) -> Export:
    """The data of all sites with arm, drug and dose, and a table of every syringe.

    It includes the allocation schedule with its seed and salt, in a workbook as a sheet, so
    that anyone can check the commitment (``equipoise audit commitment``). EQ961, the trial
    is not unblinded; EQ962, the reason is too short.
    """
    return prepare_unblinded(actor, form, key, reason=reason, at=at).make(silent, None)


def prepare_unblinded(
    actor: Actor, form: Format, key: Path, *, reason: str, at: datetime
) -> Prepared:
    """Decrypts all arms, and records that and the export; see ``unblinded_export``."""
    opened = _open(actor, key, reason, at)
    snapshot = begin(actor, f"unblinded {form}", at=at)
    protocol = version(snapshot.protocol)
    tables = contract(protocol) | OPTIONAL | further_tables(protocol)
    tables |= {SYRINGES.name: SYRINGES}
    words = FROM_SYRINGES if opened.syringes else FROM_PROTOCOL
    disclosed = disclose(key, protocol.trial.id).text()

    def make(tell: Tell, into: IO[bytes] | None) -> Export:
        found = _revealed(protocol, opened, rows(snapshot, actor, tell))
        beside = {DOSES: words, NAME: disclosed}
        made = write(snapshot, form, tables, found, sight_of(actor), beside, into)
        return replace(made, name=made.name.replace(".", "-unblinded.", 1))

    return Prepared(len(snapshot.heads), make)


def require_unblinder(actor: Actor) -> None:
    """Requires the right to the arms (EQ911), and an unblinded trial (EQ961)."""
    if not actor.may("lock", "*") or not actor.may("export", "*"):
        fix = "ask a statistician of all sites, who may export the arms"
        raise refused("you may not unblind the trial", "your roles", fix)
    if not is_unblinded():
        raise ConductError.single(
            "EQ961",
            "the trial is not unblinded",
            where="the end of the trial",
            fix="close recruitment, lock every participant and have a second approver "
            "confirm the unblinding: follow the page *Lock*",
        )


def _open(actor: Actor, key: Path, reason: str, at: datetime) -> Opened:
    """Arms and contents of the syringes; recorded before they are disclosed."""
    require_unblinder(actor)
    require_substance(reason, "EQ962", "arms are disclosed")
    opened = open_all(key, reason=reason.strip(), actor=actor.name, at=at)
    arms = {row.participant: row.arm for row in opened}
    return Opened(arms, tuple(contents(key)))


def _revealed(
    protocol: Protocol, opened: Opened, found: Iterator[tuple[str, Cells]]
) -> Iterator[tuple[str, Cells]]:
    """Rows with arm, and with the drug and dose that were prepared; then syringes."""
    syringes = prepared(opened.syringes) if opened.syringes else None
    for table, row in found:
        arm = opened.arms.get(str(row["participant"]))
        if table == "participants":
            yield table, row | {"arm": arm}
        elif table == "exposures" and arm is not None:
            yield table, row | given(protocol, arm, row, syringes)
        else:
            yield table, row
    yield from ((SYRINGES.name, row) for row in syringe_rows(opened.syringes))


SYRINGES = Table(
    "syringes",
    "one syringe that was prepared, also if it was taken out of use",
    (
        PARTICIPANT,
        VISIT,
        Column("number", "text", "on the label", required=True),
        Column("drug", "text", "drug in the syringe", unblinds=True),
        Column(
            "ordered_mg", "number", "dose of the protocol", unit="mg", unblinds=True
        ),
        Column("dose_mg", "number", "dose in the volume", unit="mg", unblinds=True),
        Column("capped", "flag", "whether the cap was reached", unblinds=True),
        Column("concentration", "number", "of the stock", unit="mg/mL", unblinds=True),
        Column(
            "volume_ml", "number", "of the stock solution", unit="mL", unblinds=True
        ),
        Column("total_ml", "number", "filled up to", unit="mL"),
        Column("lot", "text", "lot number on the vials", unblinds=True),
        Column("expiry", "text", "last day of use of the lot, ISO 8601", unblinds=True),
        Column("vials", "integer", "number of opened vials", unblinds=True),
        Column("weight_kg", "number", "weight for the dose", unit="kg"),
        Column("weighed_at", "datetime", "when the weight was recorded"),
        Column("filled_by", "text", "user name"),
        Column("filled_at", "datetime", "when it was prepared"),
        Column("checked_by", "text", "user name of the second pharmacist"),
        Column("released", "flag", "whether the check matched"),
        Column("discarded_by", "text", "who took it out of use before its infusion"),
        Column("discarded_at", "datetime", "when it was taken out of use"),
        Column("discarded_because", "text", "reason for discarding it", unblinds=True),
    ),
    ("number",),
)
FROM_SYRINGES = (
    "Drug and dose of each exposure are those of its released syringe: the volume that "
    "was drawn up times the concentration of the stock solution. The table syringes "
    "lists every syringe.\n"
)
FROM_PROTOCOL = (
    "No syringe was filled in this trial: drug and dose of each exposure were calculated "
    "from the arm and the weight of that day, by the rule of the protocol.\n"
)

Contents = Mapping[tuple[str, str], Content]


def prepared(filled: Iterable[Filled]) -> dict[tuple[str, str], Content]:
    """Participant and visit -> content of the released syringe in use."""
    return {
        (one.syringe.participant, one.syringe.visit): one.content
        for one in filled
        if one.syringe.agrees and one.syringe.stands
    }


def given(
    protocol: Protocol, arm: str, exposure: Cells, syringes: Contents | None
) -> Cells:
    """Drug and dose of one infusion.

    ``exposure`` is the row of the blinded table. In a trial without syringes (``syringes``
    absent) doses follow from the protocol.
    """
    if syringes is None:
        kind, weight = intervention(protocol, arm), exposure.get("weight_kg")
        dose = None
        if kind is not None and kind.dose is not None and isinstance(weight, float):
            dose = kind.drawn_mg(weight, 1.0)  # vials are unknown: to 0.01 mg
        return {"drug": None if kind is None else kind.drug, "dose_mg": dose}
    where = str(exposure["participant"]), str(exposure["visit"])
    content = syringes.get(where)
    if content is None or not content.drug:
        return {"drug": None, "dose_mg": None}
    return {"drug": content.drug, "dose_mg": held_mg(content)}


def syringe_rows(filled: Iterable[Filled]) -> Iterator[Cells]:
    """The table of syringes."""
    for one in filled:
        made, content = one.syringe, one.content
        at, gone = content.weighed_at, made.discarded_at
        row = {
            **asdict(content),
            **asdict(made),
            "ordered_mg": content.dose_mg if content.drug else None,
            "dose_mg": held_mg(content),
            "volume_ml": float(content.volume_ml),
            "total_ml": float(content.total_ml),
            "vials": content.vials or None,
            "weighed_at": plain(datetime.fromisoformat(at)) if at else None,
            "filled_at": plain(made.at),
            "released": made.agrees,
            "discarded_at": plain(gone) if gone else None,
            "discarded_because": one.why,
        }
        columns = (column.name for column in SYRINGES.columns)
        yield {name: None if row[name] == "" else row[name] for name in columns}


def held_mg(content: Content) -> float | None:
    """The dose in a syringe; None for saline."""
    if content.concentration is None:
        return None
    return contained_mg(content.volume_ml, content.concentration)
