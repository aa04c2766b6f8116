"""One field on the page: the question, its answers, what is wrong, and what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_saving import Conflict
from equipoise.conduct.forms.definition import Choice, Field
from equipoise.conduct.forms.local_time import in_words, readings, wall
from equipoise.conduct.forms.missing_codes import MISSING, code, is_code, kept
from equipoise.instruments.wording import ItemWording
from equipoise.protocol.forms import FormCheck

NO_ANSWER = "no-answer:"  # before the name of a field, in that of its missing code
SHORT, FEW = 3, 6  # characters of a label in a grid; choices that still stand in a row
COLUMN = 14  # characters of an anchor that stands below its number
# Of a missing code, for participants who answer themselves.
OWN_WORDS = {"refused": "I do not want to answer", "unknown": "I do not know",
             "not applicable": "Does not apply to me"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """A soft check that fails, with the reason that was typed, if any."""

    check: FormCheck
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One field on the page."""

    field: Field
    value: str  # that holds, or the missing code in its place
    key: str
    asked: bool
    zone: ZoneInfo
    fresh: bool = False  # the value came in just now, and is not the one that is kept
    problem: str = ""
    conflict: Conflict | None = None
    own: bool = False
    wording: ItemWording | None = None  # of an item, where the site has one
    doubts: tuple[Doubt, ...] = ()  # soft checks that fail, and nobody confirmed
    part: str = ""

    @property
    def widget(self) -> str:
        """``scale``, ``radio`` or ``select`` for choices; else the kind of the field.

        ``anchors`` for a scale whose answers have a meaning of their own.
        """
        if self.field.is_calculated:
            return "sum"
        if self.field.kind == "flag":
            return "radio"
        if self.field.kind != "choice":
            return self.field.kind
        if self.wording is not None and self.wording.anchors:
            return "anchors"
        if all(len(choice.label) <= SHORT for choice in self.field.choices):
            return "scale"
        return "radio" if len(self.field.choices) <= FEW else "select"

    @property
    def is_radio(self) -> bool:
        """Whether it is answered by one of several buttons."""
        return self.widget in ("scale", "radio", "anchors")

    @property
    def code(self) -> str:
        """The missing code that stands in the place of an answer; empty for none."""
        return code(self.value)

    @property
    def in_row(self) -> bool:
        """Whether the anchors are so short that they stand below their numbers."""
        anchors = self.wording.anchors.values() if self.wording else ()
        return all(len(text) <= COLUMN for text in anchors)

    @property
    def tall(self) -> bool:
        """Whether the answer needs the whole width."""
        long = sum(len(choice.label) for choice in self.field.choices) > 60
        return self.widget in ("text", "anchors") or (self.widget == "radio" and long)

    @property
    def label(self) -> str:
        """What is asked: the wording of the site, or the label of the field."""
        if self.wording is not None and self.wording.text:
            return f"{self.field.name}. {self.wording.text}"
        return self.field.label

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Possible answers."""
        if self.field.kind == "flag" and not self.field.choices:
            return (Choice(value="yes", label="Yes"), Choice(value="no", label="No"))
        offered, said = self.field.choices, self.value
        if self.field.kind != "choice" or not said or self.fresh or self.code:
            return offered
        if said in {choice.value for choice in offered}:
            return offered
        return (*offered, Choice(value=said, label=said))  # of an earlier version

    @property
    def options(self) -> tuple[tuple[Choice, str, str], ...]:
        """Answers with the key that gives each, and with their anchors.

        The key is the digit, y or n, or the place of the answer.
        """
        values = [choice.value for choice in self.choices]
        if set(values) <= {"yes", "no"}:
            keys = [value[0] for value in values]
        elif all(value.isdecimal() for value in values):
            keys = values
        else:
            keys = [f"{place}" for place in range(1, len(values) + 1)]
        anchors = self.wording.anchors if self.wording else {}
        return tuple(
            (choice, key, anchors.get(choice.value, ""))
            for choice, key in zip(self.choices, keys, strict=True)
        )

    @property
    def control(self) -> str:
        """The field of the browser, with the missing codes that it takes.

        What does not hold more than one of the answers offered looks the same for
        everybody, and is kept: a form has as many as thirty.
        """
        offered = {"", *(c.value for c in (*self.field.choices, *self.no_answers))}
        if self.widget == "sum" or self.value not in offered:
            return _control(self)
        plain = replace(
            self, fresh=False, problem="", conflict=None, doubts=(), part=""
        )
        return _cached_control(plain)

    @property
    def no_answers(self) -> tuple[Choice, ...]:
        """Missing codes that can stand in the place of an answer, in words."""
        words = OWN_WORDS if self.own else MISSING
        codes = () if self.field.is_calculated else self.field.missing
        return tuple(
            Choice(value=kept(one), label=words[one]) for one in codes if one in words
        )

    @property
    def typed(self) -> str:
        """What the field of the browser holds: a time as the clock of the site shows it."""
        if is_code(self.value):
            return ""
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
    def shown(self) -> str:
        """The answer in words."""
        anchor = self.wording.anchors.get(self.value) if self.wording else None
        said = shown(self.field, self.value, self.zone)
        return f"{said}: {anchor}" if anchor else said


def _control(question: Question) -> str:
    return render_to_string("forms/_control.html", {"q": question})


_cached_control = lru_cache(maxsize=5_000)(_control)


def worded(conflict: Conflict | None, field: Field, zone: ZoneInfo) -> Conflict | None:
    """What somebody else has saved meanwhile and what was not saved, in words."""
    if conflict is None:
        return None
    theirs, yours = (shown(field, v, zone) for v in (conflict.theirs, conflict.yours))
    return replace(conflict, theirs=theirs, yours=yours)


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
    if is_code(value):
        return f"No answer: {code(value)}"
    labels = {choice.value: choice.label for choice in field.choices}
    if field.kind == "number":
        return f"{value} {field.unit}".strip()
    if field.kind == "datetime":
        try:
            return in_words(value, zone)
        except ValueError:  # typed, and not saved
            return value
    return labels.get(value, value)


CONFIRM = "confirm:"  # before the id of a soft check, in the name of its reason


def values_of(
    place: Place, posted: Mapping[str, str], held: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Values of the fields of a form, and of nothing else that came in.

    An answer and a missing code can come in together, from a page without JavaScript:
    the one that is new counts; ``held`` is field -> value or missing code now. Gives
    field -> value or code, and field -> why it cannot be said what is meant.
    """
    values, unclear = {}, {}
    for one in place.form.fields:
        text = _clean(one, posted[one.name]) if one.name in posted else None
        chosen, before = posted.get(NO_ANSWER + one.name), held.get(one.name, "")
        if one.is_calculated or (text is chosen is None):
            continue
        if not chosen:
            if text is not None or is_code(before):
                values[one.name] = text or ""
        elif not text or _is(one, text, before, place.participant.site.zone):
            values[one.name] = chosen
        elif chosen == before:
            values[one.name] = text
        else:
            unclear[one.name] = "an answer and “no answer” at once: choose one"
    return values, unclear


def _is(field: Field, text: str, held: str, zone: ZoneInfo) -> bool:
    """Whether what came in is what is kept, as the page shows it."""
    return text == Question(field, held, "", asked=True, zone=zone).typed


def _clean(field: Field, text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return text.replace(",", ".") if field.kind == "number" else text


def seen(posted: Mapping[str, str]) -> int:
    """How much of the chain the person had seen; nothing, if the page does not say."""
    text = posted.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def confirmed(posted: Mapping[str, str]) -> dict[str, str]:
    """Soft check -> why the answer is right although it fails."""
    return {
        name.removeprefix(CONFIRM): posted[name].replace("\x00", "").strip()
        for name in posted
        if name.startswith(CONFIRM)
    }
