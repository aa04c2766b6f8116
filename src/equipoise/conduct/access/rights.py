"""What each role may do: one table, read by every service and by the leak test.

Roles are those of the protocol (``[blinding.conceal]``), with two that a trial needs to
run: an administrator, who manages people and sees no data, and a safety monitor.
"""

from __future__ import annotations

from typing import Literal

from equipoise.conduct.access.open_label import is_open
from equipoise.protocol.model import Protocol

Role = Literal[
    "administrator",
    "coordinator",
    "rater",
    "infusion team",
    "pharmacist",
    "investigator",
    "statistician",
    "monitor",
    "participant",
]
Act = Literal[
    "manage people",
    "manage study",
    "screen",
    "consent",
    "judge eligibility",
    "approve consent",
    "randomize",
    "schedule",
    "fill in",
    "correct",
    "read forms",
    "report event",
    "end participation",
    "prepare syringe",
    "check syringe",
    "seal list",
    "read treatment",
    "unblind in emergency",
    "freeze",
    "lock",
    "export",
    "read audit",
    "confirm reset",
]

RIGHTS: dict[Role, frozenset[Act]] = {
    "administrator": frozenset(
        {"manage people", "manage study", "read audit", "confirm reset"}
    ),
    "coordinator": frozenset(
        {
            "screen", "consent", "randomize", "schedule", "fill in", "correct",
            "read forms", "report event", "end participation", "export",
            "read treatment",
        }
    ),
    "rater": frozenset({"fill in", "correct"}),
    "infusion team": frozenset({"fill in", "correct", "report event"}),
    "pharmacist": frozenset({"prepare syringe", "check syringe"}),
    "investigator": frozenset(
        {
            "screen", "consent", "judge eligibility", "approve consent", "randomize",
            "schedule",
            "fill in", "correct", "read forms", "report event", "end participation",
            "unblind in emergency", "freeze", "export", "read audit", "confirm reset",
            "read treatment",
        }
    ),
    "statistician": frozenset(
        {"export", "freeze", "lock", "seal list", "read audit", "confirm reset"}
    ),
    "monitor": frozenset({"read forms", "read audit", "export"}),
    "participant": frozenset({"fill in"}),
}  # fmt: skip

# What leads to an arm: seeing one, opening all of them, or saying of somebody else that
# he may. Which roles include such an act follows from the table above. Reading a treatment
# is not among them: where there is such a page, those who treat are told.
LEADING: frozenset[Act] = frozenset(
    {
        "prepare syringe", "check syringe", "seal list", "unblind in emergency", "lock",
        "confirm reset",
    }
)  # fmt: skip

# What is concealed from a role that the protocol says nothing of. The administrator and
# the monitor never learn an arm; who rates sees what is rated and nothing else.
ALWAYS: dict[Role, frozenset[str]] = {
    "administrator": frozenset(
        {"arm", "infusions", "dissociation", "vitals", "adverse events", "ratings"}
    ),
    "monitor": frozenset({"arm"}),
    "participant": frozenset(
        {"arm", "infusions", "dissociation", "vitals", "adverse events"}
    ),
    "rater": frozenset(
        {"arm", "infusions", "dissociation", "vitals", "adverse events"}
    ),
    "infusion team": frozenset({"arm", "ratings"}),
    "pharmacist": frozenset({"ratings"}),
    "coordinator": frozenset({"arm"}),
    "investigator": frozenset({"arm"}),
    "statistician": frozenset({"arm"}),
}

# What a trial that is open (``open_label``) conceals less: who treats somebody must know
# with what. Nobody else is named here: whatever the protocol says, raters, statisticians,
# monitors and administrators never learn an arm from the application.
TOLD: dict[Role, frozenset[str]] = {
    "coordinator": frozenset({"arm"}),
    "investigator": frozenset({"arm"}),
}

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
