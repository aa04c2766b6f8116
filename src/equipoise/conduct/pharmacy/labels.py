"""The label of a syringe: what may be read by everybody, and nothing of what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force


@dataclass(frozen=True, slots=True)
class Label:
    """What is printed.

    Attributes:
        trial: its label or id, whichever names no drug: the name of a trial of ketamine
            does not belong on a syringe of midazolam.
        visit: id of the visit of the infusion.
        kit: number of the participant's kit.
        use_by: None for a syringe from before it was recorded.
        total_ml: empty where the syringes of the trial hold different volumes: then the
            volume could tell the arm.
    """

    trial: str
    number: str
    participant: str
    site: Site
    visit: str
    kit: str
    prepared_at: datetime
    use_by: datetime | None
    total_ml: str


def label(number: str, *, key: Path, actor: Actor) -> Label:
    """The label of a syringe that can still be used.

    No arm is shown, and none is opened: no opening is recorded.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, no such syringe; EQ940, it is out of use.
    """
    made, person = accountability.known(number, actor)
    if not made.stands:
        raise services.not_discarded(
            made,
            "this syringe is out of use",
            "print the label of the one in its place",
        )
    content = services.content_of(key, number)
    held = [one for one in services.syringes_of() if one.stands]
    totals = {services.content_of(key, one.number).total_ml for one in held}
    return Label(
        trial=_trial(),
        number=number,
        participant=person.identifier,
        site=person.site,
        visit=made.visit,
        kit=services.kit(person.identifier) or "",
        prepared_at=made.at,
        use_by=datetime.fromisoformat(content.use_by) if content.use_by else None,
        total_ml=content.total_ml if len(totals) == 1 else "",
    )


def _trial() -> str:
    protocol = in_force()
    kinds = protocol.interventions
    words = {w.lower() for k in kinds for w in (k.drug, k.id) if w}
    words |= {arm.id.lower() for arm in protocol.arms}
    for name in (protocol.trial.label, protocol.trial.id):
        if not any(word in name.lower() for word in words):
            return name
    return "Clinical trial"
