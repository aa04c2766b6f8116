"""A form as shown on the page: items, signature, and changes since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from equipoise.conduct.access.models import Membership
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.form_instance import FIELD as PAPER
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_saving import (
    NOTHING,
    Conflict,
    compared,
    unconfirmed,
)
from equipoise.conduct.capture.permission import may_attest
from equipoise.conduct.capture.scores import total_so_far
from equipoise.conduct.forms.calculations import so_far, value_of
from equipoise.conduct.forms.definition import Field
from equipoise.conduct.forms.edit_checks import failing
from equipoise.conduct.forms.missing_codes import without_codes
from equipoise.conduct.forms.value_checks import asked
from equipoise.conduct.pages.field_view import Doubt, Question, shown, worded
from equipoise.conduct.pages.form_context import Desk
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.study.wordings import wording_of
from equipoise.instruments.wording import Wording
from equipoise.protocol.forms import FormCheck


@dataclass(frozen=True, slots=True)
class Shown:
    """A form on the page."""

    desk: Desk
    questions: tuple[Question, ...]
    # ``draft``: saved as it is entered; ``correct``: changed with a reason; ``read``.
    mode: str
    seen: int  # length of the audit trail when the page was shown
    key: str
    address: str
    save_address: str
    wording: Wording | None
    recall: str  # recall period of an instrument
    total: str  # of an instrument so far, as text; empty for participants

    @property
    def attests(self) -> bool:
        """Whether this user can sign the form, and not only prepare it."""
        return may_attest(self.desk.actor, self.desk.place)

    @property
    def compact(self) -> bool:
        """Whether fields are shown side by side: a few numbers."""
        kinds = {q.field.kind for q in self.questions}
        return "number" in kinds and kinds <= {"number", "datetime"}

    @property
    def problems(self) -> list[Question]:
        """Items with a problem."""
        return [q for q in self.questions if q.problem]

    @property
    def doubts(self) -> list[Doubt]:
        """Soft checks to be confirmed before the form is complete."""
        return [doubt for q in self.questions for doubt in q.doubts]

    @property
    def conflicts(self) -> list[Question]:
        """Items that another user changed meanwhile."""
        return [q for q in self.questions if q.conflict]


def shown_form(
    desk: Desk,
    *,
    correcting: bool = False,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    conflicts: tuple[Conflict, ...] = (),
    reasons: Mapping[str, str] = NOTHING,
) -> Shown:
    """A form for the page; ``reasons``: soft check -> why the answer is right, as typed."""
    place = desk.place
    values = desk.known.said(*desk.place.where) | dict(typed or {})
    mode = "read"
    if desk.editable:
        complete = desk.state == "complete"
        mode = "correct" if complete and correcting else "read" if complete else "draft"
    scale = in_force().scales.get(_instrument(place))
    wording = wording_of(scale.id) if scale is not None else None
    period = scale.recall.period if scale is not None else ""
    doubts = _doubts(desk, values) if mode != "read" else ()
    meanwhile = {conflict.field: conflict for conflict in conflicts}
    key, zone = key_of(place), place.participant.site.zone
    questions = tuple(
        Question(
            field=field,
            value=values.get(field.name, ""),
            key=f"{key}-{field.name}",
            asked=asked(field, values),
            zone=zone,
            fresh=field.name in (typed or {}),
            problem=(problems or {}).get(field.name, ""),
            conflict=worded(meanwhile.get(field.name), field, zone),
            own=desk.actor.own is not None,
            wording=wording.of(field.name) if wording else None,
            doubts=tuple(
                Doubt(one, reasons.get(one.id, ""))
                for one in doubts
                if one.field == field.name
            ),
            part=part_of(field, values),
        )
        for field in _fields(desk, values, mode)
    )
    return Shown(
        desk, questions, mode, desk.known.seq, key,
        address(place), address(place, "field"), wording,
        recall=(wording and wording.recall) or period,
        total="" if desk.actor.own is not None else total_of(place, values),
    )  # fmt: skip


def _fields(desk: Desk, values: Mapping[str, str], mode: str) -> list[Field]:
    """Fields on the page; of a form in read mode, every field with a value.

    This includes fields that an amendment removed. A form that was voided or not done has
    none.
    """
    fields = desk.place.form.fields
    if mode != "read":
        return list(fields)
    known = {field.name for field in fields}
    former = [
        PAPER
        if name == PAPER.name
        else Field(
            name=name,
            label=_("{field} (no longer collected)").format(field=name),
            kind="text",
        )
        for name in values
        if name not in known
    ]
    aside = desk.state in ("void", "not done")
    held = [f for f in fields if values.get(f.name) or (asked(f, values) and not aside)]
    return [*held, *former]


def _doubts(desk: Desk, values: Mapping[str, str]) -> tuple[FormCheck, ...]:
    """Soft checks that fail for the values on the page and are not confirmed."""
    held = desk.known.said(*desk.place.where)
    changing = [name for name in values if values[name] != held.get(name, "")]
    failed = failing(desk.place.form, values, compared(desk.place, desk.known, desk.at))
    return unconfirmed(failed, desk.known, desk.place.where, changing, {})


def _instrument(place: Place) -> str:
    kind, _, name = place.form.id.partition(":")
    return name.partition(":")[0] if kind == "instrument" else ""


def total_of(place: Place, said: Mapping[str, str]) -> str:
    """Total score of an instrument so far, as text; else empty."""
    scale = in_force().scales.get(_instrument(place))
    total = None if scale is None else total_so_far(scale, without_codes(said))
    return f"{total}" if total is not None else ""


def part_of(field: Field, said: Mapping[str, str]) -> str:
    """Value of a calculated field so far, as text; empty for any other."""
    if not field.is_calculated:
        return ""
    if field.grading is not None:
        return value_of(field, said) or _("– (calculated from value, unit and range)")
    total, missing = so_far(field, said)
    known = "–" if total is None else f"{total} {field.unit}".strip()
    text = _("{total}; {n} not answered")
    return text.format(total=known, n=missing) if missing else known


def key_of(place: Place) -> str:
    """A key of the form that is unique on a page."""
    minute = "" if place.minute is None else f"-m{place.minute}"
    made = f"{place.form.id}{minute}"
    return "".join(c if c.isalnum() or c == "-" else "-" for c in made)


def address(place: Place, name: str = "form", **more: str) -> str:
    """The address of a form."""
    path = reverse(name, args=[place.participant.identifier, place.form.id])
    query: dict[str, str] = {}
    if place.visit:
        query["visit"] = place.visit
    if place.minute is not None:
        query["minute"] = str(place.minute)
    query |= more
    return f"{path}?{urlencode(query)}" if query else path


# Actions on the form; after the first two, no answer is valid any more.
WHOLE = {
    "void": gettext_noop("voided"),
    "not done": gettext_noop("not done"),
    "reopen": gettext_noop("“not done” undone"),
    "freeze": gettext_noop("frozen"),
    "unfreeze": gettext_noop("unfrozen"),
    "from paper": gettext_noop("entered from paper"),
}
EMPTIED = ("void", "not done")


@dataclass(frozen=True, slots=True)
class Changed:
    """A value changed after the form was complete, or an action on the form."""

    label: str
    before: str
    after: str
    actor: str
    at: datetime
    reason: str
    whole: bool = False  # whether it concerns the form and no value


@dataclass(frozen=True, slots=True)
class Signed:
    """Who completed a form."""

    name: str
    roles: tuple[str, ...]  # roles of the user at the site at that time
    at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """Signature and changes of a form."""

    signed: Signed | None  # by whom it is complete now; None for a form that is not
    rows: tuple[Changed, ...]  # changes of current values, and actions on the form


def history(desk: Desk) -> History:
    """Who completed a form, and all later changes with their reasons."""
    form, visit, minute = desk.place.where
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
            add(row, _("Form"), "–", _(WHOLE[row.act]))
        elif row.act == "complete":
            signed = Signed(names[row.actor], roles_then(row, desk.place), row.at)
        elif row.act == "confirm value" and field is not None:
            said = shown(field, last.get(row.item, ""), zone)
            check = texts.get(row.value or "", "")
            add(row, field.label, said, _("confirmed: {check}").format(check=check))
        elif row.act in ("answer", "correct"):
            if field is not None and row.act == "correct":
                before = shown(field, last.get(row.item, ""), zone)
                add(row, field.label, before, shown(field, row.value or "", zone))
            last[row.item] = row.value or ""
    return History(signed, tuple(rows))


def names_of(users: Iterable[str]) -> dict[str, str]:
    """User name -> full name; the user name where there is none."""
    wanted = set(users)
    known = User.objects.filter(username__in=wanted)
    full = {user.username: user.get_full_name() for user in known}
    return {name: full.get(name) or name for name in wanted}


def roles_then(row: Entry, place: Place) -> tuple[str, ...]:
    """Roles of the author of an entry at the participant's site at that time."""
    held = Membership.objects.filter(
        Q(site=None) | Q(site=place.participant.site),
        Q(until=None) | Q(until__gt=row.at),
        user__username=row.actor,
        since__lte=row.at,
    )
    return tuple(sorted(set(held.values_list("role", flat=True))))
