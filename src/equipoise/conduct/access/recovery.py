"""Recovery: two named people of the sponsor appoint a user when no approver is left.

The administrator of the server could do this by other means; recovery makes it visible.
It takes two calls of ``equipoise recover``, a day or more apart. Meanwhile all users of
the trial are notified, on the page *Today* and by e-mail, and it is recorded in the audit
trail of the study and shown with the allocation schedule. One of the two people gets the
link for the new account and the other one a code; the new user needs both.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from equipoise.conduct.access.account_audit import TERMINAL, note, tell
from equipoise.conduct.access.accounts import Link, link, new_account, require_usable
from equipoise.conduct.access.actor import ALL_SITES
from equipoise.conduct.access.models import Membership, Reset
from equipoise.conduct.access.proposals import require_substance
from equipoise.conduct.access.role_grants import GRANTABLE
from equipoise.conduct.access.second_approver import (
    Case,
    candidates,
    digest,
    new_code,
    staff,
)
from equipoise.conduct.audit.clock import require_right
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.study.models import Site
from equipoise.errors import ConductError

HOURS = 24  # between the two calls at least, except in a demonstration
LAPSES = timedelta(days=30)  # of a recovery that was not finished
ROLES = ("administrator", "statistician")  # of all sites, possible second approvers


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that was started."""

    username: str
    name: str
    role: str
    people: tuple[str, str]
    without: tuple[str, ...]
    reason: str
    begun: datetime
    due: datetime  # from when it can be finished
    finished: datetime | None = None  # when it was; None if it was not


def recoveries() -> list[Recovery]:
    """All recoveries, the latest last."""
    found: list[Recovery] = []
    entries = Entry.objects.filter(
        chain=STUDY, form="people", act__in=("begin recovery", "recover")
    )
    for entry in entries.order_by("seq"):
        if entry.act == "begin recovery":
            found.append(_read(entry))
        elif found:
            found.append(replace(found.pop(), finished=entry.at))
    return found


def begin(
    username: str,
    name: str,
    role: str,
    *,
    people: tuple[str, str],
    reason: str,
    without: Collection[str] = (),
    hours: float = HOURS,
    at: datetime,
) -> Recovery:
    """Announces that the sponsor appoints a user; no account is created yet.

    Args:
        without: user names of users who have left or cannot be reached.
        hours: until it can be finished.

    Raises:
        ConductError: EQ971, with the cause.
        AccessError: EQ952, the account cannot be created.
    """
    require_substance(reason, "EQ971", "a recovery starts")
    names = [" ".join(one.split()) for one in people]
    if min(map(len, names)) < 3 or names[0].casefold() == names[1].casefold():
        raise _refused("a recovery needs two different people", "enter both full names")
    if role not in ROLES:
        raise _refused(f"{role!r} is not a role for a recovery", f"choose {_or(ROLES)}")
    if hours < HOURS and not settings.DEMO:
        raise _refused(
            f"{hours:g} hours are too short for others to object",
            f"allow {HOURS} hours or more",
        )
    with transaction.atomic():
        lock(STUDY)
        _require_need(without, at)
        if _open(at) is not None:
            raise _refused("a recovery was started already", "finish it with --finish")
        require_usable(username, name)
        details = {"user": username, "name": name, "people": names,
                "without": sorted(without), "hours": hours}  # fmt: skip
        text = json.dumps(details, sort_keys=True, ensure_ascii=False)
        note("begin recovery", role, text, TERMINAL, at, reason)
        made = recoveries()[-1]
        _tell_all(
            f"{_and(made.people)} of the sponsor appoint {name} as {role}, because no "
            f"second approver is left. This can take effect from "
            f"{made.due:%Y-%m-%d %H:%M} UTC. If this is wrong, tell the monitor now."
        )
    return made


def finish(*, at: datetime) -> tuple[Link, str]:
    """Creates the announced account after the waiting time (EQ947, EQ971).

    The link is for one of the two people, and the code for the other one.
    """
    require_right(at)
    with transaction.atomic():
        lock(STUDY)
        one = _open(at)
        if one is None:
            raise _refused("no recovery was started", "start one: see --help")
        if at < one.due:
            raise _refused(
                f"the waiting time ends at {one.due:%Y-%m-%d %H:%M} UTC",
                "run the command again then",
            )
        _require_need(one.without, at)
        require_usable(one.username, one.name)
        user = new_account(one.username, one.name)
        held = Membership.objects.create(
            user=user, role=one.role, since=at, granted_by=TERMINAL
        )
        code, why = new_code(), f"by {_and(one.people)}: {one.reason}"
        Reset.objects.create(
            user=user, requested_by=one.people[0], requested_at=at, reason=one.reason,
            second=True, confirmed_by=one.people[1], confirmed_at=at, code=digest(code),
        )  # fmt: skip
        note("invite", "account", one.username, TERMINAL, at)
        note("grant", one.role, held.subject, TERMINAL, at, why)
        note("recover", one.role, one.username, TERMINAL, at, why)
        _tell_all(
            f"{_and(one.people)} of the sponsor appointed {one.name} as {one.role}."
        )
    return link(user), code


def _require_need(without: Collection[str], at: datetime) -> None:
    """Rejects a recovery while an administrator and an approver are left (EQ971)."""
    for admin in staff(at):
        if not admin.may("manage people", ALL_SITES) or admin.name in without:
            continue
        seconds = [n for n in candidates(Case(admin.name), at=at) if n not in without]
        if seconds:
            raise _refused(
                f"{admin.name} can invite a user and {_or(seconds)} can confirm it",
                "ask them to do it on the page *Users*; use --without for users who "
                "have left or cannot be reached",
            )


def _open(at: datetime) -> Recovery | None:
    last = recoveries()[-1:]
    waits = [one for one in last if one.finished is None and at < one.begun + LAPSES]
    return waits[0] if waits else None


def _read(entry: Entry) -> Recovery:
    said: dict[str, Any] = json.loads(entry.value or "{}")
    one, other = said["people"]
    due = entry.at + timedelta(hours=said["hours"])
    return Recovery(
        said["user"], said["name"], entry.item, (one, other), tuple(said["without"]),
        entry.reason, entry.at, due,
    )  # fmt: skip


def _tell_all(text: str) -> None:
    tell(GRANTABLE, Site.objects.all(), "The sponsor appoints a user", text)


def _and(names: Collection[str]) -> str:
    return " and ".join(names)


def _or(names: Collection[str]) -> str:
    return " or ".join(names)


def _refused(what: str, fix: str) -> ConductError:
    return ConductError.single("EQ971", what, where="equipoise recover", fix=fix)
