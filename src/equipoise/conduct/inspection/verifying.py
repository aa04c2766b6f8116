"""Whether everything is what was written down: entries, chains, vault and anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist

from equipoise.conduct.allocation import services
from equipoise.conduct.audit import register
from equipoise.conduct.audit.anchor import against, anchored
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.enrolment.sealed import of_the_list
from equipoise.conduct.enrolment.standing import missing
from equipoise.conduct.inspection.derived import unlike_chains
from equipoise.conduct.inspection.published import compared, unpublished
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import EquipoiseError
from equipoise.protocol.model import Protocol


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was looked at, and what was found."""

    entries: int
    chains: int
    allocations: int
    openings: int  # number of arms that were shown
    anchored: int
    # What is not as it was written down; empty if nothing is wrong.
    findings: tuple[str, ...]
    notices: tuple[str, ...]  # what is in order, and should be known
    # What only who has the key of the vault can look at, in words; empty if all was
    # looked at.
    not_checked: tuple[str, ...]


def inspect(
    key: Path | None, anchors: Path, progress: Callable[[str], None] | None = None
) -> Inspection:
    """Works everything out again.

    Without a key (an auditor must not have it), all that needs none is looked at, and
    the rest is named.

    Raises:
        ConductError: EQ931, there is no key where one was said to be.
    """
    tell = progress or (lambda _: None)
    tell("working the chains out again")
    found = verify(progress)
    tell("comparing with the anchors")
    findings = [str(f) for f in (*found.findings, *against(found, anchors))]
    lacking, known = missing(anchors), anchored(anchors)
    tell("comparing people, sites, protocols and lists with the chains")
    findings += [*register.wrong(), *unlike_chains()]
    findings += [f"vault: {what}" for what in lacking.words()]
    tell("opening the sealed list" if key else "working the vault's chains out again")
    protocol, unread = _protocol()
    findings += unread
    findings += [f"vault: {what}" for what in services.verify(key, protocol)]
    findings += [f"vault: {what}" for what in unpublished()]
    shown = compared()
    findings += [f"vault: {what}" for what in shown.unwritten]
    notices = [*map(str, found.notices), *shown.cut_off]
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
        services.heads()["openings"][0],
        len(known.heads),
        tuple(dict.fromkeys(findings)),
        tuple(notices),
        () if key else services.KEPT_BY_THE_KEY,
    )


def _protocol() -> tuple[Protocol | None, list[str]]:
    """The protocol of the list, and what keeps it from being read."""
    try:
        return of_the_list() or in_force(), []
    except EquipoiseError as error:
        return None, [f"{problem.code} {problem.what}" for problem in error.problems]
    except (ObjectDoesNotExist, KeyError):
        return None, ["the protocol of the list is not in the database"]


def _reconciled(at: str) -> str:
    """A loss that was accepted: when, what, by whom and why."""
    told = f"a loss was reconciled at {at}"
    made = entries(STUDY).filter(act="reconcile", at=datetime.fromisoformat(at)).first()
    if made is None:
        return told
    return f"{told} by {made.actor}, because: {made.reason}. It was: {made.value}"
