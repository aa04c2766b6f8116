"""Every role of a trial, once: what it is for, what it may do, what is concealed from it.

A protocol names the roles that it blinds or that complete forms (``Person``). Two more are
needed to run a trial: an administrator, who manages users and has no access to data, and
a monitor, who verifies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Person = Literal[
    "participant", "rater", "infusion team", "pharmacist", "investigator", "coordinator",
    "statistician",
]  # fmt: skip
Role = Literal[
    "administrator", "coordinator", "rater", "infusion team", "pharmacist",
    "investigator", "statistician", "monitor", "participant",
]  # fmt: skip
Concealed = Literal[
    "arm", "infusions", "dissociation", "vitals", "adverse events", "ratings"
]
Act = Literal[
    "manage people", "manage study", "screen", "consent", "judge eligibility",
    "approve consent", "randomize", "schedule", "fill in", "correct", "read forms",
    "report event", "end participation", "prepare syringe", "check syringe", "seal list",
    "read treatment", "unblind in emergency", "freeze", "lock", "export", "read audit",
    "confirm reset",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoleEntry:
    """One role.

    Attributes:
        purpose: what a user with this role does in the trial.
        acts: what the role may do.
        conceals: what is concealed from it, whatever the protocol says.
        open_label: the part of ``conceals`` that an open-label trial does not conceal.
        alone: whether a user with this role has no other.
        knows_arms: a user who once had this role takes no other role.
        knows_infusions: a user who once had this role cannot become a rater.
        stand_ins: roles that may complete its forms too, if nothing is concealed from them.
    """

    purpose: str
    acts: frozenset[Act]
    conceals: frozenset[Concealed]
    open_label: frozenset[Concealed] = frozenset()
    alone: bool = False
    knows_arms: bool = False
    knows_infusions: bool = False
    stand_ins: tuple[Role, ...] = ()


# Administrator and monitor never learn an arm; a rater sees what is rated and nothing
# else. Only coordinator and investigator, who treat, may know it in an open-label trial.
ROLES: dict[Role, RoleEntry] = {
    "administrator": RoleEntry(
        "manages users, sites and versions of the protocol",
        frozenset({"manage people", "manage study", "read audit", "confirm reset"}),
        frozenset(get_args(Concealed)),
        alone=True,
    ),
    "coordinator": RoleEntry(
        "screens, schedules and enters data at a site",
        frozenset({
            "screen", "consent", "randomize", "schedule", "fill in", "correct",
            "read forms", "report event", "end participation", "export", "read treatment",
        }),
        frozenset({"arm"}),
        open_label=frozenset({"arm"}),
        knows_infusions=True,
        stand_ins=("investigator",),
    ),
    "rater": RoleEntry(
        "rates symptoms, without knowing anything of the treatment",
        frozenset({"fill in", "correct"}),
        frozenset({"arm", "infusions", "dissociation", "vitals", "adverse events"}),
        alone=True,
    ),
    "infusion team": RoleEntry(
        "gives infusions and monitors participants during them",
        frozenset({"fill in", "correct", "report event"}),
        frozenset({"arm", "ratings"}),
        knows_infusions=True,
    ),
    "pharmacist": RoleEntry(
        "prepares and checks syringes, and knows the arm",
        frozenset({"prepare syringe", "check syringe"}),
        frozenset({"ratings"}),
        alone=True,
        knows_arms=True,
    ),
    "investigator": RoleEntry(
        "is responsible for the participants of a site",
        frozenset({
            "screen", "consent", "judge eligibility", "approve consent", "randomize",
            "schedule", "fill in", "correct", "read forms", "report event",
            "end participation", "unblind in emergency", "freeze", "export",
            "read audit", "confirm reset", "read treatment",
        }),
        frozenset({"arm"}),
        open_label=frozenset({"arm"}),
        knows_infusions=True,
        stand_ins=("coordinator",),
    ),
    "statistician": RoleEntry(
        "seals the allocation list, exports data and locks the database",
        frozenset({"export", "freeze", "lock", "seal list", "read audit", "confirm reset"}),
        frozenset({"arm"}),
    ),
    "monitor": RoleEntry(
        "verifies data and audit trail",
        frozenset({"read forms", "read audit", "export"}),
        frozenset({"arm"}),
        knows_infusions=True,
    ),
    "participant": RoleEntry(
        "answers questionnaires",
        frozenset({"fill in"}),
        frozenset({"arm", "infusions", "dissociation", "vitals", "adverse events"}),
        stand_ins=("coordinator",),  # from paper
    ),
}  # fmt: skip
