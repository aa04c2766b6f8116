"""When nobody is left as the second person: two named people of the sponsor help.

Whoever runs the server holds its keys anyway; this is the way that everybody sees. It is
begun and finished by two calls of ``equipoise recover``, a day or more apart. Meanwhile
all who work in the trial are told, on the page of today and by message; it stands in the
chain of the study and on the page of the sealed list. One of the two gets the link for
the new account and the other one a code; who joins needs both.
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

HOURS = 24  # between the two calls at least; a demonstration waits for nobody
LAPSES = timedelta(days=30)  # one that was begun and never finished
ROLES = ("administrator", "statistician")  # of all sites, who can be a second person


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery that was begun."""

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
    """All of them, the latest last."""
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
    """Announces that the sponsor brings somebody in; nothing is made yet.

    Args:
        without: user names of those who are counted on no more: they have left, or
            nobody reaches them.
        hours: until it can be finished.

    Raises:
        ConductError: EQ971, with what is in the way.
        AccessError: EQ952, the account cannot be made.
    """
    require_substance(reason, "EQ971", "the way is opened again")
    names = [" ".join(one.split()) for one in people]
    if min(map(len, names)) < 3 or names[0].casefold() == names[1].casefold():
        raise _refused("it takes two people with their names", "name both, in full")
    if role not in ROLES:
        raise _refused(f"{role!r} cannot open the way again", f"choose {_or(ROLES)}")
    if hours < HOURS and not settings.DEMO:
        raise _refused(
            f"{hours:g} hours are too short for others to object",
            f"wait {HOURS} hours or more",
        )
    with transaction.atomic():
        lock(STUDY)
        _require_need(without, at)
        if _open(at) is not None:
            raise _refused("a recovery was begun already", "finish it with --finish")
        require_usable(username, name)
        told = {"user": username, "name": name, "people": names,
                "without": sorted(without), "hours": hours}  # fmt: skip
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        note("begin recovery", role, text, TERMINAL, at, reason)
        made = recoveries()[-1]
        _tell_all(
            f"{_and(made.people)} of the sponsor bring in {name} as {role}, because "
            f"nobody is left as a second person. It can be finished from "
            f"{made.due:%Y-%m-%d %H:%M} UTC on. If this is wrong, tell the monitor now."
        )
    return made


def finish(*, at: datetime) -> tuple[Link, str]:
    """Makes the account that was announced, after the waiting time (EQ947, EQ971).

    The link is for one of the two people, and the code for the other one.
    """
    require_right(at)
    with transaction.atomic():
        lock(STUDY)
        one = _open(at)
        if one is None:
            raise _refused("no recovery was begun", "begin one: see --help")
        if at < one.due:
            raise _refused(
                f"it waits until {one.due:%Y-%m-%d %H:%M} UTC", "call it again then"
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
            f"{_and(one.people)} of the sponsor brought in {one.name} as {one.role}."
        )
    return link(user), code


def _require_need(without: Collection[str], at: datetime) -> None:
    """Refuses where an administrator and a second person are left (EQ971)."""
    for admin in staff(at):
        if not admin.may("manage people", ALL_SITES) or admin.name in without:
            continue
        seconds = [n for n in candidates(Case(admin.name), at=at) if n not in without]
        if seconds:
            raise _refused(
                f"{admin.name} can invite somebody and {_or(seconds)} can confirm it",
                "let them do it on the page *People*; who has left or cannot be reached "
                "is named with --without",
            )


def _open(at: datetime) -> Recovery | None:
    last = recoveries()[-1:]
    waits = [one for one in last if one.finished is None and at < one.begun + LAPSES]
    return waits[0] if waits else None


def _read(entry: Entry) -> Recovery:
    told: dict[str, Any] = json.loads(entry.value or "{}")
    one, other = told["people"]
    due = entry.at + timedelta(hours=told["hours"])
    return Recovery(
        told["user"], told["name"], entry.item, (one, other), tuple(told["without"]),
        entry.reason, entry.at, due,
    )  # fmt: skip


def _tell_all(text: str) -> None:
    tell(GRANTABLE, Site.objects.all(), "The sponsor opens the way again", text)


def _and(names: Collection[str]) -> str:
    return " and ".join(names)


def _or(names: Collection[str]) -> str:
    return " or ".join(names)


def _refused(what: str, mend: str) -> ConductError:
    return ConductError.single("EQ971", what, where="equipoise recover", mend=mend)
