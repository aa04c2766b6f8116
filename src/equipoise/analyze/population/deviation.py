"""A protocol deviation, and the kinds of deviation that data can show."""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE = 0.10  # of the dose and the length of an infusion, as a proportion
RATING = "rating."  # before the id of an instrument


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation of one participant, or a value that is needed to identify one.

    Attributes:
        kind: id of a kind, such as ``dose``; ``rating.caps5`` for a missing rating.
        where: visit, infusion or criterion, as text.
        what: a phrase for a listing.
        known: False where the data do not tell whether there was a deviation.
    """

    participant: str
    kind: str
    where: str
    what: str
    known: bool = True


LABELS = {
    "consent": "Consent after randomization",
    "consent-visit": "First visit before consent",
    "eligibility": "Randomized against an eligibility criterion",
    "treatment": "Received another treatment than randomized",
    "dose": "Dose more than 10% from that of the protocol",
    "duration": "Length of the infusion more than 10% from that of the protocol",
    "rule": "Safety rule met and the infusion given or continued",
    "infusion": "Infusion interrupted or stopped early",
    "infusion-missed": "Infusion not given or not recorded",
    "visit-missed": "Visit missed (recorded)",
    "visit-unrecorded": "Visit not recorded",
    "window": "Visit and its ratings outside the window",
}
