"""What each role may do: one table, read by every service and by the leak test.

Roles are those of the protocol (``[blinding.conceal]``), with two that a trial needs to
run: an administrator, who manages people and sees no data, and a safety monitor.

A protocol has no word that opens a trial. It is open only if everything that it says fits
an open one; whatever leaves a doubt keeps it blinded, because an arm that was told cannot
be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import ROLES, Act, Person, Role

RIGHTS = {name: role.acts for name, role in ROLES.items()}

# What leads to an arm: seeing one, opening all of them, or saying of somebody else that
# he may. Which roles include such an act follows from the table above. Reading a treatment
# is not among them: where there is such a page, those who treat are told.
LEADING: frozenset[Act] = frozenset(
    {
        "prepare syringe", "check syringe", "seal list", "unblind in emergency", "lock",
        "confirm reset",
    }
)  # fmt: skip

# What is concealed from a role that the protocol says nothing of, and what of it an open
# trial does not conceal: who treats somebody must know with what.
ALWAYS = {name: role.conceals for name, role in ROLES.items()}
TOLD = {name: role.open_label for name, role in ROLES.items() if role.open_label}

# Who logs in with the password alone. A participant sees one person's own questions and
# nothing else; a second factor on the very phone that shows them protects little, and
# every one that is lost costs answers.
PASSWORD_ALONE: frozenset[Role] = frozenset({"participant"})


def leads_to_arms(role: Role) -> bool:
    """Whether somebody with this role could learn an arm, or let somebody else learn it."""
    return bool(RIGHTS[role] & LEADING)


def concealed(protocol: Protocol, role: Role) -> frozenset[str]:
    """What a role must not know: what the protocol says, and what always holds.

    A protocol can conceal more than the table ``ALWAYS``. It conceals less in one case
    only, that of the table ``TOLD``: nothing in it speaks against an open trial.
    """
    stated = protocol.blinding.conceal
    always = ALWAYS[role]
    if role in TOLD and is_open(protocol):
        always -= TOLD[role]
    return always | {
        part for person, parts in stated.items() if person == role for part in parts
    }


def told(protocol: Protocol) -> frozenset[Role]:
    """Roles that may read the treatment of a participant; none in a blinded trial."""
    return frozenset(TOLD) if is_open(protocol) else frozenset()


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
