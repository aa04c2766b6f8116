"""Value checks of a form: type, range, choices, required fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.local_time import FORMAT
from equipoise.conduct.forms.missing_codes import code, is_code

LONGEST_TEXT = 4000
# One notation each, so that all later readers read the same value:
# Python alone would accept 1_000, full-width digits and week dates. A time is stored
# with its offset from UTC (``local_time``).
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOMENT = re.compile(
    DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2})?"
)
# No database stores these: NUL, and halves of a character.
UNKEPT = re.compile("[\x00\ud800-\udfff]")
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def asked(field: Field, values: Mapping[str, str]) -> bool:
    """Whether a field is asked, given the other values."""
    if field.only_if is None:
        return True
    return values.get(field.only_if.field, "") in field.only_if.one_of


def value_problem(field: Field, value: str) -> str:
    """Problem of one value, which is not empty; an empty text if there is none."""
    if is_code(value):
        taken = code(value) in field.missing
        return "" if taken else "this field does not accept this missing code"
    if field.kind == "choice":
        known = {choice.value for choice in field.choices}
        return "" if value in known else "this is not one of the choices"
    if field.kind == "flag":
        return "" if value in ("yes", "no") else "enter yes or no"
    if field.kind == "number":
        return _number_problem(field, value)
    if field.kind == "text":
        return text_problem(value)
    if field.kind == "time":
        return "" if TIME.fullmatch(value) else "enter the time as 09:30"
    return _date_problem(field, value)


def text_problem(text: str) -> str:
    """Problem of a free text; an empty text if there is none."""
    if len(text) > LONGEST_TEXT:
        return f"enter at most {LONGEST_TEXT} characters"
    if UNKEPT.search(text):
        return "this contains a character that cannot be stored: enter the text again"
    return ""


def day_problem(day: date) -> str:
    """Problem of a date; an empty text if there is none."""
    if FIRST <= day <= LAST:
        return ""
    return f"enter a day from {FIRST.year} to {LAST.year}"


def problems(
    form: Form,
    values: Mapping[str, str],
    *,
    complete: bool,
    held: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Field -> problem with its value, all problems together.

    Args:
        values: field -> value; an empty text for no value.
        held: values that were saved before: they were valid then, and remain so although
            a later version of the form offers other choices.
    """
    held = held or {}
    known = {field.name for field in form.fields}
    found = {name: "the form has no such field" for name in values if name not in known}
    for field in form.fields:
        value = values.get(field.name, "")
        if not asked(field, values):
            if value:
                found[field.name] = "this does not apply here: leave it empty"
        elif field.is_calculated:
            if value and value != held.get(field.name):
                found[field.name] = "this is calculated: leave it empty"
        elif value:
            same = value == held.get(field.name)
            problem = "" if same else value_problem(field, value)
            if problem:
                found[field.name] = problem
        elif complete and field.required:
            found[field.name] = "this is required"
    return found


def _number_problem(field: Field, value: str) -> str:
    if not NUMBER.fullmatch(value):
        return "enter a number"
    number = float(value)
    if round(number, field.decimals) != number:
        few = f"enter at most {field.decimals} decimals"
        return few if field.decimals else "enter a whole number"
    unit = f" {field.unit}" if field.unit else ""
    if field.min is not None and number < field.min:
        return f"enter at least {field.min:g}{unit}"
    if field.max is not None and number > field.max:
        return f"enter at most {field.max:g}{unit}"
    return ""


def _date_problem(field: Field, value: str) -> str:
    plain = field.kind == "date"
    problem = "enter the date as 2027-01-31" if plain else FORMAT
    if not (DATE if plain else MOMENT).fullmatch(value):
        return problem
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return problem
    return day_problem(day)
