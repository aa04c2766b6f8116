"""Laboratory results of a form as rows of the table ``laboratory``.

Field names follow CDASH, domain LB: ``ALT_LBORRES`` is the result of the test ``ALT``, and
likewise its unit, reference range, indicator, significance and grade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.protocol.forms import FormDefinition, FormField
from equipoise.protocol.grades import limits_of

RESULT = "_LBORRES"
FORM = "form"
TAKEN = {  # column of the table -> ending of the field
    "unit": "_LBORRESU",
    "low": "_LBORNRLO",
    "high": "_LBORNRHI",
    "indicator": "_LBNRIND",
    "significant": "_LBCLSIG",
    "grade": "_LBTOXGR",
}
SAMPLED = "LBDTC"
PLACE = ("visit", "timepoint_min", "number")


def results_of(form: FormDefinition) -> dict[str, FormField]:
    """Test code -> field of the result, of each laboratory result that is a number."""
    return {
        field.id.removesuffix(RESULT): field
        for field in form.fields
        if field.id.endswith(RESULT) and field.type == "number"
    }


def laboratory_rows(
    form: FormDefinition, row: Mapping[str, Any], sex: str
) -> Iterator[dict[str, Any]]:
    """The results of one form, without tests that have neither a result nor a code.

    Args:
        form: of the protocol.
        row: of the table ``form_<id>`` of an export: a cell for each answered field, and
            ``missing_codes``.
        sex: of the participant, for reference ranges of the protocol; empty if unknown.
    """
    codes = dict(
        one.split(": ", 1)
        for one in (row.get("missing_codes") or "").split("; ")
        if one
    )
    said = {name: f"{value}" for name, value in row.items() if value is not None}
    ranges = [one for one in form.ranges if one.sex in (None, sex)]
    gradings = {f.grading.of: f.grading for f in form.fields if f.grading is not None}
    for code, field in results_of(form).items():
        value, reason = row.get(field.id), codes.get(field.id)
        if value is None and reason is None:
            continue
        made = {name: row.get(f"{code}{end}") for name, end in TAKEN.items()}
        if field.id in gradings:
            low, high = limits_of(gradings[field.id], said, ranges)
            made |= {
                "low": None if low is None else float(low),
                "high": None if high is None else float(high),
            }
        if isinstance(made["grade"], str):  # chosen by hand, from a list
            made["grade"] = int(made["grade"]) if made["grade"].isdecimal() else None
        yield {
            **{name: row.get(name) for name in PLACE},
            FORM: form.id,
            "name": code,
            "label": field.label,
            "value": value,
            **made,
            "sampled_at": row.get(SAMPLED),
            "reason_missing": reason,
        }
