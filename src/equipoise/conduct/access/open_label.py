"""Whether a trial is open: whether who treats may know the arm of who is treated.

A protocol has no word that opens a trial. It is open only if everything that it says fits
an open one; whatever leaves a doubt keeps it blinded, because an arm that was told cannot
be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from equipoise.protocol.governance import Person
from equipoise.protocol.model import Protocol

# Who must know what is given where nothing conceals it.
TREAT_OR_ARE_TREATED: tuple[Person, ...] = (
    "participant",
    "coordinator",
    "investigator",
)
# Who prepares or gives a product so that others need not know it.
STAND_BETWEEN: tuple[Person, ...] = ("pharmacist", "infusion team")
OPEN_ARMS = ("experimental", "open")
BLIND = re.compile(
    r"(?:single|double|triple|quadruple)[-\s]*(?:blind|mask)\w*", re.IGNORECASE
)
HARMLESS = frozenset({"ratings"})  # hidden from who treats, they conceal no arm


def is_open(protocol: Protocol) -> bool:
    """Whether nothing in a protocol speaks against an open trial."""
    return next(doubts(protocol), None) is None


def doubts(protocol: Protocol) -> Iterator[str]:
    """Everything that keeps a trial blinded, in words; nothing for an open one."""
    yield from _arms(protocol)
    stated = protocol.blinding.conceal
    for person in TREAT_OR_ARE_TREATED:
        hidden = sorted(set(stated.get(person, ())) - HARMLESS)
        if hidden:
            yield f"{', '.join(hidden)} concealed from the {person}"
    for person in STAND_BETWEEN:
        if person in stated:
            yield f"blinding speaks of the {person}"
    yield from _infusions(protocol)


def _arms(protocol: Protocol) -> Iterator[str]:
    if not any(arm.role == "open" for arm in protocol.arms):
        yield "no arm has the role open"
    for arm in protocol.arms:
        if arm.role not in OPEN_ARMS:
            yield f"the arm {arm.id} is a placebo"
    for text in (protocol.trial.title, protocol.trial.design):
        said = BLIND.search(text)
        if said:
            yield f"the trial is called {said[0]}"


def _infusions(protocol: Protocol) -> Iterator[str]:
    if any(visit.infusion is not None for visit in protocol.schedule.visits):
        yield "a pharmacy prepares the infusions"
    for kind in protocol.interventions:
        if kind.infusion is not None:
            yield f"{kind.id} is an infusion, which a pharmacy prepares"
