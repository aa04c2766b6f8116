"""Whether values are possible answers of a form."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime

from equipoise.conduct.forms.definition import Field, Form

LONGEST_TEXT = 4000
# Python reads more than people write: 1_0, 1e1, other digits, dates without hyphens or
# time. A value stands in one form, so that it means the same to whoever reads it.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATETIME = re.compile(DATE.pattern + r"T\d{2}:\d{2}(:\d{2})?", re.ASCII)


def asked(field: Field, values: Mapping[str, str]) -> bool:
    """Whether a field is asked, given the other answers."""
    if field.only_if is None:
        return True
    return values.get(field.only_if.field, "") in field.only_if.one_of


def value_problem(field: Field, value: str) -> str:
    """What is wrong with one value; an empty text if nothing is.

    Args:
        field: the question.
        value: as it came, not empty.
    """
    if field.kind == "choice":
        known = {choice.value for choice in field.choices}
        return "" if value in known else "this is not one of the answers"
    if field.kind == "flag":
        return "" if value in ("yes", "no") else "answer yes or no"
    if field.kind == "number":
        return _number_problem(field, value)
    if field.kind == "text":
        return (
            "" if len(value) <= LONGEST_TEXT else f"at most {LONGEST_TEXT} characters"
        )
    return _date_problem(field, value)


def problems(
    form: Form, values: Mapping[str, str], *, complete: bool
) -> dict[str, str]:
    """Field -> what is wrong with its value, all at once.

    Args:
        form: the form.
        values: field -> value; an empty text for no answer.
        complete: whether every required field must be answered.
    """
    known = {field.name for field in form.fields}
    found = {name: "the form has no such field" for name in values if name not in known}
    for field in form.fields:
        value = values.get(field.name, "")
        if not asked(field, values):
            if value:
                found[field.name] = "this is not asked here: leave it empty"
        elif value:
            problem = value_problem(field, value)
            if problem:
                found[field.name] = problem
        elif complete and field.required:
            found[field.name] = "an answer is missing"
    return found


def _number_problem(field: Field, value: str) -> str:
    number = float(value) if NUMBER.fullmatch(value) else math.nan
    if not math.isfinite(number):
        return "write a number"
    if round(number, field.decimals) != number:
        return (
            "write a whole number"
            if not field.decimals
            else f"at most {field.decimals} decimals"
        )
    unit = f" {field.unit}" if field.unit else ""
    if field.min is not None and number < field.min:
        return f"at least {field.min:g}{unit}"
    if field.max is not None and number > field.max:
        return f"at most {field.max:g}{unit}"
    return ""


def _date_problem(field: Field, value: str) -> str:
    day = field.kind == "date"
    read, form = (date, DATE) if day else (datetime, DATETIME)
    try:
        if form.fullmatch(value):
            read.fromisoformat(value)
            return ""
    except ValueError:
        pass  # such as 30 February
    if day:
        return "write a date as 2027-01-31"
    return "write date and time as 2027-01-31T09:30"
