"""What was really prepared: drug, dose and volume from the syringes of the vault.

Only ``export.unblinding`` asks for it, after the database is locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from equipoise.conduct.allocation.services import Content, Filled
from equipoise.conduct.export.cells import Cells
from equipoise.conduct.export.history import plain
from equipoise.conduct.pharmacy.dosing import intervention
from equipoise.dataset.tables import PARTICIPANT, VISIT, Column, Table
from equipoise.protocol.model import Protocol
from equipoise.protocol.treatment import contained_mg

SYRINGES = Table(
    "syringes",
    "one syringe that was prepared, also one that was taken out of use",
    (
        PARTICIPANT,
        VISIT,
        Column("number", "text", "on the label", required=True),
        Column("drug", "text", "what is in it", unblinds=True),
        Column(
            "ordered_mg", "number", "dose of the protocol", unit="mg", unblinds=True
        ),
        Column("dose_mg", "number", "what the volume holds", unit="mg", unblinds=True),
        Column("capped", "flag", "whether the cap was reached", unblinds=True),
        Column("concentration", "number", "of the stock", unit="mg/mL", unblinds=True),
        Column(
            "volume_ml", "number", "of the stock solution", unit="mL", unblinds=True
        ),
        Column("total_ml", "number", "filled up to", unit="mL"),
        Column("lot", "text", "of the vials, as it is on them", unblinds=True),
        Column("expiry", "text", "last day of use of the lot, ISO 8601", unblinds=True),
        Column("vials", "integer", "that were opened", unblinds=True),
        Column("weight_kg", "number", "on which the dose rests", unit="kg"),
        Column("weighed_at", "datetime", "when that was written down"),
        Column("filled_by", "text", "user name"),
        Column("filled_at", "datetime", "when it was prepared"),
        Column("checked_by", "text", "the second person"),
        Column("released", "flag", "whether the second person came to the same"),
        Column("discarded_by", "text", "who took it out of use before its infusion"),
        Column("discarded_at", "datetime", "when that was"),
        Column("discarded_because", "text", "what happened to it", unblinds=True),
    ),
    ("number",),
)
FROM_SYRINGES = (
    "Drug and dose of each exposure are what its released syringe held: the volume that "
    "was drawn up times the concentration of the stock solution. The table syringes "
    "lists every syringe.\n"
)
FROM_PROTOCOL = (
    "No syringe was filled in this trial: drug and dose of each exposure were worked out "
    "from the arm and the weight of that day, by the rule of the protocol.\n"
)

Prepared = Mapping[tuple[str, str], Content]


def prepared(filled: Iterable[Filled]) -> dict[tuple[str, str], Content]:
    """Participant and visit -> content of the released syringe that was kept."""
    return {
        (one.syringe.participant, one.syringe.visit): one.content
        for one in filled
        if one.syringe.agrees and one.syringe.stands
    }


def given(
    protocol: Protocol, arm: str, exposure: Cells, syringes: Prepared | None
) -> Cells:
    """Drug and dose of one infusion.

    Args:
        protocol: states the dose.
        arm: of the participant.
        exposure: row of the blinded table.
        syringes: contents of released syringes; None for a trial in which no syringe was
            filled, whose doses follow from the protocol.
    """
    if syringes is None:
        return _by_protocol(protocol, arm, exposure.get("weight_kg"))
    where = str(exposure["participant"]), str(exposure["visit"])
    content = syringes.get(where)
    if content is None or not content.drug:
        return {"drug": None, "dose_mg": None}
    return {"drug": content.drug, "dose_mg": held_mg(content)}


def rows(filled: Iterable[Filled]) -> Iterator[Cells]:
    """The table of syringes."""
    for one in filled:
        made, content = one.syringe, one.content
        at = content.weighed_at
        yield {
            "participant": made.participant,
            "visit": made.visit,
            "number": made.number,
            "drug": content.drug or None,
            "ordered_mg": content.dose_mg if content.drug else None,
            "dose_mg": held_mg(content),
            "capped": content.capped,
            "concentration": content.concentration,
            "volume_ml": float(content.volume_ml),
            "total_ml": float(content.total_ml),
            "lot": content.lot or None,
            "expiry": content.expiry or None,
            "vials": content.vials or None,
            "weight_kg": content.weight_kg,
            "weighed_at": plain(datetime.fromisoformat(at)) if at else None,
            "filled_by": made.filled_by,
            "filled_at": plain(made.at),
            "checked_by": made.checked_by or None,
            "released": made.agrees,
            "discarded_by": made.discarded_by or None,
            "discarded_at": plain(made.discarded_at) if made.discarded_at else None,
            "discarded_because": one.why or None,
        }


def held_mg(content: Content) -> float | None:
    """The dose that is in a syringe; None for saline."""
    if content.concentration is None:
        return None
    return contained_mg(content.volume_ml, content.concentration)


def _by_protocol(protocol: Protocol, arm: str, weight: object) -> Cells:
    kind = intervention(protocol, arm)
    if kind is None:
        return {"drug": None, "dose_mg": None}
    dose = None
    if kind.dose is not None and isinstance(weight, float):
        dose = kind.drawn_mg(weight, 1.0)  # no vial is known: to 0.01 mg
    return {"drug": kind.drug, "dose_mg": dose}
