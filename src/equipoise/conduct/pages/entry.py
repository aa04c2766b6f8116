"""A form as it is shown: each field with its value, its range and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.saving import Conflict
from equipoise.conduct.forms.checking import asked
from equipoise.conduct.forms.definition import Choice, Field
from equipoise.conduct.forms.local_time import in_words, readings, wall
from equipoise.conduct.pages.desk import Desk

SHORT, FEW = 3, 6  # characters of a label in a grid; choices that still stand in a row


@dataclass(frozen=True, slots=True)
class Question:
    """One field on the page.

    Attributes:
        zone: of the clock at the site.
        fresh: the value came in just now, and is not the one that is kept.
    """

    field: Field
    value: str
    key: str
    asked: bool
    zone: ZoneInfo
    fresh: bool = False
    problem: str = ""
    conflict: Conflict | None = None

    @property
    def widget(self) -> str:
        """``scale``, ``radio`` or ``select`` for choices; else the kind of the field."""
        if self.field.kind == "flag":
            return "radio"
        if self.field.kind != "choice":
            return self.field.kind
        if all(len(choice.label) <= SHORT for choice in self.field.choices):
            return "scale"
        return "radio" if len(self.field.choices) <= FEW else "select"

    @property
    def tall(self) -> bool:
        """Whether the answer needs the whole width."""
        long = sum(len(choice.label) for choice in self.field.choices) > 60
        return self.widget == "text" or (self.widget == "radio" and long)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Possible answers."""
        if self.field.kind == "flag" and not self.field.choices:
            return (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))
        return self.field.choices

    @property
    def options(self) -> tuple[tuple[Choice, str], ...]:
        """Answers with the key that gives each: its digit, y or n, or its place."""
        values = [choice.value for choice in self.choices]
        if set(values) <= {"yes", "no"}:
            keys = [value[0] for value in values]
        elif all(value.isdecimal() for value in values):
            keys = values
        else:
            keys = [f"{place}" for place in range(1, len(values) + 1)]
        return tuple(zip(self.choices, keys, strict=True))

    @property
    def one_of(self) -> str:
        """Answers of the other field under which this one is asked."""
        return "|".join(self.field.only_if.one_of) if self.field.only_if else ""

    @property
    def vals(self) -> str:
        """What the browser sends beside the value when it saves this field."""
        return json.dumps({"field": self.field.name})

    @property
    def typed(self) -> str:
        """What the field of the browser holds: a time as the clock of the site shows it."""
        if self.field.kind != "datetime" or not self.value:
            return self.value
        if self.fresh and len(self.value) <= len("2027-01-31T09:30:00"):
            return self.value  # as it came, without an offset: it was not kept
        try:
            return wall(self.value, self.zone)
        except ValueError:
            return self.value

    @property
    def twice(self) -> tuple[Choice, ...]:
        """The two times that the clock showed as one; empty for any other."""
        return twice(self.field, self.typed, self.zone)

    @property
    def clock(self) -> str:
        """Whose clock a time is read from; empty for what is no time."""
        return self.zone.key if self.field.kind == "datetime" else ""

    @property
    def shown(self) -> str:
        """The answer in words."""
        return shown(self.field, self.value, self.zone)

    @property
    def theirs(self) -> str:
        """What somebody else has saved meanwhile, in words."""
        return shown(
            self.field, self.conflict.theirs if self.conflict else "", self.zone
        )

    @property
    def yours(self) -> str:
        """What was not saved because of it, in words."""
        return shown(
            self.field, self.conflict.yours if self.conflict else "", self.zone
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that was changed after the form was complete."""

    label: str
    before: str
    after: str
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A form on the page.

    Attributes:
        mode: ``draft``: saved as it is answered; ``correct``: changed with a reason;
            ``read``.
        seen: length of the chain when the page was made.
    """

    desk: Desk
    questions: tuple[Question, ...]
    mode: str
    seen: int
    key: str
    address: str
    save_address: str

    @property
    def compact(self) -> bool:
        """Whether fields stand side by side: a few numbers."""
        kinds = {q.field.kind for q in self.questions}
        return "number" in kinds and kinds <= {"number", "datetime"}

    @property
    def problems(self) -> list[Question]:
        """Questions with which something is wrong."""
        return [q for q in self.questions if q.problem]

    @property
    def conflicts(self) -> list[Question]:
        """Questions that somebody else has answered meanwhile."""
        return [q for q in self.questions if q.conflict]


def shown_form(
    desk: Desk,
    *,
    correcting: bool = False,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    conflicts: tuple[Conflict, ...] = (),
) -> Shown:
    """A form for the page.

    Args:
        desk: the form in front of somebody.
        correcting: a complete form is opened for a change.
        typed: values that came in and were not saved.
        problems: field -> what is wrong.
        conflicts: fields that others have changed.
    """
    place = desk.place
    values = desk.known.answers(*desk.where) | dict(typed or {})
    meanwhile = {conflict.field: conflict for conflict in conflicts}
    key = key_of(place)
    questions = tuple(
        Question(
            field=field,
            value=values.get(field.name, ""),
            key=f"{key}-{field.name}",
            asked=asked(field, values),
            zone=place.participant.site.zone,
            fresh=field.name in (typed or {}),
            problem=(problems or {}).get(field.name, ""),
            conflict=meanwhile.get(field.name),
        )
        for field in place.form.fields
    )
    mode = "read"
    if desk.editable:
        complete = desk.state == "complete"
        mode = "correct" if complete and correcting else "read" if complete else "draft"
    return Shown(
        desk,
        questions,
        mode,
        desk.known.seq,
        key,
        address(place),
        address(place, "field"),
    )


def key_of(place: Place) -> str:
    """A name for the form that is unique on a page."""
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


def twice(field: Field, typed: str, zone: ZoneInfo) -> tuple[Choice, ...]:
    """The two readings of a local time that the clock showed twice; else none."""
    if field.kind != "datetime" or not typed:
        return ()
    try:
        found = readings(typed, zone)
    except (ValueError, OverflowError):
        return ()
    if len(found) < 2:
        return ()
    return tuple(Choice(value=one, label=in_words(one, zone)) for one in found)


def shown(field: Field, value: str, zone: ZoneInfo) -> str:
    """A value in words: the label of a choice, a number with its unit, a local time."""
    if not value:
        return "–"
    labels = {choice.value: choice.label for choice in field.choices}
    if field.kind == "number":
        return f"{value} {field.unit}".strip()
    if field.kind == "datetime":
        try:
            return in_words(value, zone)
        except ValueError:  # typed, and not saved
            return value
    return labels.get(value, value)


def history(desk: Desk) -> list[Changed]:
    """What was changed of a form after it was complete, with the reasons."""
    form, visit, minute = desk.where
    rows = entries(desk.place.participant.identifier).filter(
        form=form, visit=visit, minute=minute, act__in=("answer", "correct")
    )
    fields = {field.name: field for field in desk.place.form.fields}
    zone = desk.place.participant.site.zone
    last: dict[str, str] = {}
    found = []
    for row in rows:
        field = fields.get(row.item)
        if field is not None and row.act == "correct":
            found.append(
                Changed(
                    field.label, shown(field, last.get(row.item, ""), zone),
                    shown(field, row.value or "", zone), row.actor, row.at, row.reason,
                )
            )  # fmt: skip
        last[row.item] = row.value or ""
    return found
