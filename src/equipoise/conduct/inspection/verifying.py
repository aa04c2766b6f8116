"""Whether everything is what was written down: entries, chains, vault and anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from equipoise.conduct.allocation import services
from equipoise.conduct.audit.anchor import against, anchored
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.enrolment.standing import missing
from equipoise.conduct.study.protocols import in_force


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was looked at, and what was found.

    Attributes:
        findings: what is not as it was written down; empty if nothing is wrong.
        notices: what is in order, and should be known.
    """

    entries: int
    chains: int
    allocations: int
    anchored: int
    findings: tuple[str, ...]
    notices: tuple[str, ...]


def inspect(
    key: Path, anchors: Path, progress: Callable[[str], None] | None = None
) -> Inspection:
    """Works everything out again.

    Args:
        key: file of the key of the vault.
        anchors: folder of the anchors.
        progress: told what is being done.

    Raises:
        ConductError: EQ931, there is no key.
    """
    tell = progress or (lambda _: None)
    tell("working the chains out again")
    found = verify(progress)
    tell("comparing with the anchors")
    findings = [str(f) for f in (*found.findings, *against(found, anchors))]
    lacking, known = missing(anchors), anchored(anchors)
    findings += [f"vault: {what}" for what in lacking.words()]
    tell("opening the sealed list")
    findings += [f"vault: {what}" for what in services.verify(key, in_force())]
    notices = [str(f) for f in found.notices]
    notices += [
        f"{who} has kit {kit}, and no entry: randomize again to complete it"
        for who, kit in sorted(lacking.unrecorded.items())
    ]
    notices += [_reconciled(at) for at in known.reconciled]
    if not known.allocations:
        notices.append("nothing was anchored yet: a removed tail cannot be found")
    return Inspection(
        found.entries,
        len(found.heads),
        services.head().count,
        len(known.heads),
        tuple(dict.fromkeys(findings)),
        tuple(notices),
    )


def _reconciled(at: str) -> str:
    """A loss that was accepted: when, what, by whom and why."""
    told = f"a loss was reconciled at {at}"
    made = entries(STUDY).filter(act="reconcile", at=datetime.fromisoformat(at)).first()
    if made is None:
        return told
    return f"{told} by {made.actor}, because: {made.reason}. It was: {made.value}"
