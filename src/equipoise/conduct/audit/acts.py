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
    "attest": "form",
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
    "change password": "study",
    "close account": "study",
    "confirm reset": "study",
    "confirm role": "study",
    "consent version": "study",
    "end role": "study",
    "export": "study",
    "grant": "study",
    "invite": "study",
    "issue token": "study",
    "lock out": "study",
    "propose role": "study",
    "protocol": "study",
    "read of reset": "study",
    "reconcile": "study",
    "refuse role": "study",
    "remove second factor": "study",
    "reset account": "study",
    "restore": "study",
    "revoke token": "study",
    "seal": "study",
    "set password": "study",
    "site": "study",
    "take up role": "study",
    "time zone": "study",
    "vouch": "study",
    "withdraw role": "study",
    "wrong code of reset": "study",
    "wrong code of role": "study",
    "wrong second factor": "study",
}


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
