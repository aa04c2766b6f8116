"""Dosing: from weight to volume by the rule of the protocol, rounded once.

The dose is not rounded. The volume is rounded to hundredths of a millilitre, which a
syringe can measure (``protocol.treatment``, with the same rule for simulated
participants). The administered dose is that of the rounded volume.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from equipoise.errors import ConductError
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol
from equipoise.protocol.treatment import DECIMALS, Intervention, drawn_ml

OLDEST = 14  # days for which a weight is valid without confirmation


@dataclass(frozen=True, slots=True)
class Weight:
    """A body weight, and when it was recorded."""

    kg: float
    at: datetime
    form: str  # source, such as ``infusion``
    visit: str  # of the form; empty for a form without a visit

    def age(self, at: datetime) -> int:
        """Days since it was recorded."""
        return max(0, (at - self.at).days)


@dataclass(frozen=True, slots=True)
class Dose:
    """Drug and dose of one infusion of an arm."""

    drug: str  # generic name; empty where the arm gets no drug
    mg: float  # after the cap; 0 without a drug
    capped: bool  # whether the cap of the protocol was reached
    by_weight: bool  # whether it depends on a weight
    cap_mg: float | None = None  # of the protocol; None without one


def intervention(protocol: Protocol, arm: str) -> Intervention | None:
    """The intervention that is infused in an arm; None for care as usual."""
    return protocol.infused(arm)


def dose(protocol: Protocol, arm: str, weight: Weight | None) -> Dose:
    """The dose of one infusion; EQ938 if it depends on a weight and there is no weight."""
    given = intervention(protocol, arm)
    if given is None or given.drug is None or given.dose is None:
        return Dose("", 0.0, capped=False, by_weight=False)
    by_weight = (given.dose.unit or "mg") != "mg"
    if by_weight and weight is None:
        raise refused("no weight is recorded", "have the participant weighed")
    kg = weight.kg if weight else 1.0
    mg = given.dose_mg(kg)
    cap = None if given.cap is None else given.cap.value
    return Dose(given.drug, mg, cap is not None and mg >= cap, by_weight, cap)


def volume(given: Dose, concentration: float, total_ml: float) -> str:
    """Volume of the stock solution in mL, as text with two decimals.

    ``concentration`` is that of the stock solution in mg/mL; the syringe is filled up
    to ``total_ml``. EQ938, either is not valid, or the volume does not fit.
    """
    if not (math.isfinite(total_ml) and 0 < total_ml <= 1000):
        raise refused("the total volume is not valid", "enter it in mL, up to 1000")
    if not given.drug:
        return fixed(0.0, DECIMALS)
    if not (math.isfinite(concentration) and 0 < concentration <= 1000):
        raise refused(
            "the concentration is not valid", "enter it in mg/mL as on the vial"
        )
    text = drawn_ml(given.mg, concentration, given.cap_mg)
    if not 0 < float(text) <= total_ml:
        raise refused(
            f"{text} mL of stock solution are not possible in a syringe of {total_ml:g} mL",
            "check the concentration and the total volume",
        )
    return text


def require_weight(
    weight: Weight | None, given: Dose, *, at: datetime, confirmed: bool
) -> None:
    """Rejects a weight that is too old, unless it is confirmed (EQ938)."""
    if weight is None or not given.by_weight or confirmed:
        return
    if weight.age(at) > OLDEST:
        raise refused(
            f"the weight is {weight.age(at)} days old",
            "have the participant weighed, or confirm the weight",
        )


def refused(what: str, fix: str) -> ConductError:
    """The error where a syringe cannot be prepared: EQ938."""
    return ConductError.single("EQ938", what, where="the syringe", fix=fix)
