"""The schedule: visits, infusions, assessments and measurements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text

Phase = Literal["screening", "treatment", "follow-up"]


class Assessment(Part):
    """An instrument rated at a visit, once or at several minutes.

    Attributes:
        instrument: id of an instrument of the protocol.
        minutes: minutes from the start of the infusion (negative: before); empty for an
            assessment that has no time within the visit.
    """

    instrument: Identifier
    minutes: tuple[int, ...] = ()


class Measurement(Part):
    """Vital signs or laboratory values taken at a visit.

    Attributes:
        names: CDISC test codes, such as ``SYSBP``.
        minutes: as for an assessment.
    """

    names: tuple[Identifier, ...] = Field(min_length=1)
    minutes: tuple[int, ...] = ()


class Procedure(Part):
    """Assessments and measurements of several visits, stated once."""

    id: Identifier
    assess: tuple[Assessment, ...] = ()
    measure: tuple[Measurement, ...] = ()


class Visit(Sourced):
    """A planned visit.

    Attributes:
        day: planned study day; ``anchor`` defines day 0.
        window: permitted days before (<= 0) and after (>= 0) the planned day.
        infusion: number of the infusion at the visit, from 1; None for no infusion.
        only_if: id of a definition: only participants who meet it have the visit. A
            ``loss-of`` definition triggers the visit, with its infusion or session:
            participants have it whose response was present at the visit ``at`` of the
            definition and absent at the last rating before this visit.
        procedures: ids of procedures; ``assess`` and ``measure`` are added to them.
    """

    id: Identifier
    label: Text
    day: int
    window: tuple[int, int] = (0, 0)
    phase: Phase = "treatment"
    infusion: int | None = Field(default=None, ge=1)
    only_if: Identifier | None = None
    procedures: tuple[Identifier, ...] = ()
    assess: tuple[Assessment, ...] = ()
    measure: tuple[Measurement, ...] = ()


class Retreatment(Sourced):
    """Limits of the visits that one loss of response triggers.

    Attributes:
        trigger: id of a definition of the rule ``loss-of``, the condition of the visits.
        maximum: largest number of these visits of one participant.
        interval_days: fewest days between two of them.
    """

    trigger: Identifier
    maximum: int = Field(ge=1)
    interval_days: int = Field(default=1, ge=1)

    def allows(self, earlier: Sequence[float], day: float) -> bool:
        """Whether a visit is within the limits.

        Args:
            earlier: days of the visits of this trigger that the participant had.
            day: of the visit.
        """
        if len(earlier) >= self.maximum:
            return False
        return not earlier or day - max(earlier) >= self.interval_days


class Schedule(Sourced):
    """All visits of one participant, in order.

    Attributes:
        anchor: the event on day 0, as text.
        baseline: id of the visit whose scores are the baseline.
        weekends: ``shift`` moves a visit that falls on a weekend to the nearest working
            day in its window; ``allow`` leaves it unchanged.
    """

    anchor: Text
    baseline: Identifier
    weekends: Literal["shift", "allow"] = "shift"
    procedures: tuple[Procedure, ...] = ()
    visits: tuple[Visit, ...] = Field(min_length=1)
    retreatments: tuple[Retreatment, ...] = ()

    def retreatment(self, trigger: str | None) -> Retreatment | None:
        """The limits of the visits with this condition; None for no limits."""
        return next((r for r in self.retreatments if r.trigger == trigger), None)

    def visit(self, visit_id: str) -> Visit:
        """The visit with this id; KeyError if it does not exist."""
        return {visit.id: visit for visit in self.visits}[visit_id]

    def triggered(self, losses: Collection[str]) -> tuple[Visit, ...]:
        """The visits whose condition is one of ``losses`` (ids of definitions)."""
        return tuple(visit for visit in self.visits if visit.only_if in losses)

    def assessments(self, visit: Visit) -> tuple[Assessment, ...]:
        """Assessments of a visit, those of its procedures first."""
        bundles = {p.id: p for p in self.procedures}
        shared = (a for name in visit.procedures for a in bundles[name].assess)
        return (*shared, *visit.assess)

    def measurements(self, visit: Visit) -> tuple[Measurement, ...]:
        """Measurements of a visit, those of its procedures first."""
        bundles = {p.id: p for p in self.procedures}
        shared = (m for name in visit.procedures for m in bundles[name].measure)
        return (*shared, *visit.measure)
