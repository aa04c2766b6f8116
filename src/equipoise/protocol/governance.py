"""How the trial is kept honest and safe: randomization, blinding, rules, size."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import Quantity

Concealed = Literal[
    "arm", "infusions", "dissociation", "vitals", "adverse events", "ratings"
]
Person = Literal[
    "participant",
    "rater",
    "infusion team",
    "pharmacist",
    "investigator",
    "coordinator",
    "statistician",
]


class Randomization(Sourced):
    """How participants come to arms.

    Attributes:
        method: allocation rule.
        block_sizes: for permuted blocks; each a multiple of the sum of the ratios,
            drawn at random where there are several.
        strata: ids of characteristics; for minimization its factors.
        bound: for the big stick, the largest difference of the arms.
        balls: for the urn, balls at the start and balls added to the other arms.
        probability: for minimization, of the preferred arm.
        measure: for minimization, of inequality in a margin.
    """

    method: Literal["complete", "permuted blocks", "urn", "big stick", "minimization"]
    block_sizes: tuple[int, ...] = ()
    strata: tuple[Identifier, ...] = ()
    bound: int | None = Field(default=None, ge=1)
    balls: tuple[float, float] | None = None
    probability: float | None = Field(default=None, gt=0.5, le=1)
    measure: Literal["range", "variance", "maximum"] = "range"


class Blinding(Sourced):
    """What each person must not know before unblinding."""

    conceal: dict[Person, tuple[Concealed, ...]]


class InstrumentUse(Sourced):
    """An instrument of the trial, and who fills it in."""

    id: Identifier
    by: Person
    version: Text | None = None


class SafetyRule(Sourced):
    """A hold or stopping rule on a vital sign, checked whenever it is measured.

    Attributes:
        measurement: CDISC test code.
        above: fires at or above this value, in ``unit``.
        below: fires at or below this value, in ``unit``.
        when: relative to the infusion.
        action: ``hold`` (do not start), ``watch``, ``pause`` or ``stop``.
        do: what the team does, in words.
    """

    id: Identifier
    measurement: Identifier
    above: float | None = None
    below: float | None = None
    unit: Text
    when: Literal["before infusion", "during infusion", "after infusion", "any"]
    action: Literal["hold", "watch", "pause", "stop"]
    do: Text


class TreatmentEmergent(Sourced):
    """Which adverse events count as treatment-emergent.

    An event is treatment-emergent if it started on or after the day of the first dose and
    at most ``days_after_last_dose`` days after the last dose. The same window bounds the
    person-time of treatment-emergent rates.

    Attributes:
        days_after_last_dose: days after the day of the last dose, at least 0.

    Source: ICH E9 (1998), glossary, "treatment emergent"; CDISC ADaM OCCDS, TRTEMFL.
    """

    days_after_last_dose: int = Field(default=30, ge=0, le=3650)


class SizeAssumption(Quantity):
    """One number on which the planned size rests."""

    name: Text


class Size(Sourced):
    """Planned number of randomized participants, with what it assumes.

    Attributes:
        planned: False where the planned number is not known, as for data released
            without a protocol: ``participants`` is then only the number in the data.
    """

    participants: int = Field(ge=2)
    planned: bool = True
    assumptions: tuple[SizeAssumption, ...] = ()


class Identity(Part):
    """What the trial is called and where it is registered."""

    id: Identifier
    title: Text
    label: Text
    registry: Text | None = None
    version: Text
    phase: Text | None = None
    sponsor: Text | None = None
    condition: Text
    design: Text
    reference: Text
