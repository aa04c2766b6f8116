"""What can be written down, and the kind of each act: what an entry changes.

Only an act of the kind ``value`` sets the value of a field. Whatever is said *about* a
value, a form or a person stands beside it in the chain and overwrites nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from equipoise.conduct.audit.chain import Fact

Kind = Literal["value", "about a value", "form", "person", "study"]

ACTS: dict[str, Kind] = {
    # sets, changes or takes away the value of a field
    "answer": "value",
    "correct": "value",
    "plan": "value",
    "randomize": "value",
    "stratum": "value",
    "syringe": "value",
    "discard": "value",
    # says something about a value, and leaves it as it is
    "confirm value": "about a value",
    "alert": "about a value",
    "acknowledge": "about a value",
    "shown": "about a value",
    # how far a form is
    "open": "form",
    "complete": "form",
    "reopen": "form",
    "freeze": "form",
    "unfreeze": "form",
    "void": "form",
    "not done": "form",
    "from paper": "form",
    "attach": "form",
    "detach": "form",
    "bedside action": "form",
    "override": "form",
    "pause": "form",
    "resume": "form",
    # of a participant as a whole; a lock also stands on each form
    "screen": "person",
    "lock": "person",
    "unlock": "person",
    "unblind": "person",
    "show treatment": "person",
    "clock": "person",
    # of the study: people, sites, list, protocol, exports
    "add second factor": "study",
    "begin recovery": "study",
    "change password": "study",
    "close account": "study",
    "close recruitment": "study",
    "confirm reset": "study",
    "confirm role": "study",
    "confirm reopening": "study",
    "confirm unblinding": "study",
    "confirm unlock": "study",
    "consent version": "study",
    "end role": "study",
    "export": "study",
    "grant": "study",
    "invite": "study",
    "issue token": "study",
    "lock out": "study",
    "propose consent version": "study",
    "propose role": "study",
    "propose reopening": "study",
    "propose unblinding": "study",
    "propose unlock": "study",
    "protocol": "study",
    "read of reset": "study",
    "reconcile": "study",
    "register": "study",
    "recover": "study",
    "refuse reopening": "study",
    "refuse role": "study",
    "refuse unblinding": "study",
    "refuse unlock": "study",
    "remove second factor": "study",
    "reopen recruitment": "study",
    "reset account": "study",
    "restore": "study",
    "revoke token": "study",
    "seal": "study",
    "set password": "study",
    "site": "study",
    "take up role": "study",
    "time zone": "study",
    "vouch": "study",
    "withdraw reopening": "study",
    "withdraw role": "study",
    "wording": "study",
    "withdraw unblinding": "study",
    "withdraw unlock": "study",
    "wrong code of reset": "study",
    "wrong code of role": "study",
    "wrong second factor": "study",
}

# What is still recorded once the trial is unblinded: who reads what, and accounts, since
# somebody must be able to log in for as long as the data are kept. An arm may be needed
# in an emergency after the end, too. Any other act, also one that is added later, is over.
AFTER_UNBLINDING = frozenset(
    {
        "add second factor", "begin recovery", "change password", "close account",
        "confirm reset", "confirm role", "end role", "export", "grant", "invite",
        "issue token", "lock out", "propose role", "read of reset", "reconcile", "recover",
        "refuse role", "register", "remove second factor", "reset account", "restore",
        "revoke token", "set password", "show treatment", "shown", "take up role",
        "unblind", "withdraw role",
        "wrong code of reset", "wrong code of role", "wrong second factor",
    }
)  # fmt: skip


def sets_value(act: str) -> bool:
    """Whether an entry with this act sets the value of its field.

    Example:
        >>> sets_value("correct"), sets_value("alert")
        (True, False)
    """
    return ACTS.get(act) == "value"


def require_known(facts: Iterable[Fact]) -> None:
    """Refuses an act that has no kind: what it changes must be said before it is used.

    Raises:
        ValueError: an act is not in ``ACTS``.
    """
    unknown = {fact.act for fact in facts} - ACTS.keys()
    if unknown:
        raise ValueError(f"acts without a kind: {sorted(unknown)}")
