"""End of the trial: closing recruitment, database lock, unblinding of the trial.

One user closes recruitment; reopening it and unblinding the trial need a second approver.
After unblinding nothing is recorded except ``audit.actions.AFTER_UNBLINDING``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import ALL_SITES, Actor, refused
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import has_changed, lock, require_blinded
from equipoise.conduct.capture.current_values import locked
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError

# "lock" of the study: databases that an earlier version locked as a whole.
CLOSES = ("close recruitment", "lock")


@dataclass(frozen=True, slots=True)
class Phase:
    """Phase of the trial."""

    closed: Entry | None  # the entry that closed recruitment; None while it is open
    unblinded: Entry | None  # that unblinded the trial; None while it is blinded


def phase() -> Phase:
    """Current phase of the trial, from the audit trail of the study."""
    acts = (*CLOSES, "reopen recruitment", "unblind")
    found = Phase(None, None)
    said = Entry.objects.filter(form="", act__in=acts, chain=STUDY)
    for entry in said.order_by("seq"):
        if entry.act == "unblind":
            found = Phase(found.closed, found.unblinded or entry)
        else:
            found = Phase(entry if entry.act in CLOSES else None, found.unblinded)
    return found


def require_recruiting() -> None:
    """Requires open recruitment for screening (EQ921, closed; EQ970, unblinded)."""
    require_blinded()
    if phase().closed is not None:
        raise ConductError.single(
            "EQ921",
            "recruitment is closed: no participant can be screened",
            where="the screening log",
            fix="see the page *Recruitment* for who closed it and how to reopen it",
        )


def may_close(actor: Actor) -> bool:
    """Whether a user may close recruitment, and propose to reopen it."""
    return actor.may("lock", ALL_SITES) or actor.may("manage study", ALL_SITES)


def close_recruitment(*, actor: Actor, at: datetime, reason: str) -> None:
    """Ends screening; participants who were screened can still be randomized.

    A repeated call changes nothing.

    Raises:
        ConductError: EQ922, the reason is too short.
    """
    _require_closer(actor)
    require_substance(reason, "EQ922", "recruitment is closed")
    with transaction.atomic():
        lock(STUDY)
        if phase().closed is None:
            fact = Fact("close recruitment", reason=reason.strip())
            record(STUDY, fact, actor=actor.name, at=at)


def propose_reopening(*, actor: Actor, at: datetime, reason: str) -> Proposal:
    """Proposes to a second approver to reopen recruitment.

    Raises:
        AccessError: EQ911; EQ916, there is no second approver.
        ConductError: EQ922, the reason is too short; EQ923, it is open; EQ970.
    """
    _require_closer(actor)
    require_substance(reason, "EQ922", "recruitment is reopened")
    return proposals.propose("reopening", actor=actor, at=at, reason=reason)


def propose_unblinding(*, actor: Actor, at: datetime, reason: str) -> Proposal:
    """Proposes to a second approver to unblind the trial, permanently.

    Raises:
        AccessError: EQ911; EQ916, there is no second approver.
        ConductError: EQ962, the reason is too short; EQ961, with all obstacles; EQ970, it
            is unblinded.
    """
    actor.require("lock", ALL_SITES)
    require_substance(reason, "EQ962", "the trial is unblinded")
    return proposals.propose("unblinding", actor=actor, at=at, reason=reason)


def unlocked() -> list[str]:
    """Participants who are not locked, in order of screening."""
    names = list(Participant.objects.values_list("identifier", flat=True))
    held = locked(names)
    return [name for name in names if name not in held]


def in_the_way() -> list[str]:
    """Reasons why the trial cannot be unblinded, as text; empty if it can."""
    found = []
    if phase().closed is None:
        found.append("recruitment is still open")
    if not Participant.objects.exists():
        found.append("no participant was screened")
    left = len(unlocked())
    if left:
        found.append(f"{left} participant{'s are' if left > 1 else ' is'} not locked")
    return found


def _require_closer(actor: Actor) -> None:
    if not may_close(actor):
        raise refused(
            "you may not close or reopen recruitment",
            "your roles",
            "ask a statistician or an administrator of all sites",
        )


def _is_closed(held: Proposal, at: datetime) -> None:
    require_blinded()
    if phase().closed is None:
        raise has_changed("EQ923", "recruitment is open", "recruitment")


def _can_unblind(held: Proposal, at: datetime) -> None:
    require_blinded()
    found = in_the_way()
    if found:
        raise ConductError.several(
            "EQ961",
            (f"the trial cannot be unblinded: {what}" for what in found),
            where="the end of the trial",
            fix="close recruitment and lock every participant first",
        )


def _carry_out(act: str, value: str | None, held: Proposal, at: datetime) -> str:
    why = f"proposed by {held.proposed_by}: {held.reason}"
    record(STUDY, Fact(act, value=value, reason=why), actor=held.confirmed_by, at=at)
    return ""


proposals.kinds |= {
    "unblinding": proposals.Kind(
        "lock", _can_unblind, partial(_carry_out, "unblind", "all")
    ),
    "reopening": proposals.Kind(
        "confirm reset", _is_closed, partial(_carry_out, "reopen recruitment", None)
    ),
}
