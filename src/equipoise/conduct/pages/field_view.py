"""One field on the page: its item, answers, problems, and submitted values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_saving import Conflict
from equipoise.conduct.forms.definition import Choice, Field
from equipoise.conduct.forms.local_time import in_words, readings, wall
from equipoise.conduct.forms.missing_codes import MISSING, code, is_code, kept
from equipoise.instruments.wording import ItemWording
from equipoise.protocol.forms import FormCheck

NO_ANSWER = "no-answer:"  # before the name of a field, in that of its missing code
SHORT, FEW = 3, 6  # characters of a label in a grid; choices shown in a row
COLUMN = 14  # characters of an anchor shown below its number
# Of a missing code, for participants who answer themselves.
OWN_WORDS = {"refused": gettext_noop("I do not want to answer"),
             "unknown": gettext_noop("I do not know"),
             "not applicable": gettext_noop("Does not apply to me")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """A soft check that fails, with the reason that was typed, if any."""

    check: FormCheck
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One field on the page."""

    field: Field
    value: str  # current value, or the missing code
    key: str
    asked: bool
    zone: ZoneInfo
    fresh: bool = False  # submitted just now, and different from the saved value
    problem: str = ""
    conflict: Conflict | None = None
    own: bool = False
    wording: ItemWording | None = None  # of an item, where the site has one
    doubts: tuple[Doubt, ...] = ()  # soft checks that fail and are not confirmed
    part: str = ""

    @property
    def widget(self) -> str:
        """``scale``, ``radio`` or ``select`` for choices; else the kind of the field.

        ``anchors`` for a scale whose answers have anchor texts.
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
        """The missing code of the field; empty for none."""
        return code(self.value)

    @property
    def in_row(self) -> bool:
        """Whether the anchors are short enough to be shown below their numbers."""
        anchors = self.wording.anchors.values() if self.wording else ()
        return all(len(text) <= COLUMN for text in anchors)

    @property
    def tall(self) -> bool:
        """Whether the answer needs the whole width."""
        long = sum(len(choice.label) for choice in self.field.choices) > 60
        return self.widget in ("text", "anchors") or (self.widget == "radio" and long)

    @property
    def label(self) -> str:
        """The item: the wording of the site, or the label of the field."""
        if self.wording is not None and self.wording.text:
            return f"{self.field.name}. {self.wording.text}"
        return self.field.label

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Possible answers."""
        if self.field.kind == "flag" and not self.field.choices:
            return (
                Choice(value="yes", label=_("Yes")),
                Choice(value="no", label=_("No")),
            )
        offered, said = self.field.choices, self.value
        if self.field.kind != "choice" or not said or self.fresh or self.code:
            return offered
        if said in {choice.value for choice in offered}:
            return offered
        return (*offered, Choice(value=said, label=said))  # of an earlier version

    @property
    def options(self) -> tuple[tuple[Choice, str, str], ...]:
        """Answers with the key that gives each, and with their anchors.

        The key is the digit, y or n, or the position of the answer.
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

        A field with one of the offered answers looks the same for all users and is cached:
        a form has as many as thirty.
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
        """Missing codes that can be selected instead of an answer, with their labels."""
        words = OWN_WORDS if self.own else MISSING
        codes = () if self.field.is_calculated else self.field.missing
        return tuple(
            Choice(value=kept(one), label=_(words[one]))
            for one in codes
            if one in words
        )

    @property
    def typed(self) -> str:
        """Value of the input field: a time in local time of the site."""
        if is_code(self.value):
            return ""
        if self.field.kind != "datetime" or not self.value:
            return self.value
        if self.fresh and len(self.value) <= len("2027-01-31T09:30:00"):
            return self.value  # as submitted, without an offset: it was not saved
        try:
            return wall(self.value, self.zone)
        except ValueError:
            return self.value

    @property
    def twice(self) -> tuple[Choice, ...]:
        """The two readings of an ambiguous local time; empty for any other."""
        return twice(self.field, self.typed, self.zone)

    @property
    def shown(self) -> str:
        """The answer as text."""
        anchor = self.wording.anchors.get(self.value) if self.wording else None
        said = shown(self.field, self.value, self.zone)
        return f"{said}: {anchor}" if anchor else said


def _control(question: Question) -> str:
    return render_to_string("forms/_control.html", {"q": question})


_cached_control = lru_cache(maxsize=5_000)(_control)


def worded(conflict: Conflict | None, field: Field, zone: ZoneInfo) -> Conflict | None:
    """The value another user saved meanwhile and the unsaved value, as text."""
    if conflict is None:
        return None
    theirs, yours = (shown(field, v, zone) for v in (conflict.theirs, conflict.yours))
    return replace(conflict, theirs=theirs, yours=yours)


def twice(field: Field, typed: str, zone: ZoneInfo) -> tuple[Choice, ...]:
    """The two readings of a local time that occurred twice; else empty."""
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
    """A value as text: the label of a choice, a number with its unit, a local time."""
    if not value:
        return "–"
    if is_code(value):
        return _("No answer: {code}").format(code=code(value))
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
    """Submitted values of the fields of a form, without anything else.

    A page without JavaScript can submit an answer together with a missing code: the new
    one counts; ``held`` is field -> current value or missing code. Returns field -> value
    or code, and field -> why the entry is ambiguous.
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
            unclear[one.name] = _(
                "both an answer and “no answer” are entered: choose one"
            )
    return values, unclear


def _is(field: Field, text: str, held: str, zone: ZoneInfo) -> bool:
    """Whether the submitted text is the saved value as the page shows it."""
    return text == Question(field, held, "", asked=True, zone=zone).typed


def _clean(field: Field, text: str) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    return text.replace(",", ".") if field.kind == "number" else text


def seen(posted: Mapping[str, str]) -> int:
    """Length of the audit trail when the page was shown; 0 if not submitted."""
    text = posted.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def confirmed(posted: Mapping[str, str]) -> dict[str, str]:
    """Soft check -> why the answer is right although it fails."""
    return {
        name.removeprefix(CONFIRM): posted[name].replace("\x00", "").strip()
        for name in posted
        if name.startswith(CONFIRM)
    }
