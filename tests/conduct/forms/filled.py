"""Forms as virtual users fill them in: possible answers, and complete."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.edit_checks import Known, failing
from equipoise.conduct.forms.local_time import kept_now
from equipoise.conduct.forms.value_checks import asked
from equipoise.protocol.forms import FormCheck

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
TODAY = date(2027, 1, 4)
KNOWN = Known(now=NOW, zone=ZONE, day0=TODAY)


def answer_to(field: Field) -> st.SearchStrategy[str]:
    """A possible answer of a field; days and times up to ``NOW``."""
    before = st.integers(0, 400).map(lambda days: timedelta(days=days))
    if field.kind in ("choice", "flag"):
        return st.sampled_from([choice.value for choice in field.choices])
    if field.kind == "number":
        low = 0 if field.min is None else field.min
        high = low + 100 if field.max is None else field.max
        return st.integers(int(-(-low // 1)), int(high)).map(str)
    if field.kind == "date":
        return before.map(lambda ago: (TODAY - ago).isoformat())
    if field.kind == "datetime":
        return before.map(lambda ago: kept_now(NOW - ago, ZONE))
    if field.kind == "time":
        return st.integers(0, 14).map(lambda hour: f"{hour:02}:05")
    return st.text("abc ", min_size=1, max_size=20).map(lambda text: text + "x")


@st.composite
def completed(draw: st.DrawFn, form: Form) -> dict[str, str]:
    """Field -> answer of a complete form that no check refuses or doubts."""
    values: dict[str, str] = {}
    for field in form.fields:
        wanted = asked(field, values) and not field.is_calculated
        if wanted and (field.required or draw(st.booleans())):
            values[field.name] = draw(answer_to(field))
    for _ in range(len(form.checks) + 1):
        failed = failing(form, values, KNOWN)
        if not failed:
            break
        for check in failed:
            _mend(form, check, values)
    return values


def _mend(form: Form, check: FormCheck, values: dict[str, str]) -> None:
    """Makes what was answered right, as a person would who reads the check."""
    if check.order == "is":
        values[check.field] = check.one_of[0]
    elif check.order == "any is":
        values[check.fields[0]] = check.one_of[0]
    elif check.other in values:
        kind = {field.name: field.kind for field in form.fields}
        other = values[check.other]
        short = kind[check.field] == "date"
        values[check.field] = other[:10] if short else other
        for field in form.fields:  # the same day at an unknown time
            if field.time_of in (check.field, check.other):
                values.pop(field.name, None)
