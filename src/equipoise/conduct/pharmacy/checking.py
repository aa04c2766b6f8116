"""The second person's check: strength, lot and volume, from the label of the vial alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.services import Content, Syringe
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import entries, lock
from equipoise.conduct.capture.current import require_open
from equipoise.conduct.numbers import decimal
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.study.protocols import record
from equipoise.numerics.rounding import fixed
from equipoise.protocol.treatment import DECIMALS


def check(
    number: str,
    *,
    strength: str = "",
    lot: str = "",
    volume_ml: str,
    key: Path,
    actor: Actor,
    at: datetime,
) -> Syringe:
    """A second person's answer: the syringe is released, or quarantined.

    An answer that differs can be given again once. The participant's chain learns the
    number of a released syringe, and nothing else. Repeated by the same person, a check
    that was cut off is completed. Strength (mg/mL) and lot are those on the vial, not
    asked for without a drug; the volume of the stock solution is what the second person
    worked out.

    Raises:
        AccessError: EQ911.
        ConductError: EQ939, the person has prepared it, or it was checked or taken out of
            use already.
    """
    made, person = accountability.known(number, actor)
    actor.require("check syringe", person.site.code)
    require_open(person.identifier)
    if made.checked_by != actor.name:
        content = services.content_of(key, number)
        said = {"strength": strength[:40], "lot": lot[:60], "volume_ml": volume_ml[:40]}
        made = services.answer_check(
            key,
            number,
            agrees=_same(content, said),
            said=said,
            actor=actor.name,
            at=at,
        )
    if made.agrees:
        _release(made, actor, at)
    return made


def differing(number: str, *, key: Path) -> list[services.Recorded]:
    """Answers that differed, for who has opened the syringe."""
    about = services.history(key, services.SYRINGE + number)
    return [one for one in about if one.kind == "answered"]


def _same(content: Content, said: dict[str, str]) -> bool:
    volume = fixed(decimal(said["volume_ml"]), DECIMALS) == content.volume_ml
    if not content.drug:
        return volume and bool(said["volume_ml"].strip())
    strength = decimal(said["strength"]) == content.concentration
    # A syringe from before there was a register is of no lot.
    lot = not content.stock or _plain(said["lot"]) == _plain(content.lot)
    return volume and strength and lot


def _plain(lot: str) -> str:
    return " ".join(lot.split()).casefold()


def _release(made: Syringe, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        lock(made.participant)
        now = services.syringe(made.number)  # somebody may have discarded it since
        if now is not None and now.discarded_by:
            raise services.discarded(now)
        if entries(made.participant).filter(act="syringe", value=made.number).exists():
            return
        fact = Fact("syringe", "syringe", made.visit, item="number", value=made.number)
        record(made.participant, fact, actor=actor.name, at=at)
