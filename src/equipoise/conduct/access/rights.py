"""Rights of each role: one table, read by every service and by the leak test.

Roles are those of the protocol (``[blinding.conceal]``), with two that a trial needs to
run: an administrator, who manages users and can view no data, and a monitor.

No setting of a protocol makes a trial open-label. It is open-label only if everything in
the protocol fits that; in doubt it stays blinded, because a disclosed arm cannot be
concealed again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import ROLES, Act, Person, Role

RIGHTS = {name: role.acts for name, role in ROLES.items()}

# Unblinding-sensitive rights: to view an arm, to unblind the trial, or to approve another
# user who may. Which roles include them follows from the table above. Reading a treatment
# is not among them: such a page exists in open-label trials only.
LEADING: frozenset[Act] = frozenset(
    {
        "prepare syringe", "check syringe", "seal list", "unblind in emergency", "lock",
        "confirm reset",
    }
)  # fmt: skip

# What is concealed from a role that the protocol does not mention, and what of it an
# open-label trial does not conceal: staff who treat a participant must know the treatment.
ALWAYS = {name: role.conceals for name, role in ROLES.items()}
TOLD = {name: role.open_label for name, role in ROLES.items() if role.open_label}

# Roles that log in with the password alone. A participant can view the own questionnaires
# only; a second factor on the same phone protects little, and a lost one costs responses.
PASSWORD_ALONE: frozenset[Role] = frozenset({"participant"})


def leads_to_arms(role: Role) -> bool:
    """Whether a role is unblinding-sensitive: could disclose an arm to any user."""
    return bool(RIGHTS[role] & LEADING)


def concealed(protocol: Protocol, role: Role) -> frozenset[str]:
    """What is concealed from a role: by the protocol, and always.

    A protocol can conceal more than the table ``ALWAYS``. It conceals less in one case
    only, that of the table ``TOLD``: an open-label trial.
    """
    stated = protocol.blinding.conceal
    always = ALWAYS[role]
    if role in TOLD and is_open(protocol):
        always -= TOLD[role]
    return always | {
        part for person, parts in stated.items() if person == role for part in parts
    }


def told(protocol: Protocol) -> frozenset[Role]:
    """Roles to which the treatment is disclosed; none in a blinded trial."""
    return frozenset(TOLD) if is_open(protocol) else frozenset()


# Roles that know the treatment in an open-label trial.
TREAT_OR_ARE_TREATED: tuple[Person, ...] = (
    "participant",
    "coordinator",
    "investigator",
)
# Roles that prepare or give a product so that others need not know it.
STAND_BETWEEN: tuple[Person, ...] = ("pharmacist", "infusion team")
OPEN_ARMS = ("experimental", "open")
BLIND = re.compile(
    r"(?:single|double|triple|quadruple)[-\s]*(?:blind|mask)\w*", re.IGNORECASE
)
HARMLESS = frozenset({"ratings"})  # concealing them from treating staff conceals no arm


def is_open(protocol: Protocol) -> bool:
    """Whether a protocol is that of an open-label trial."""
    return next(doubts(protocol), None) is None


def doubts(protocol: Protocol) -> Iterator[str]:
    """The reasons why a trial is blinded, as text; empty for an open-label trial."""
    yield from _arms(protocol)
    stated = protocol.blinding.conceal
    for person in TREAT_OR_ARE_TREATED:
        hidden = sorted(set(stated.get(person, ())) - HARMLESS)
        if hidden:
            yield f"{', '.join(hidden)} concealed from the {person}"
    for person in STAND_BETWEEN:
        if person in stated:
            yield f"the blinding section mentions the {person}"
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
            yield f"the title or design says {said[0]}"


def _infusions(protocol: Protocol) -> Iterator[str]:
    if any(visit.infusion is not None for visit in protocol.schedule.visits):
        yield "a pharmacy prepares the infusions"
    for kind in protocol.interventions:
        if kind.infusion is not None:
            yield f"{kind.id} is an infusion, which a pharmacy prepares"
