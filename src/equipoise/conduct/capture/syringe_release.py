"""Syringe release: an infusion needs the syringe that the pharmacy has released for it.

The pharmacy records the number of a released syringe in the participant's audit trail, and
nothing else; it clears the number when the syringe is discarded. The user who starts an
infusion enters the number on the syringe. The allocation database is not read: blinded
users need no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.conduct.capture.current_values import Current
from equipoise.errors import ConductError

INFUSION, STARTED = "infusion", "started_at"
SYRINGE, NUMBER = "syringe", "number"  # form and item of the entry; field of the form


def released(known: Current, visit: str) -> str:
    """Number of the syringe that is released for an infusion now; empty without one."""
    return known.answers(SYRINGE, visit).get(NUMBER, "")


def replaced(known: Current, visit: str) -> bool:
    """Whether the pharmacy discarded a syringe that it had released for an infusion."""
    said = known.values.get((SYRINGE, visit, None), {}).get(NUMBER)
    return said is not None and (said.value is None or said.versions > 1)


def begun_with(known: Current, visit: str) -> str:
    """Number of the syringe with which an infusion has started; empty before it has."""
    said = known.answers(INFUSION, visit)
    return said.get(SYRINGE, "") if said.get(STARTED) else ""


def unreleased(
    known: Current, visit: str, new: Mapping[str, str], whole: Mapping[str, str]
) -> dict[str, str]:
    """Field -> problem with the syringe of an infusion that is recorded.

    ``new`` are the values to be saved, ``whole`` all values of the form with them.

    Raises:
        ConductError: EQ927, no syringe was released for this infusion.
    """
    if not (new.get(SYRINGE) or new.get(STARTED)):
        return {}
    number = released(known, visit)
    if not number:
        raise ConductError.single(
            "EQ927",
            "the syringe of this infusion was discarded, and no other is released yet"
            if replaced(known, visit)
            else "no syringe was released for this infusion",
            where=f"the syringe of {visit}",
            fix="ask the pharmacy to prepare and release a syringe, then enter its number",
        )
    if not whole.get(SYRINGE):
        return {STARTED: "enter the number on the syringe first"}
    if whole[SYRINGE] != number:
        what = "this is not the syringe that was released for this infusion"
        again = ": another was discarded and replaced, enter the number on the new one"
        other = ": do not start. Check participant and number on the label"
        return {SYRINGE: what + (again if replaced(known, visit) else other)}
    return {}
