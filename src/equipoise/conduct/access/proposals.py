"""Acts that nobody does alone: one person proposes them, a second one confirms.

Roles near the arms once the list is sealed (``granting.py``), unlocking a participant,
reopening recruitment, unblinding the trial. Who they are is said by ``second_person``; what
is done when it was confirmed is said by whoever registers a kind of act. A proposal is
confirmed, refused, withdrawn, or lapses, and in each case the chain of the study says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from equipoise.conduct.access.account_audit import note
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Proposal, open_proposals
from equipoise.conduct.access.second_approver import (
    candidates,
    case_of,
    for_judge,
    lasts,
    lately,
    why_not,
)
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import lock
from equipoise.conduct.audit.register import change
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.roles import Act

LETTERS = 10  # of a reason that somebody else is to understand
Outcome = Literal["done", "taken up", "refused", "withdrawn", "wrong codes"]


@dataclass(frozen=True, slots=True)
class Kind:
    """An act that needs a second person."""

    asks: Act  # the right of who proposes it and may withdraw it
    # Refuses what cannot be done any more; asked before and at the confirmation.
    check: Callable[[Proposal, datetime], None]
    # Does it when it is confirmed, or makes the code with which the person concerned
    # completes it; returns that code, empty if there is none.
    carry_out: Callable[[Proposal, datetime], str]


# Act -> its kind, added by whoever does it; ``audit.acts`` knows how each of its four steps
# is recorded.
kinds: dict[str, Kind] = {}


def propose(
    act: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str,
    site: Site | None = None,
    user: User | None = None,
    role: str = "",
    about: str = "",
) -> Proposal:
    """Asks a second person; an earlier open proposal of the same is replaced.

    Args:
        site: where; None for all sites.

    Raises:
        AccessError: EQ911; EQ916, there is nobody who could confirm it.
        ConductError: of ``check``.
    """
    made = Proposal(
        act=act, user=user, role=role, site=site, about=about,
        proposed_by=actor.name, proposed_at=at, reason=reason.strip(),
    )  # fmt: skip
    actor.require(kinds[act].asks, made.where)
    with transaction.atomic():
        lock(STUDY)
        kinds[act].check(made, at)
        if not candidates(case_of(made), at=at):
            raise AccessError.single(
                "EQ916",
                "a second person must confirm this, and nobody is left who could",
                where=f"the second person for {act}",
                mend="it takes another administrator, a statistician, or an investigator "
                "of the site, who can log in; if there is none, tell the sponsor, who "
                "opens the way again with `equipoise recover`",
            )
        same = open_proposals().filter(
            act=act, user=user, role=role, site=site, about=about
        )
        change(same, closed_at=at, outcome="replaced")
        made.save()
        _note("propose", made, actor.name, at, reason)
    return made


def waiting(actor: Actor, *, at: datetime) -> list[Proposal]:
    """Proposals that somebody may confirm or refuse now."""
    return for_judge(unanswered(at), actor, at=at)


def pending(act: str, about: str = "", *, at: datetime) -> Proposal | None:
    """What waits for a second person: the proposal of an act, if one is open."""
    return unanswered(at).filter(act=act, about=about).last()


def unanswered(at: datetime) -> QuerySet[Proposal]:
    """What a second person can still confirm or refuse."""
    since = at - lapses()
    return open_proposals().filter(confirmed_at__isnull=True, proposed_at__gt=since)


def lapses() -> timedelta:
    """How long a proposal can be confirmed.

    As long as an account counts as new, so that somebody who is new can still confirm what
    was proposed the day before, and three days more.
    """
    return lately() + lasts()


def confirm(proposal: Proposal, *, actor: Actor, at: datetime) -> str:
    """Confirms what somebody else has proposed, and does it.

    Returns:
        For a role the code for the person concerned, shown once and kept nowhere; else
        an empty text: it is done.

    Raises:
        AccessError: EQ916, in words that say why; EQ914, other roles exclude it by now.
        ConductError: what was proposed cannot be done any more.
    """
    with transaction.atomic():
        lock(STUDY)
        held = _judged(proposal, actor, at)
        kind = kinds[held.act]
        kind.check(held, at)
        held.confirmed_by, held.confirmed_at = actor.name, at
        held.save(update_fields=["confirmed_by", "confirmed_at"])
        why = f"proposed by {held.proposed_by}: {held.reason}"
        _note("confirm", held, actor.name, at, why)
        code = kind.carry_out(held, at)
        if not code:
            close(held, "done", at)
    return code


def refuse(proposal: Proposal, *, actor: Actor, at: datetime, reason: str) -> None:
    """The second person does not agree (EQ916, also for a reason that is missing)."""
    with transaction.atomic():
        lock(STUDY)
        held = _judged(proposal, actor, at)
        if not reason.strip():
            raise _refused("the reason is missing", "say why; it stays in the audit")
        close(held, "refused", at)
        _note("refuse", held, actor.name, at, reason)


def withdraw(proposal: Proposal, *, actor: Actor, at: datetime) -> None:
    """Takes a proposal back, alone, confirmed or not (EQ911; EQ916, it is not open)."""
    actor.require(kinds[proposal.act].asks, proposal.where)
    with transaction.atomic():
        lock(STUDY)
        held = _open(proposal)
        close(held, "withdrawn", at)
        _note("withdraw", held, actor.name, at)


def close(held: Proposal, outcome: Outcome, at: datetime) -> None:
    """Notes how a proposal has ended."""
    held.closed_at, held.outcome = at, outcome
    held.save(update_fields=["closed_at", "outcome"])


def require_substance(
    reason: str, code: str, what: str, *, least: int = LETTERS
) -> None:
    """Refuses a reason of which nobody else could learn anything.

    Raises:
        ConductError: with this code; fewer letters, or no more than three different ones.
    """
    letters = [c for c in reason.casefold() if c.isalpha()]
    if len(letters) < least or len(set(letters)) <= 3:
        raise ConductError.single(
            code,
            f"{what} only with a reason that others can understand",
            where="the reason",
            mend=f"say in a few words why, with {least} letters or more",
        )


def _judged(proposal: Proposal, actor: Actor, at: datetime) -> Proposal:
    """The proposal as it is now, if this person may judge it."""
    held = _open(proposal)
    if not held.waits:
        raise _refused("it does not wait any more: it was confirmed")
    if held.proposed_at <= at - lapses():
        raise _refused("it is too old, and must be proposed again")
    if held.user is not None and not held.user.is_active:
        raise _refused("the account is closed")
    wrong = why_not(held, actor, at=at)
    if wrong:
        raise _refused(wrong)
    return held


def _open(proposal: Proposal) -> Proposal:
    held = open_proposals().filter(pk=proposal.pk).first()
    if held is None:
        raise _refused(
            "it does not wait any more: it was withdrawn, refused, replaced or done"
        )
    return held


def _note(
    step: str, held: Proposal, actor: str, at: datetime, reason: str = ""
) -> None:
    form = "people" if held.user is not None else "second person"
    note(f"{step} {held.act}", held.role or held.act, held.subject, actor, at,
         reason, form)  # fmt: skip


def _refused(
    what: str,
    mend: str = "let another administrator, a statistician, or an investigator of the "
    "site judge it",
) -> AccessError:
    return AccessError.single(
        "EQ916",
        f"this cannot be confirmed or refused: {what}",
        where="what waits for a second person",
        mend=mend,
    )
