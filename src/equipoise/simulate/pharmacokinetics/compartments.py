"""Exposure after infusions, exactly: sums of exponentials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import Problem, SimulationError, refuse
from equipoise.simulate.pharmacokinetics.drug import MINUTES, CompartmentModel
from equipoise.simulate.random_draws import Roster, normals

Floats = NDArray[np.float64]
NAMES = ("V1", "V2", "V3")
FLOWS = ("CL", "Q2", "Q3")
MG_PER_L_TO_NG_PER_ML = 1000.0


@dataclass(frozen=True)
class Infusions:
    """Doses of every person: n x d each.

    Attributes:
        start: minutes.
        length: minutes, above 0.
        dose: mg, at least 0.
    """

    start: Floats
    length: Floats
    dose: Floats

    def __post_init__(self) -> None:
        found = []
        if (self.dose < 0).any() or not np.isfinite(self.dose).all():
            found.append(_problem("a dose below 0", "dose", "give mg, at least 0"))
        if not (self.length > 0).all():
            found.append(
                _problem("an infusion without length", "length", "give minutes above 0")
            )
        refuse(SimulationError, found)


@dataclass(frozen=True)
class People:
    """Disposition of n people: impulse response as a sum of exponentials.

    Attributes:
        weight: kg, n.
        coefficient: 1 / L, n x compartments; concentration of a unit dose at time 0.
        rate: per minute, n x compartments, above 0.
    """

    weight: Floats
    coefficient: Floats
    rate: Floats

    def concentration(self, infusions: Infusions, at: Floats) -> Floats:
        """Concentration in the central compartment, ng/mL.

        Args:
            infusions: of these people.
            at: minutes, m.

        Returns:
            n x m.

        Source: superposition; Gibaldi and Perrier 1982, Pharmacokinetics, 2nd ed.,
        chapter 2.
        """
        since = at[None, None, :] - infusions.start[:, :, None]  # n x d x m
        over = np.maximum(since, 0.0)
        done = np.maximum(since - infusions.length[:, :, None], 0.0)
        speed = infusions.dose / infusions.length
        total = np.zeros((len(self.weight), len(at)))
        for place in range(self.rate.shape[1]):
            rate = self.rate[:, place][:, None, None]
            grown = (np.exp(-rate * done) - np.exp(-rate * over)) / rate
            share = self.coefficient[:, place][:, None] * speed
            total += np.einsum("nd,ndm->nm", share, grown)
        return total * MG_PER_L_TO_NG_PER_ML

    @property
    def half_life(self) -> Floats:
        """Terminal half-life in minutes, n."""
        return np.asarray(np.log(2) / self.rate.min(axis=1))


def typical(model: CompartmentModel, weight: Floats) -> People:
    """People with the parameters of the model and their own weight."""
    return _people(model, weight, {})


def varied(model: CompartmentModel, weight: Floats, people: Roster) -> People:
    """People who differ as the model says, each by streams of their own."""
    factor: dict[str, Floats] = {
        part.parameter: np.exp(
            np.sqrt(part.omega2) * normals(people, f"{model.id} {part.parameter}")
        )
        for part in model.variability
    }
    return _people(model, weight, factor)


def _people(
    model: CompartmentModel, weight: Floats, factor: dict[str, Floats]
) -> People:
    kg = np.asarray(weight, dtype=float)
    if not (kg > 0).all():
        what = f"a weight of {np.nanmin(kg):g} kg"
        refuse(SimulationError, [_problem(what, "weight", "give kg, above 0")])
    size = kg if model.volume_unit == "L/kg" else np.ones_like(kg)
    flow = size
    if model.reference_weight is not None:
        size = kg / model.reference_weight
        flow = size**0.75
    V1 = model.volumes[0] * size * factor.get("V1", 1.0)
    if model.rates:
        k = np.array(model.rates)
        rates = [np.full_like(kg, value) for value in k]
        rates[0] = rates[0] * factor.get("CL", 1.0) / factor.get("V1", 1.0)
    else:
        per = MINUTES[str(model.clearance_unit)]
        volumes = [
            v * size * factor.get(name, 1.0)
            for v, name in zip(model.volumes, NAMES, strict=False)
        ]
        flows = [
            q * flow / per * factor.get(name, 1.0)
            for q, name in zip(model.clearances, FLOWS, strict=False)
        ]
        rates = [flows[0] / V1]
        for q, v in zip(flows[1:], volumes[1:], strict=True):
            rates += [q / V1, q / v]
    return _solved(kg, V1, rates)


def _solved(kg: Floats, V1: Floats, rates: list[Floats]) -> People:
    """Eigenvalues of the exchange between the compartments, person by person."""
    size = (len(rates) + 1) // 2
    A = np.zeros((len(kg), size, size))
    A[:, 0, 0] = -rates[0]
    for place in range(1, size):
        out, back = rates[2 * place - 1], rates[2 * place]
        A[:, 0, 0] -= out
        A[:, place, 0] = out
        A[:, 0, place] = back
        A[:, place, place] = -back
    values, vectors = np.linalg.eig(A)
    inverse = np.linalg.inv(vectors)
    share = vectors[:, 0, :].real * inverse[:, :, 0].real
    return People(kg, share / V1[:, None], -values.real)


def _problem(what: str, place: str, fix: str) -> Problem:
    return Problem(code="EQ632", what=what, where=f"pharmacokinetics, {place}", fix=fix)
