"""Arms and interventions."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.numerics.rounding import fixed
from equipoise.protocol.quantity import Quantity

DECIMALS = 2  # of mL, which a syringe can measure
ArmRole = Literal["experimental", "active placebo", "placebo", "open"]


class Arm(Part):
    """A group to which participants are randomized.

    Attributes:
        ratio: number in the allocation ratio, a positive integer.
        intervention: id of the only intervention, None for care as usual.
        interventions: ids of several, such as a drug and a psychotherapy; a list of one
            means the same as ``intervention``. At most one of them is a drug.
    """

    id: Identifier
    label: Text
    role: ArmRole
    ratio: int = Field(default=1, ge=1, le=20)
    intervention: Identifier | None = None
    interventions: tuple[Identifier, ...] = ()

    @property
    def treatments(self) -> tuple[str, ...]:
        """Ids of all interventions of the arm, however they are stated."""
        if self.interventions:
            return self.interventions
        return () if self.intervention is None else (self.intervention,)


class Intervention(Sourced):
    """A treatment: a drug with its dose, or a psychotherapy with its sessions.

    Attributes:
        kind: kind of treatment.
        drug: generic name; None if it is not a drug.
        dose: amount per administration, in ``mg/kg``, ``mg`` or ``ug/kg``.
        route: such as ``intravenous``.
        infusion: duration of an infusion in ``min``.
        cap: maximum amount per administration, in ``mg``; None for no cap.
        strengths: of the vials from which the pharmacy may prepare it, in ``mg/mL``; the
            first one is used for simulated participants. Empty if the protocol lists
            none: the strength is then that of the stock register.
        sessions: planned number of sessions; None for a drug, or if not stated.
        session_length: duration of one session in ``min``.
    """

    id: Identifier
    label: Text
    kind: Literal["drug", "psychotherapy", "care as usual", "device"] = "drug"
    drug: Text | None = None
    dose: Quantity | None = None
    route: Text | None = None
    infusion: Quantity | None = None
    cap: Quantity | None = None
    strengths: tuple[Quantity, ...] = ()
    sessions: int | None = Field(default=None, ge=1, le=200)
    session_length: Quantity | None = None

    def dose_mg(self, weight_kg: float) -> float:
        """Amount for one administration in mg, after the cap.

        Args:
            weight_kg: body weight in kg, positive; a dose in mg does not use it, so that
                it may then be unknown (NaN).

        Raises:
            ValueError: no dose is stated, or a dose per kg has no positive weight.
        """
        if self.dose is None:
            raise ValueError(f"intervention {self.id!r} states no dose")
        if self.dose.unit != "mg" and not weight_kg > 0:
            raise ValueError(f"a weight is a positive number of kg, not {weight_kg}")
        per_unit = {"mg": 1.0, "mg/kg": weight_kg, "ug/kg": weight_kg / 1000}
        amount = self.dose.value * per_unit[self.dose.unit or "mg"]
        return amount if self.cap is None else min(amount, self.cap.value)

    def drawn_mg(self, weight_kg: float, concentration: float | None = None) -> float:
        """Amount in a syringe, as recorded: drawn up and measured.

        Args:
            weight_kg: body weight in kg, positive.
            concentration: of the solution in mg/mL; by default the first of the
                strengths, or 1 if there is none, which gives steps of 0.01 mg.

        Raises:
            ValueError: as for ``dose_mg``.
        """
        mg = self.dose_mg(weight_kg)
        if concentration is None:
            concentration = self.strengths[0].value if self.strengths else 1.0
        limit = None if self.cap is None else self.cap.value
        return contained_mg(drawn_ml(mg, concentration, limit), concentration)

    def takes(self, strength: float) -> bool:
        """Whether it may be prepared from vials of a strength in mg/mL.

        Example:
            >>> kind = Intervention(id="x", label="X", strengths=(
            ...     Quantity(value=5, unit="mg/mL", assumed=True),))
            >>> kind.takes(5.0), kind.takes(0.5)
            (True, False)
        """
        listed = [one.value for one in self.strengths]
        return strength > 0 and (not listed or strength in listed)


def drawn_ml(mg: float, concentration: float, cap_mg: float | None = None) -> str:
    """Volume of a dose: to 0.01 mL, halves away from zero, never above the cap.

    Args:
        mg: the dose, after the cap.
        concentration: mg/mL, positive.
        cap_mg: maximum amount; a volume above it after rounding is rounded down.

    Returns:
        mL as text with two decimals, as on a label.
    """
    text = fixed(mg / concentration, DECIMALS)
    if cap_mg is not None and contained_mg(text, concentration) > cap_mg:
        steps = math.floor(mg / concentration * 10**DECIMALS)
        text = fixed(steps / 10**DECIMALS, DECIMALS)
    return text


def contained_mg(volume_ml: str, concentration: float) -> float:
    """Amount in a volume of a solution: the exact administered dose.

    Args:
        volume_ml: the volume drawn up, as a decimal.
        concentration: mg/mL.
    """
    return float(Decimal(volume_ml) * Decimal(repr(concentration)))
