"""Exposure in the blood of simulated participants after an infusion of their arm.

Each infusion is independent: the drugs are eliminated before the next one, days later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.protocol.model import Protocol
from equipoise.protocol.treatment import Intervention
from equipoise.simulate.context import Context
from equipoise.simulate.pharmacokinetics.compartments import (
    Infusions,
    People,
    typical,
    varied,
)
from equipoise.simulate.pharmacokinetics.drug import CompartmentModel
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import ConcentrationCourse
from equipoise.simulate.scenario_response import Pharmacokinetics
from equipoise.simulate.screening import Cohort

WEIGHT = "weight_kg"  # the characteristic by which doses per kg are worked out

ABSORBED = 240  # minutes after the dose in which the highest concentration comes


@dataclass(frozen=True)
class ArmDrug:
    """What the people of one arm get, and the model of its concentration.

    Attributes:
        minutes: length of the infusion.
        peak: highest concentration of the typical person, ng/mL.
    """

    stated: Pharmacokinetics
    model: CompartmentModel
    kind: Intervention
    minutes: float
    peak: float

    @property
    def highest(self) -> Floats:
        """Minutes of which one has the highest concentration.

        The end of an infusion; while a dose is absorbed, each minute of four hours.
        """
        if not self.model.absorption:
            return np.array([self.minutes])
        return self.minutes + np.arange(ABSORBED + 1.0)

    def concentration(self, people: People, at: Floats) -> Floats:
        """Exposure of these people, each with the dose of their weight.

        Args:
            people: who were given the drug.
            at: minutes from the start of the infusion.

        Returns:
            (people, minutes) ng/mL.
        """
        doses = np.array([self.kind.dose_mg(float(w)) for w in people.weight])
        column = np.ones((len(doses), 1))
        given = Infusions(0 * column, self.minutes * column, doses[:, None])
        return people.concentration(given, at)


def arm_drugs(protocol: Protocol, scenario: Scenario) -> dict[str, ArmDrug]:
    """The drug of each arm whose pharmacokinetics the scenario states.

    Raises:
        SimulationError: EQ631, a drug has no such model.
    """
    drugs = {drug.id: drug for drug in scenario.drugs}
    kinds = {kind.id: kind for kind in protocol.interventions}
    found = {}
    for stated in scenario.pharmacokinetics:
        kind = protocol.infused(stated.arm)
        if stated.intervention is not None:
            kind = kinds[stated.intervention]
        model = drugs[stated.drug].model(stated.model)
        if kind is None or kind.infusion is None:
            raise ValueError(
                f"{stated.arm} has no infusion with a length"
            )  # check_scenario refuses it
        minutes = kind.infusion.value
        bare = ArmDrug(stated, model, kind, minutes, 0.0)
        someone = typical(model, np.array([stated.reference_kg]))
        peak = bare.concentration(someone, bare.highest).max()
        found[stated.arm] = ArmDrug(stated, model, kind, minutes, float(peak))
    return found


@dataclass(frozen=True)
class Exposure:
    """The people of a cohort with their own pharmacokinetics.

    Attributes:
        own: arm -> the drug, who of the cohort is in the arm, and their disposition.
        size: number of people in the cohort.
    """

    own: dict[str, tuple[ArmDrug, np.ndarray, People]]
    size: int

    @classmethod
    def of(cls, context: Context, cohort: Cohort) -> Exposure:
        """All participants of the arms whose pharmacokinetics are specified."""
        own = {}
        for arm, drug in arm_drugs(context.protocol, context.scenario).items():
            who = cohort.arms == context.arm[arm]
            kg = cohort.values[WEIGHT][who].astype(float)
            own[arm] = drug, who, varied(drug.model, kg, cohort.people.some(who))
        return cls(own, len(cohort.people))

    def ratio(self) -> Floats:
        """Peak over that of the typical person, (people,); 1 where nothing is stated."""
        found = np.ones(self.size)
        for drug, who, people in self.own.values():
            peak = drug.concentration(people, drug.highest).max(axis=1)
            found[who] = peak / drug.peak
        return found

    def effect_fraction(self, course: ConcentrationCourse, minutes: Floats) -> Floats:
        """Position of each participant between rest (0) and typical peak (1), by minute.

        Args:
            course: with the thresholds.
            minutes: from the start of the infusion.

        Returns:
            (people, minutes); 0 for who is in no driven arm.
        """
        found = np.zeros((self.size, len(minutes)))
        for drive in course.drives:
            drug, who, people = self.own[drive.arm]
            above = drug.concentration(people, minutes) - drive.threshold
            found[who] = np.maximum(above, 0.0) / (drug.peak - drive.threshold)
        return found
