"""Actions of the audit trail, and the kind of each: what an entry changes.

Only an action of the kind ``value`` sets the value of a field. Entries *about* a value, a
form or a participant are additional entries and overwrite nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from equipoise.conduct.audit.hash_chain import Fact

Kind = Literal["value", "about a value", "form", "person", "study"]

_OF_KIND: dict[Kind, tuple[str, ...]] = {
    # sets, changes or clears the value of a field
    "value": (
        "answer", "correct", "plan", "randomize", "stratum", "syringe",
        "discard",
    ),
    # concerns a value without changing it
    "about a value": (
        "confirm value", "alert", "acknowledge", "shown",
    ),
    # status of a form
    "form": (
        "open", "complete", "reopen", "freeze", "unfreeze", "void", "not done",
        "from paper", "attach", "detach", "bedside action", "override", "pause",
        "resume",
    ),
    # of a participant; a lock is also recorded on each form
    "person": (
        "screen", "lock", "unlock", "unblind", "show treatment", "clock",
    ),
    # of the study: users, sites, allocation schedule, protocol, exports
    "study": (
        "add second factor", "begin recovery", "change password",
        "close account", "close recruitment", "confirm reopening",
        "confirm reset", "confirm role", "confirm unblinding", "confirm unlock",
        "consent version", "end role", "export", "grant", "invite",
        "issue token", "lock out", "propose consent version",
        "propose reopening", "propose role", "propose unblinding",
        "propose unlock", "protocol", "read of reset", "reconcile", "recover",
        "refuse reopening", "refuse role", "refuse unblinding", "refuse unlock",
        "register", "remove second factor", "reopen recruitment",
        "reset account", "restore", "revoke token", "seal", "set password",
        "site", "take up role", "time zone", "vouch", "withdraw reopening",
        "withdraw role", "withdraw unblinding", "withdraw unlock", "wording",
        "wrong code of reset", "wrong code of role", "wrong second factor",
    ),
}  # fmt: skip
ACTS: dict[str, Kind] = {act: kind for kind, acts in _OF_KIND.items() for act in acts}

# Actions that are still recorded once the trial is unblinded: reading of data, and
# accounts, since users must be able to log in for as long as the data are retained. An arm
# may be needed in an emergency after the end, too. All other actions are rejected.
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
    """Rejects an action that is not in ``ACTS`` with ``ValueError``: it has no kind."""
    unknown = {fact.act for fact in facts} - ACTS.keys()
    if unknown:
        raise ValueError(f"actions without a kind: {sorted(unknown)}")
