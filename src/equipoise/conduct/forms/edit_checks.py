"""Edit checks (automatic queries) over several fields, other forms and the date of today.

Pure: takes values and their comparators, and returns the checks that fail. Unknown values
and missing codes are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from equipoise.conduct.forms.calculations import calculated
from equipoise.conduct.forms.definition import Form
from equipoise.conduct.forms.local_time import day_of, moment, readings
from equipoise.conduct.forms.missing_codes import without_codes
from equipoise.conduct.forms.value_checks import asked
from equipoise.protocol.forms import FormCheck

Comparable = date | datetime | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Comparators of the values of a form."""

    now: datetime
    zone: ZoneInfo
    day0: date | None = None  # of the participant; None before it is planned
    infusion_start: datetime | None = None  # of the visit; None before its start
    window: tuple[date, date] | None = None  # of the planned visit; None of any other
    # Returns the value of a field of another form; empty without a value.
    answer: Callable[[str, str], str] = lambda _form, _field: ""


def failing(form: Form, said: Mapping[str, str], known: Known) -> list[FormCheck]:
    """The edit checks that the values of a form do not pass, in the order of the form.

    ``said`` is field -> value or missing code; a field that is not asked is unknown.
    """
    values = without_codes({n: v for n, v in said.items() if v})
    values |= calculated(form, values)
    values = {f.name: values[f.name] for f in form.fields
              if f.name in values and asked(f, values)}  # fmt: skip
    times = {f.time_of: values.get(f.name, "") for f in form.fields if f.time_of}
    return [check for check in form.checks if _fails(check, values, times, known)]


def _fails(
    check: FormCheck, values: Mapping[str, str], times: Mapping[str, str], known: Known
) -> bool:
    if check.order == "any is":
        answers = [values.get(name, "") for name in check.fields]
        return all(answers) and not set(answers) & set(check.one_of)
    value = values.get(check.field, "")
    if not value:
        return False
    if check.order == "is":
        return value not in check.one_of
    mine = _field(check.field, values, times, known.zone)
    other = _other(check.other or "", values, times, known)
    if mine is None or other is None:
        return False
    order = _order(mine, other, known.zone)
    failing_order = -1 if check.order == "not before" else 1
    return order == failing_order


def _other(
    name: str, values: Mapping[str, str], times: Mapping[str, str], known: Known
) -> Comparable | None:
    first, last = known.window or (None, None)
    moments = {
        "today": known.now, "day0": known.day0, "infusion start": known.infusion_start,
        "window start": first, "window end": last,
    }  # fmt: skip
    if name in moments:
        return moments[name]
    form, dot, field = name.partition(".")
    if dot:
        return _read(known.answer(form, field))
    return _field(name, values, times, known.zone)


def _field(
    name: str, values: Mapping[str, str], times: Mapping[str, str], zone: ZoneInfo
) -> Comparable | None:
    """A field for comparison: a day with its time, where that is unambiguous."""
    day, time = values.get(name, ""), times.get(name, "")
    try:
        found = readings(f"{day}T{time}", zone) if day and time else []
    except (ValueError, OverflowError):
        found = []
    return _read(found[0] if len(found) == 1 else day)


def _read(text: str) -> Comparable | None:
    """A number, a day or a moment; None for anything else, which other checks reject."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return moment(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None


def _order(mine: Comparable, other: Comparable, zone: ZoneInfo) -> int | None:
    """-1, 0 or 1; a day and a moment are compared by their days at the site."""
    if isinstance(mine, float) != isinstance(other, float):
        return None
    if isinstance(mine, datetime) != isinstance(other, datetime):
        mine, other = (
            day_of(one.isoformat(), zone) if isinstance(one, datetime) else one
            for one in (mine, other)
        )
    return (mine > other) - (mine < other)  # type: ignore[operator]
