"""Exposure after infusions, exactly: sums of exponentials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import Problem, SimulationError, refuse
from equipoise.simulate.pharmacokinetics.drug import (
    MINUTES,
    Absorption,
    CompartmentModel,
)
from equipoise.simulate.random_draws import Roster, normals

Floats = NDArray[np.float64]
NAMES = ("V1", "V2", "V3")
FLOWS = ("CL", "Q2", "Q3")
MG_PER_L_TO_NG_PER_ML = 1000.0
HOUR = 60.0  # minutes


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
        coefficient: 1 / L, n x terms; concentration of a unit dose at time 0.
        rate: per minute, n x terms, above 0.
        duration: minutes over which the dose of each term becomes available; None, and
            for terms beyond: over which it is given.
    """

    weight: Floats
    coefficient: Floats
    rate: Floats
    duration: tuple[float | None, ...] = ()

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
        total = np.zeros((len(self.weight), len(at)))
        durations = (*self.duration, *[None] * self.rate.shape[1])
        for place in range(self.rate.shape[1]):
            own = durations[place]
            length = infusions.length if own is None else np.array([[own]])
            done = np.maximum(since - length[:, :, None], 0.0)
            speed = infusions.dose / length
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
    lost = np.zeros_like(kg)
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
        names = FLOWS if model.liver is None else FLOWS[1:]
        flows = [
            q * flow / per * factor.get(name, 1.0)
            for q, name in zip(model.clearances, names, strict=False)
        ]
        if model.liver is None:
            rates = [flows.pop(0) / V1]
        else:
            rates = [np.zeros_like(kg)]
            volumes.append(model.liver.volume * size * factor.get("VH", 1.0))
            flows.append(model.liver.flow * flow / per * factor.get("QH", 1.0))
            lost = lost + model.liver.rate / HOUR * factor.get("KH", 1.0)
        for q, v in zip(flows, volumes[1:], strict=True):
            rates += [q / V1, q / v]
    solved = _solved(rates, lost)
    if not model.absorption:
        return People(kg, solved.share(0) / V1[:, None], solved.rate)
    return _absorbed(model.absorption, solved, V1, kg, factor.get("KA", 1.0))


@dataclass(frozen=True)
class _Solution:
    """Eigenvalues of the exchange between the compartments, person by person."""

    vectors: Floats
    inverse: Floats
    rate: Floats

    def share(self, place: int) -> Floats:
        """Terms of the central amount after a unit amount in a compartment."""
        return np.asarray(self.vectors[:, 0, :] * self.inverse[:, :, place])


def _solved(rates: list[Floats], lost: Floats) -> _Solution:
    size = (len(rates) + 1) // 2
    A = np.zeros((len(lost), size, size))
    A[:, 0, 0] = -rates[0]
    for place in range(1, size):
        out, back = rates[2 * place - 1], rates[2 * place]
        A[:, 0, 0] -= out
        A[:, place, 0] = out
        A[:, 0, place] = back
        A[:, place, place] = -back
    A[:, -1, -1] -= lost
    values, vectors = np.linalg.eig(A)
    return _Solution(vectors.real, np.linalg.inv(vectors).real, -values.real)


def _absorbed(
    parts: tuple[Absorption, ...],
    solved: _Solution,
    V1: Floats,
    kg: Floats,
    faster: Floats | float,
) -> People:
    """First-order absorption: the response convolved with an exponential.

    Source: Gibaldi and Perrier 1982, Pharmacokinetics, 2nd ed., chapter 2; ``KA`` varies
    all rates of absorption of a person together.
    """
    coefficients, rates = [], []
    durations: list[float | None] = []
    for part in parts:
        k = np.full_like(kg, part.rate / HOUR) * faster
        place = 0 if part.into == "central" else -1
        terms = solved.share(place) * (part.fraction * k / V1)[:, None]
        terms = terms / (k[:, None] - solved.rate)
        coefficients += [terms, -terms.sum(axis=1, keepdims=True)]
        rates += [solved.rate, k[:, None]]
        durations += [part.duration] * (terms.shape[1] + 1)
    return People(kg, np.hstack(coefficients), np.hstack(rates), tuple(durations))


def _problem(what: str, place: str, fix: str) -> Problem:
    return Problem(code="EQ632", what=what, where=f"pharmacokinetics, {place}", fix=fix)
