"""Randomization, blinding, safety rules, and sample size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import Quantity
from equipoise.protocol.roles import Concealed, Person

RandomizationMethod = Literal[
    "complete", "permuted blocks", "urn", "big stick", "minimization"
]
InequalityMeasure = Literal["range", "variance", "maximum"]


class Randomization(Sourced):
    """Randomization of participants to arms.

    Attributes:
        method: allocation rule.
        block_sizes: for permuted blocks; each a multiple of the sum of the ratios,
            drawn at random if there are several.
        strata: ids of characteristics, or ``site``; for minimization its factors.
        bound: for the big stick, the maximum imbalance between the arms.
        balls: for the urn, balls at the start and balls added to the other arms.
        probability: for minimization, of the preferred arm.
        measure: for minimization, measure of imbalance in a factor.
    """

    method: RandomizationMethod
    block_sizes: tuple[int, ...] = ()
    strata: tuple[Identifier, ...] = ()
    bound: int | None = Field(default=None, ge=1)
    balls: tuple[float, float] | None = None
    probability: float | None = Field(default=None, gt=0.5, le=1)
    measure: InequalityMeasure = "range"

    def stratum(self, levels: Mapping[str, str]) -> str:
        """The list from which a participant with these levels is allocated."""
        if self.method == "minimization" or not self.strata:
            return "all"
        return "; ".join(levels[name] for name in self.strata)


class Blinding(Sourced):
    """What each role must not know before unblinding."""

    conceal: dict[Person, tuple[Concealed, ...]]


class InstrumentUse(Sourced):
    """An instrument of the trial, and the role that rates it."""

    id: Identifier
    by: Person
    version: Text | None = None


class SafetyRule(Sourced):
    """A hold or stopping rule on one value, checked whenever the value is recorded.

    Exactly one of ``measurement``, ``item`` and ``answer`` names the value.

    Attributes:
        measurement: CDISC test code of a vital sign.
        item: item of an instrument, ``madrs.10``.
        answer: field of a form, ``pregnancy-test.LBORRES``; also one that is calculated,
            such as a toxicity grade, ``laboratory.ALT_LBTOXGR``.
        above: met at or above this value, in ``unit``.
        below: met at or below this value, in ``unit``.
        one_of: met by these responses.
        unit: of ``above`` and ``below``; a vital sign needs one.
        when: relative to the infusion, by the time at which the value was measured.
            A response has a time if its form is planned at minutes (``[[forms]]``).
            ``after randomization``: a response that can no longer exclude the participant.
        action: ``hold`` (do not start), ``watch``, ``pause`` or ``stop``.
        do: what the team does, as text.
        within_hours: hours within which an investigator acknowledges the alert; only
            for items and answers, which alert the investigator of the site.
    """

    id: Identifier
    measurement: str = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]*)?$")
    item: Text | None = None
    answer: Text | None = None
    above: float | None = None
    below: float | None = None
    one_of: tuple[Text, ...] = ()
    unit: str = ""
    when: Literal[
        "before infusion",
        "during infusion",
        "after infusion",
        "after randomization",
        "any",
    ]
    action: Literal["hold", "watch", "pause", "stop"]
    do: Text
    within_hours: float | None = Field(default=None, gt=0)

    @property
    def limit(self) -> str:
        """The limit without unit: ``≥ 150`` or ``positive``."""
        return self.limit_in("")

    def limit_in(self, unit: str) -> str:
        """The limit with a unit at each number: ``≥ 110 beats/min or ≤ 50 beats/min``."""
        ends = (("≥", self.above), ("≤", self.below))
        signs = [f"{sign} {end:g} {unit}" for sign, end in ends if end is not None]
        return " or ".join(text.strip() for text in [*signs, *self.one_of])

    def is_met_by(self, answer: str) -> bool:
        """Whether a response is one of those of the rule, or at or beyond its limit.

        Args:
            answer: the stored value; a text that is not a number reaches no limit.

        Example:
            >>> rule = SafetyRule(id="s", item="madrs.10", above=4, when="any",
            ...                   action="watch", do="Ask today.", assumed=True)
            >>> rule.is_met_by("4"), rule.is_met_by("3"), rule.is_met_by("")
            (True, False, False)
        """
        if answer in self.one_of:
            return True
        try:
            value = float(answer)
        except ValueError:
            return False
        over = self.above is not None and value >= self.above
        under = self.below is not None and value <= self.below
        return over or under


class InfusionDay(Sourced):
    """Measurements required before an infusion is started.

    Attributes:
        required_before: CDISC test codes of vital signs that must be measured before an
            infusion starts. None: those that the schedule plans at a negative minute.
        max_age_min: maximum age of these measurements at the start, in minutes.
        weight_tolerance_percent: maximum difference of the weight of the day from the
            weight for which the syringe was prepared.
    """

    required_before: tuple[Identifier, ...] | None = None
    max_age_min: int = Field(default=60, ge=1, le=1440)
    weight_tolerance_percent: float = Field(default=10, gt=0, le=100)


class TreatmentEmergent(Sourced):
    """Definition of treatment-emergent adverse events.

    An event is treatment-emergent if it started on or after the day of the first dose and
    at most ``days_after_last_dose`` days after the last dose. The same window bounds the
    person-time of treatment-emergent rates.

    Attributes:
        days_after_last_dose: days after the day of the last dose, at least 0.

    Source: ICH E9 (1998), glossary, "treatment emergent"; CDISC ADaM OCCDS, TRTEMFL.
    """

    days_after_last_dose: int = Field(default=30, ge=0, le=3650)


class SizeAssumption(Quantity):
    """One number on which the planned sample size depends."""

    name: Text


class Size(Sourced):
    """Planned number of randomized participants, with its assumptions.

    Attributes:
        planned: False if the planned number is unknown, as for data released without a
            protocol: ``participants`` is then only the number in the data.
    """

    participants: int = Field(ge=2)
    planned: bool = True
    assumptions: tuple[SizeAssumption, ...] = ()


class Identity(Part):
    """Names and registration of the trial."""

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
