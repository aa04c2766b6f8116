"""What happened to a form after it was filled in: who signed it, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.place import Place
from equipoise.conduct.pages.desk import Desk
from equipoise.conduct.pages.question import shown

# What was done with the form as a whole; after the first two, no answer holds any more.
WHOLE = {
    "void": "voided",
    "not done": "not done",
    "reopen": "“not done” taken back",
    "freeze": "frozen",
    "unfreeze": "unfrozen",
    "from paper": "entered from paper",
}
EMPTIED = ("void", "not done")


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that was changed after the form was complete, or an act on the form.

    Attributes:
        whole: whether it concerns the form and no value.
    """

    label: str
    before: str
    after: str
    actor: str
    at: datetime
    reason: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """Who completed a form.

    Attributes:
        roles: that the person held at the site then.
    """

    name: str
    roles: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What a reader of a form is told of it.

    Attributes:
        signed: by whom it is complete now; None for a form that is not.
        rows: changes of values that hold, and acts on the form, in their order.
    """

    signed: Signed | None
    rows: tuple[Changed, ...]


def history(desk: Desk) -> History:
    """Who completed a form, and everything that was done after it, with the reasons."""
    form, visit, minute = desk.where
    some = entries(desk.place.participant.identifier)
    found = list(some.filter(form=form, visit=visit, minute=minute))
    names = names_of(row.actor for row in found)
    fields = {field.name: field for field in desk.place.form.fields}
    texts = {check.id: check.text for check in desk.place.form.checks}
    zone = desk.place.participant.site.zone
    last: dict[str, str] = {}
    rows: list[Changed] = []
    signed: Signed | None = None

    def add(row: Entry, label: str, before: str, after: str) -> None:
        by = names[row.actor]
        rows.append(
            Changed(label, before, after, by, row.at, row.reason, row.act in WHOLE)
        )

    for row in found:
        field = fields.get(row.item)
        if row.act in EMPTIED:
            rows, last, signed = [r for r in rows if r.whole], {}, None
        if row.act in WHOLE:
            add(row, "The form", "–", WHOLE[row.act])
        elif row.act == "complete":
            signed = Signed(names[row.actor], roles_then(row, desk.place), row.at)
        elif row.act == "confirm value" and field is not None:
            said = shown(field, last.get(row.item, ""), zone)
            add(row, field.label, said, f"confirmed: {texts.get(row.value or '', '')}")
        elif row.act in ("answer", "correct"):
            if field is not None and row.act == "correct":
                before = shown(field, last.get(row.item, ""), zone)
                add(row, field.label, before, shown(field, row.value or "", zone))
            last[row.item] = row.value or ""
    return History(signed, tuple(rows))


def names_of(users: Iterable[str]) -> dict[str, str]:
    """User name -> name of the person; the user name where there is none."""
    wanted = set(users)
    known = User.objects.filter(username__in=wanted)
    full = {user.username: user.get_full_name() for user in known}
    return {name: full.get(name) or name for name in wanted}


def roles_then(row: Entry, place: Place) -> tuple[str, ...]:
    """Roles that the writer of an entry held then at the site of the participant."""
    held = Membership.objects.filter(
        Q(site=None) | Q(site=place.participant.site),
        Q(until=None) | Q(until__gt=row.at),
        user__username=row.actor,
        since__lte=row.at,
    )
    return tuple(sorted(set(held.values_list("role", flat=True))))
