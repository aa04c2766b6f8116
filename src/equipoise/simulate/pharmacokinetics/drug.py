"""A drug file: published compartment models, and how people differ."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from equipoise.errors import SimulationError
from equipoise.instruments.provenance import Identifier, Part, Sourced, Text

Parameter = Literal["V1", "V2", "V3", "CL", "Q2", "Q3", "VH", "QH", "KH", "KA"]
MINUTES = {"L/min": 1.0, "L/h": 60.0}


class Variability(Sourced):
    """How a parameter differs between people: log-normal.

    Attributes:
        omega2: variance of the logarithm.
    """

    parameter: Parameter
    omega2: float = Field(gt=0, le=2)


class Liver(Part):
    """A compartment from which the drug is eliminated, instead of the central one.

    Attributes:
        volume: L.
        flow: blood flow, in the unit of the clearances.
        rate: eliminated, per hour.
    """

    volume: float = Field(gt=0)
    flow: float = Field(gt=0)
    rate: float = Field(gt=0)


class Absorption(Part):
    """A part of the dose that is absorbed by a first-order process.

    Attributes:
        into: where it arrives.
        fraction: of the dose.
        rate: per hour.
        duration: minutes over which it becomes available at a constant rate; None: over
            which the dose is given.
    """

    into: Literal["central", "liver"]
    fraction: float = Field(gt=0, le=1)
    rate: float = Field(gt=0)
    duration: float | None = Field(default=None, gt=0)


class CompartmentModel(Sourced):
    """A mammillary model of one to three compartments, and a liver.

    Either ``volumes`` and ``clearances``, or ``volumes`` of the central compartment
    alone and ``rates``. With ``liver``, nothing is eliminated from the central
    compartment, and ``clearances`` are those to the peripheral compartments.

    Attributes:
        volumes: of the central and the peripheral compartments.
        volume_unit: ``L``, or ``L/kg`` times the weight.
        clearances: elimination first, then to each peripheral compartment.
        clearance_unit: ``L/min`` or ``L/h``.
        liver: that eliminates the drug; needs volumes in L.
        absorption: parts of a dose that is not injected; empty: it is infused.
        rates: per minute: k10, then k12 and k21, then k13 and k31.
        sampled: where the concentrations of the model were measured.
        reference_weight: for volumes in L: a person of another weight has volumes
            times (weight / reference) and clearances times its power 0.75; None: the
            model has no effect of weight.
    """

    id: Identifier
    label: Text
    volumes: tuple[float, ...] = Field(min_length=1, max_length=3)
    volume_unit: Literal["L", "L/kg"]
    clearances: tuple[float, ...] = ()
    clearance_unit: Literal["L/min", "L/h"] | None = None
    rates: tuple[float, ...] = ()
    sampled: Literal["arterial", "venous", "not stated"]
    reference_weight: float | None = Field(default=None, gt=0)
    liver: Liver | None = None
    absorption: tuple[Absorption, ...] = ()
    variability: tuple[Variability, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> CompartmentModel:
        """One way of stating the model, with as many numbers as it needs."""
        if sum(part.fraction for part in self.absorption) > 1:
            raise ValueError("no more than the dose is absorbed")
        if self.liver is not None:
            return self._with_liver()
        if any(part.into == "liver" for part in self.absorption):
            raise ValueError("nothing is absorbed into a liver that is not there")
        if bool(self.rates) == bool(self.clearances):
            raise ValueError("state either clearances or rates")
        numbers = (*self.volumes, *self.clearances, *self.rates)
        if min(numbers) <= 0:
            raise ValueError("volumes, clearances and rates are above 0")
        if self.clearances and (
            len(self.clearances) != len(self.volumes) or not self.clearance_unit
        ):
            raise ValueError("one clearance for each volume, and their unit")
        if self.rates and (len(self.volumes) != 1 or len(self.rates) not in (1, 3, 5)):
            raise ValueError(
                "rates go with the central volume: k10, k12, k21, k13, k31"
            )
        return self

    def _with_liver(self) -> CompartmentModel:
        """Volumes in L, and a clearance to each peripheral compartment."""
        if self.volume_unit != "L" or self.clearance_unit is None or self.rates:
            raise ValueError("with a liver, give volumes in L and clearances")
        if len(self.clearances) != len(self.volumes) - 1:
            raise ValueError(
                "with a liver, one clearance for each volume but the first"
            )
        if min((*self.volumes, *self.clearances)) <= 0:
            raise ValueError("volumes and clearances are above 0")
        return self


class Drug(Part):
    """A drug with its models; ``default`` is the one that a simulation takes."""

    schema_: Literal[1] = Field(alias="schema")
    id: Identifier
    label: Text
    default: Identifier
    models: tuple[CompartmentModel, ...] = Field(min_length=1)

    def model(self, name: str | None = None) -> CompartmentModel:
        """The model with this id, by default the drug's own.

        Raises:
            SimulationError: EQ631, there is none.
        """
        known = {model.id: model for model in self.models}
        wanted = self.default if name is None else name
        if wanted not in known:
            raise SimulationError.single(
                "EQ631",
                f"drug {self.id!r} has no model {wanted!r}",
                where=f"drug {self.id}",
                fix=f"use one of: {', '.join(known)}",
            )
        return known[wanted]
