"""Labels of a time to an event: who is at risk, what the event is, what competes."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyze.binary.outcome_labels import state
from equipoise.analyze.time_to_event.from_randomization import (
    competing_events,
    is_from_randomization,
)
from equipoise.protocol.estimand import Definition, Endpoint
from equipoise.protocol.model import Protocol

WAYS = {
    "study-withdrawn": "withdrawal",
    "lost-to-follow-up": "loss to follow-up",
    "treatment-discontinued": "discontinuation of treatment",
    "new-treatment": "new treatment",
}
UNPROTECTED = (
    "only participants in {state} at time zero are compared, so randomization does not "
    "protect the comparison"
)


@dataclass(frozen=True, slots=True)
class EventLabels:
    """Labels of one endpoint.

    Attributes:
        at_risk: who is at risk, as a note states it.
        at_risk_row: the same as the label of a row.
        event: ``loss`` of a state, or ``event``.
        without: state of participants without the event: ``still in response``.
        found: what happens between two visits.
        zero: what time counts from, after ``since``.
        left: leaving before the event, with the milestones that count.
        caution: why the comparison is not protected by randomization; empty where it is.
    """

    at_risk: str
    at_risk_row: str
    event: str
    without: str
    found: str
    zero: str
    left: str
    caution: str

    def with_caution(self, text: str) -> str:
        """A note, followed by the caution where there is one."""
        return f"{text}; {self.caution}" if self.caution else text


def event_labels(protocol: Protocol, endpoint: Endpoint) -> EventLabels:
    """The labels of an endpoint that is a time to an event."""
    if is_from_randomization(protocol, endpoint):
        ways = _listed(competing_events(protocol, endpoint))
        return EventLabels(
            at_risk="participants of the analysis set, at risk from randomization",
            at_risk_row="At risk from randomization, n/N",
            event="event",
            without="without the event",
            found=_found(protocol.definition(endpoint.variable.definition or "")),
            zero="randomization",
            left=f"left before the event ({ways})",
            caution="",
        )
    held = state(protocol, endpoint)
    return EventLabels(
        at_risk=f"participants in {held} at time zero, who are at risk of losing it",
        at_risk_row=f"In {held} at time zero (at risk), n/N",
        event="loss",
        without=f"in {held}",
        found="the loss lies between two visits",
        zero="time zero",
        left="left before a loss (withdrawal, loss to follow-up or death)",
        caution=UNPROTECTED.format(state=held),
    )


def _found(definition: Definition) -> str:
    """Which events lie between two visits; a milestone has a day."""
    if definition.of is None:
        return "each event has a recorded day"
    if definition.events:
        return "an event found at a rating lies between two visits"
    return "the event lies between two visits"


def _listed(names: tuple[str, ...]) -> str:
    words = [
        WAYS.get(name, name.replace("-", " ")) for name in sorted(names, key=_order)
    ]
    if not words:
        return "no competing event"
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _order(name: str) -> tuple[bool, str]:
    return name == "death", name
