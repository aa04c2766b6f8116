"""Labels of outcomes in notes: responders, participants in remission."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

HAD = {"response": "responded", "remission": "was in remission"}
WITHOUT = {"response": "non-responders", "remission": "not in remission"}
WITH = {"response": "non-response", "remission": "no remission"}


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """Words of a binary outcome, and the labels of the two arms.

    Attributes:
        arm: label of the arm of interest.
        versus: label of the arm of comparison.
        had: after "no participant in Placebo", such as ``responded``.
        without: what a participant without the outcome is counted as, such as
            ``non-responders``.
        failure: what an event is counted as under the composite strategy.
    """

    arm: str
    versus: str
    had: str
    without: str
    failure: str

    def none(self, label: str) -> str:
        """No participant of an arm had the outcome."""
        return f"no participant in {label} {self.had}"

    def every(self, label: str) -> str:
        """Every participant of an arm had it."""
        return f"every participant in {label} {self.had}"


def outcome_words(protocol: Protocol, endpoint: Endpoint) -> OutcomeWords:
    """The words of an endpoint: binary, or an incidence of adverse events."""
    pair = endpoint.estimand.treatment
    kind = ""
    if endpoint.variable.definition is not None:
        kind = protocol.definition(endpoint.variable.definition).kind
    otherwise = "had such an event" if kind == "" else "had the outcome"
    return OutcomeWords(
        arm=protocol.arm(pair.arm).label,
        versus=protocol.arm(pair.versus).label,
        had=HAD.get(kind, otherwise),
        without=WITHOUT.get(kind, "without the outcome"),
        failure=WITH.get(kind, "not having the outcome"),
    )


def state(protocol: Protocol, endpoint: Endpoint) -> str:
    """State whose loss a time to an event measures: ``response`` or ``remission``."""
    loss = protocol.definition(endpoint.variable.definition or "")
    return protocol.definition(loss.of or "").kind


def by_arm_text(protocol: Protocol, counts: dict[str, int]) -> str:
    """Counts by arm as a note states them: ``1 Active, 0 Placebo``."""
    return ", ".join(f"{counts[arm.id]} {arm.label}" for arm in protocol.arms)
