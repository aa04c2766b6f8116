"""Calculated fields of a form (sums, grades): shown during entry, never entered.

``said`` is field -> value or missing code.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.missing_codes import is_code, without_codes
from equipoise.protocol.grades import grade_of


def calculated(form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """Field -> value, of calculated fields whose inputs are all present.

    Example:
        >>> parts = [Field(name=n, label=n, kind="number") for n in ("a", "b")]
        >>> whole = Field(name="t", label="Total", kind="number", sum=("a", "b"))
        >>> made = Form(id="f", title="F", by="rater", fields=(*parts, whole))
        >>> calculated(made, {"a": "0.1", "b": "0.2"}), calculated(made, {"a": "1"})
        ({'t': '0.3'}, {})
    """
    found = {f.name: value_of(f, said) for f in form.fields if f.is_calculated}
    return {name: value for name, value in found.items() if value}


def value_of(field: Field, said: Mapping[str, str]) -> str:
    """A sum or a grade as text; empty while an input is missing.

    Example:
        >>> score = Field(name="t", label="Total", kind="number", sum=("a", "b"))
        >>> value_of(score, {"a": "2", "b": "3"}), value_of(score, {"a": "2"})
        ('5', '')
    """
    if field.grading is not None:
        grade = grade_of(field.grading, without_codes(said), field.ranges)
        return "" if grade is None else f"{grade}"
    total, missing = so_far(field, said)
    return "" if missing or total is None else f"{total}"


def so_far(field: Field, said: Mapping[str, str]) -> tuple[Decimal | None, int]:
    """Sum of the inputs of a calculated field so far, and how many have no value.

    None before any has a value.
    """
    parts = [_number(said.get(name, "")) for name in field.sum]
    known = [part for part in parts if part is not None]
    return sum(known, Decimal()) if known else None, len(parts) - len(known)


def _number(text: str) -> Decimal | None:
    if not text or is_code(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
