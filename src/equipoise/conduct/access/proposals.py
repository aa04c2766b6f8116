"""Proposals: one user proposes an action, and a second approver confirms it.

They are: an unblinding-sensitive role once the allocation schedule is concealed
(``role_grants.py``), unlocking a participant, reopening recruitment, unblinding the trial.
``second_approver`` defines who may confirm; the module that registers a kind of action
performs it. The audit trail of the study records whether a proposal was confirmed,
rejected or withdrawn; otherwise it lapses.
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

LETTERS = 10  # of a reason that others are to understand
Outcome = Literal["done", "taken up", "refused", "withdrawn", "wrong codes"]


@dataclass(frozen=True, slots=True)
class Kind:
    """An action that needs a second approver."""

    asks: Act  # the right to propose and to withdraw it
    # Rejects what is no longer possible; called before and at the confirmation.
    check: Callable[[Proposal, datetime], None]
    # Performs it when it is confirmed, or returns the code with which the user concerned
    # completes it; empty if there is no code.
    carry_out: Callable[[Proposal, datetime], str]


# Action -> its kind, registered by its module; ``audit.actions`` lists the four steps.
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
    """Proposes an action to a second approver; replaces an open proposal of the same.

    Args:
        site: where; None for all sites.

    Raises:
        AccessError: EQ911; EQ916, no user could confirm it.
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
                "this needs a second approver, and no user could confirm it",
                where=f"the second approver for {act}",
                fix="invite another administrator, a statistician or an investigator of "
                "the site, who must set a password first; if that is not possible, the "
                "sponsor appoints a user with `equipoise recover`",
            )
        same = open_proposals().filter(
            act=act, user=user, role=role, site=site, about=about
        )
        change(same, closed_at=at, outcome="replaced")
        made.save()
        _note("propose", made, actor.name, at, reason)
    return made


def waiting(actor: Actor, *, at: datetime) -> list[Proposal]:
    """Proposals that the user may confirm or reject now."""
    return for_judge(unanswered(at), actor, at=at)


def pending(act: str, about: str = "", *, at: datetime) -> Proposal | None:
    """The open proposal of an action that is not confirmed yet, if there is one."""
    return unanswered(at).filter(act=act, about=about).last()


def unanswered(at: datetime) -> QuerySet[Proposal]:
    """Proposals that a second approver can still confirm or reject."""
    since = at - lapses()
    return open_proposals().filter(confirmed_at__isnull=True, proposed_at__gt=since)


def lapses() -> timedelta:
    """Time within which a proposal can be confirmed.

    As long as an account counts as new, so that a new user can still confirm what was
    proposed the day before, and three days more.
    """
    return lately() + lasts()


def confirm(proposal: Proposal, *, actor: Actor, at: datetime) -> str:
    """Confirms what another user has proposed, and performs it.

    Returns:
        For a role the code for the user concerned, shown once and not stored; else an
        empty text: it is done.

    Raises:
        AccessError: EQ916, with the reason; EQ914, other roles exclude it by now.
        ConductError: the proposed action is no longer possible.
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
    """Rejects a proposal as the second approver (EQ916, also if the reason is missing)."""
    with transaction.atomic():
        lock(STUDY)
        held = _judged(proposal, actor, at)
        if not reason.strip():
            raise _refused("the reason is missing", "enter the reason")
        close(held, "refused", at)
        _note("refuse", held, actor.name, at, reason)


def withdraw(proposal: Proposal, *, actor: Actor, at: datetime) -> None:
    """Withdraws a proposal, confirmed or not (EQ911; EQ916, it is not open)."""
    actor.require(kinds[proposal.act].asks, proposal.where)
    with transaction.atomic():
        lock(STUDY)
        held = _open(proposal)
        close(held, "withdrawn", at)
        _note("withdraw", held, actor.name, at)


def close(held: Proposal, outcome: Outcome, at: datetime) -> None:
    """Records the outcome of a proposal."""
    held.closed_at, held.outcome = at, outcome
    held.save(update_fields=["closed_at", "outcome"])


def require_substance(
    reason: str, code: str, what: str, *, least: int = LETTERS
) -> None:
    """Requires a reason that others can understand.

    Raises:
        ConductError: with this code; fewer letters, or no more than three different ones.
    """
    letters = [c for c in reason.casefold() if c.isalpha()]
    if len(letters) < least or len(set(letters)) <= 3:
        raise ConductError.single(
            code,
            f"{what} only with a reason that others can understand",
            where="the reason",
            fix=f"explain the reason in a few words, with {least} letters or more",
        )


def _judged(proposal: Proposal, actor: Actor, at: datetime) -> Proposal:
    """The current proposal, if this user may confirm or reject it."""
    held = _open(proposal)
    if not held.waits:
        raise _refused("it was confirmed already")
    if held.proposed_at <= at - lapses():
        raise _refused("the proposal has lapsed and must be made again")
    if held.user is not None and not held.user.is_active:
        raise _refused("the account is closed")
    problem = why_not(held, actor, at=at)
    if problem:
        raise _refused(problem)
    return held


def _open(proposal: Proposal) -> Proposal:
    held = open_proposals().filter(pk=proposal.pk).first()
    if held is None:
        raise _refused("it was withdrawn, rejected, replaced or done already")
    return held


def _note(
    step: str, held: Proposal, actor: str, at: datetime, reason: str = ""
) -> None:
    form = "people" if held.user is not None else "second person"
    note(f"{step} {held.act}", held.role or held.act, held.subject, actor, at,
         reason, form)  # fmt: skip


def _refused(
    what: str,
    fix: str = "ask another administrator, a statistician or an investigator of the site",
) -> AccessError:
    return AccessError.single(
        "EQ916",
        f"you cannot confirm or reject this: {what}",
        where="the open proposals",
        fix=fix,
    )
