"""What services of the allocation return. A ``Kit`` cannot hold an arm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kit:
    """What anybody may know of an allocation: a number that tells nothing."""

    number: str  # unique in the trial, drawn at random
    new: bool  # whether it was allocated just now


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Who got what: for the pharmacist, an open trial, an emergency, or after the end."""

    participant: str
    arm: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is published before the first participant."""

    hash: str
    places: int
    method: str
    made_at: str
