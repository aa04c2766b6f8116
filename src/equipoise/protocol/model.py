"""The protocol: one immutable value that specifies a trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from equipoise.instruments.model import Instrument
from equipoise.instruments.provenance import Part
from equipoise.protocol.calendar import Schedule, Visit
from equipoise.protocol.candidates import Candidate
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.forms import FormDefinition, FormUse, resolved
from equipoise.protocol.governance import (
    Blinding,
    Identity,
    InfusionDay,
    InstrumentUse,
    Randomization,
    SafetyRule,
    Size,
    TreatmentEmergent,
)
from equipoise.protocol.interim import InterimAnalyses, completed
from equipoise.protocol.multiplicity import Multiplicity
from equipoise.protocol.population import AnalysisSet, Characteristic, Criterion
from equipoise.protocol.report_options import ReportOptions
from equipoise.protocol.treatment import Arm, Intervention
from equipoise.protocol.worthwhile import Worthwhile


class Protocol(Part):
    """A trial, as stated in ``protocol.toml``.

    Attributes:
        schema_: version of the file format.
        scales: the definition of each instrument in ``instruments``, resolved when the
            file is loaded; not a key of the file.
        standard_forms: each form of the library that ``forms`` uses, likewise.
    """

    schema_: Literal[1] = Field(alias="schema")
    trial: Identity
    arms: tuple[Arm, ...] = Field(min_length=1)
    interventions: tuple[Intervention, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    eligibility: tuple[Criterion, ...] = ()
    randomization: Randomization
    blinding: Blinding
    instruments: tuple[InstrumentUse, ...] = Field(min_length=1)
    schedule: Schedule
    definitions: tuple[Definition, ...] = ()
    analysis_sets: tuple[AnalysisSet, ...] = Field(min_length=1)
    endpoints: tuple[Endpoint, ...] = Field(min_length=1)
    multiplicity: Multiplicity | None = None
    interim: InterimAnalyses | None = None
    candidates: tuple[Candidate, ...] = ()
    worthwhile: Worthwhile | None = None
    safety_rules: tuple[SafetyRule, ...] = ()
    treatment_emergent: TreatmentEmergent = Field(
        default_factory=lambda: TreatmentEmergent(assumed=True)
    )
    infusion_day: InfusionDay | None = None
    size: Size
    report: ReportOptions = Field(default_factory=ReportOptions)
    forms: tuple[FormUse, ...] = ()
    scales: Mapping[str, Instrument] = Field(default_factory=dict, exclude=True)
    standard_forms: Mapping[str, FormDefinition] = Field(
        default_factory=dict, exclude=True
    )

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, content: Any) -> Any:
        return completed(content) if isinstance(content, Mapping) else content

    def form_definitions(self) -> tuple[FormDefinition, ...]:
        """The forms of ``[[forms]]``, those of the library with their additions."""
        return tuple(resolved(use, self.standard_forms) for use in self.forms)

    def inputs_of(self, form: str, field: str) -> tuple[str, ...]:
        """Fields from which a field of a form is calculated; empty for an entered field.

        Args:
            form: id of a form of ``[[forms]]``; other forms have no calculated fields.
            field: its field.
        """
        found = (
            f for one in self.form_definitions() if one.id == form for f in one.fields
        )
        return next((f.inputs for f in found if f.id == field), ())

    def vital_rules(self) -> tuple[SafetyRule, ...]:
        """The safety rules on vital signs."""
        return tuple(rule for rule in self.safety_rules if rule.measurement)

    def required_before(self, visit: Visit) -> tuple[str, ...]:
        """Vital signs required before the infusion of a visit."""
        day = self.infusion_day
        if day is not None and day.required_before is not None:
            return day.required_before
        measured = self.schedule.measurements(visit)
        early = (m.names for m in measured if any(minute < 0 for minute in m.minutes))
        return tuple(dict.fromkeys(name for names in early for name in names))

    def arm(self, arm_id: str) -> Arm:
        """The arm with this id; KeyError if there is none."""
        return {arm.id: arm for arm in self.arms}[arm_id]

    def treatments(self, arm_id: str) -> tuple[Intervention, ...]:
        """The interventions of an arm, in its order; empty for care as usual."""
        known = {kind.id: kind for kind in self.interventions}
        return tuple(known[name] for name in self.arm(arm_id).treatments)

    def infused(self, arm_id: str) -> Intervention | None:
        """The intervention that an infusion of an arm gives; None for none.

        The drug among several interventions, otherwise the only one.
        """
        treatments = self.treatments(arm_id)
        if len(treatments) == 1:
            return treatments[0]
        return next((kind for kind in treatments if kind.kind == "drug"), None)

    def definition(self, definition_id: str) -> Definition:
        """The definition with this id; KeyError if there is none."""
        return {item.id: item for item in self.definitions}[definition_id]

    def losses(self) -> tuple[Definition, ...]:
        """The definitions of the rule ``loss-of``."""
        return tuple(item for item in self.definitions if item.rule == "loss-of")

    def loss_before(self, visit: Visit) -> Definition | None:
        """The loss of response that triggers a visit; None for any other visit."""
        return next((d for d in self.losses() if d.id == visit.only_if), None)

    def triggered(self) -> tuple[Visit, ...]:
        """The visits that a loss of response triggers, in the order of the schedule."""
        return self.schedule.triggered([item.id for item in self.losses()])

    def analysis_set(self, set_id: str) -> AnalysisSet:
        """The analysis set with this id; KeyError if there is none."""
        return {item.id: item for item in self.analysis_sets}[set_id]

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """The endpoint with this id; KeyError if there is none."""
        return {item.id: item for item in self.endpoints}[endpoint_id]

    def better(self, score: str) -> Literal["lower", "higher"]:
        """Direction of benefit of a score ``instrument.score``."""
        return self.scales[score.partition(".")[0]].better
