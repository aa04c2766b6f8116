"""Every status of a form, once, and the sets of them that rules and lists ask for."""

from __future__ import annotations

from typing import Literal

FormStatus = Literal[
    "",  # without entries: not started, or emptied
    "started",  # has entries
    "complete",  # signed off
    "not done",  # marked so, with a reason; it has no answers
    "void",  # set aside, with a reason
    "frozen",  # signed off, and closed to changes
    "locked",  # closed with the participant
]
# Act of the audit trail -> status of the form after it.
STATUS_AFTER: dict[str, FormStatus] = {
    "open": "",
    "complete": "complete",
    "not done": "not done",
    "void": "void",
    "reopen": "started",
    "freeze": "frozen",
    "unfreeze": "complete",
    "lock": "locked",
    "unlock": "complete",  # or what its entry names: one of ``BEFORE_LOCK``
}
BEFORE_LOCK: tuple[FormStatus, ...] = ("complete", "not done", "frozen")
SIGNED: tuple[FormStatus, ...] = ("complete", "frozen", "locked")
FINISHED: tuple[FormStatus, ...] = ("complete", "not done", "frozen", "locked")
WITH_ENTRIES: tuple[FormStatus, ...] = ("started", *FINISHED)
