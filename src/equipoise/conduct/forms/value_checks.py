"""Whether values are possible answers of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.local_time import FORMAT
from equipoise.conduct.forms.missing_codes import code, is_code

LONGEST_TEXT = 4000
# One way of writing each, so that everybody who reads the value later reads the same:
# Python alone would take 1_000, full-width digits and week dates as well. A time is kept
# with its offset from UTC (``local_time``).
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOMENT = re.compile(
    DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2})?"
)
# No database keeps these: NUL, and halves of a character.
UNKEPT = re.compile("[\x00\ud800-\udfff]")
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)


def asked(field: Field, values: Mapping[str, str]) -> bool:
    """Whether a field is asked, given the other answers."""
    if field.only_if is None:
        return True
    return values.get(field.only_if.field, "") in field.only_if.one_of


def value_problem(field: Field, value: str) -> str:
    """What is wrong with one value, which is not empty; an empty text if nothing is."""
    if is_code(value):
        taken = code(value) in field.missing
        return "" if taken else "this question takes no such missing code"
    if field.kind == "choice":
        known = {choice.value for choice in field.choices}
        return "" if value in known else "this is not one of the answers"
    if field.kind == "flag":
        return "" if value in ("yes", "no") else "answer yes or no"
    if field.kind == "number":
        return _number_problem(field, value)
    if field.kind == "text":
        return text_problem(value)
    if field.kind == "time":
        return "" if TIME.fullmatch(value) else "write a time as 09:30"
    return _date_problem(field, value)


def text_problem(text: str) -> str:
    """What is wrong with a free text; an empty text if nothing is."""
    if len(text) > LONGEST_TEXT:
        return f"at most {LONGEST_TEXT} characters"
    if UNKEPT.search(text):
        return "this holds a character that cannot be kept: write it again"
    return ""


def day_problem(day: date) -> str:
    """What is wrong with a date; an empty text if nothing is."""
    if FIRST <= day <= LAST:
        return ""
    return f"a day from {FIRST.year} to {LAST.year}"


def problems(
    form: Form,
    values: Mapping[str, str],
    *,
    complete: bool,
    held: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Field -> what is wrong with its value, all at once.

    Args:
        values: field -> value; an empty text for no answer.
        held: values that were saved before: they were possible answers then, and stay
            what they are although a later version of the form offers others.
    """
    held = held or {}
    known = {field.name for field in form.fields}
    found = {name: "the form has no such field" for name in values if name not in known}
    for field in form.fields:
        value = values.get(field.name, "")
        if not asked(field, values):
            if value:
                found[field.name] = "this is not asked here: leave it empty"
        elif field.is_calculated:
            if value and value != held.get(field.name):
                found[field.name] = "this is calculated: leave it empty"
        elif value:
            same = value == held.get(field.name)
            problem = "" if same else value_problem(field, value)
            if problem:
                found[field.name] = problem
        elif complete and field.required:
            found[field.name] = "an answer is missing"
    return found


def _number_problem(field: Field, value: str) -> str:
    if not NUMBER.fullmatch(value):
        return "write a number"
    number = float(value)
    if round(number, field.decimals) != number:
        few = f"at most {field.decimals} decimals"
        return few if field.decimals else "write a whole number"
    unit = f" {field.unit}" if field.unit else ""
    if field.min is not None and number < field.min:
        return f"at least {field.min:g}{unit}"
    if field.max is not None and number > field.max:
        return f"at most {field.max:g}{unit}"
    return ""


def _date_problem(field: Field, value: str) -> str:
    plain = field.kind == "date"
    wrong = "write a date as 2027-01-31" if plain else FORMAT
    if not (DATE if plain else MOMENT).fullmatch(value):
        return wrong
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        return wrong
    return day_problem(day)
