"""Grades of laboratory values, against another program and by their laws."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise import library
from equipoise.protocol.form_file import parse_form
from equipoise.protocol.forms import FormDefinition
from equipoise.protocol.grades import Grading, ReferenceRange, grade_of, limits_of

REFERENCE = Path(__file__).parents[1] / "reference/protocol/laboratory_grades.json"
CODES = {  # term -> test code and the unit in which admiral states the criteria
    "Anemia": ("HGB", "g/L"),
    "White blood cell decreased": ("WBC", "10^9/L"),
    "Neutrophil count decreased": ("NEUT", "10^9/L"),
    "Platelet count decreased": ("PLAT", "10^9/L"),
    "Alanine aminotransferase increased": ("ALT", "U/L"),
    "Aspartate aminotransferase increased": ("AST", "U/L"),
    "Blood bilirubin increased": ("BILI", "umol/L"),
    "Creatinine increased": ("CREAT", "umol/L"),
    "Hypokalemia": ("K", "mmol/L"),
    "Hyperkalemia": ("K", "mmol/L"),
    "Hyponatremia": ("SODIUM", "mmol/L"),
    "Hypernatremia": ("SODIUM", "mmol/L"),
    "Hypoglycemia": ("GLUC", "mmol/L"),
}
# Where the criteria ask for symptoms, admiral takes the worst case; here the number counts
# alone, which the form says: (term, grade of admiral) -> grade.
SYMPTOMATIC = {("Hypokalemia", 2): {1}, ("Hyponatremia", 3): {2, 3}}


@cache
def laboratory() -> FormDefinition:
    text = library.text("forms", "laboratory")
    return parse_form(text, origin="laboratory.toml")


def grading(code: str) -> Grading:
    found = {f.id: f.grading for f in laboratory().fields}[f"{code}_LBTOXGR"]
    assert found is not None
    return found


def values(code: str, unit: str, **numbers: float | None) -> dict[str, str]:
    names = {
        "value": f"{code}_LBORRES", "low": f"{code}_LBORNRLO",
        "high": f"{code}_LBORNRHI", "baseline": f"{code}_BASE",
    }  # fmt: skip
    given = {names[n]: f"{x}" for n, x in numbers.items() if x is not None}
    return {f"{code}_LBORRESU": unit, **given}


def reference() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(REFERENCE.read_text())["rows"]
    return rows


def mine(row: dict[str, Any]) -> int | None:
    code, unit = CODES[row["term"]]
    numbers = {n: row[n] for n in ("value", "low", "high", "baseline")}
    if grading(code).baseline is None:
        del numbers["baseline"]
    return grade_of(grading(code), values(code, unit, **numbers))


@pytest.mark.parametrize("term", CODES)
def test_grades_are_those_of_admiral(term: str) -> None:
    """436 results at and beside every limit of CTCAE v5.0."""
    rows = [row for row in reference() if row["term"] == term]
    assert len(rows) >= 9
    for row in rows:
        expected = SYMPTOMATIC.get((term, row["grade"]), {row["grade"]})
        if row["grade"] == 0 and None in (row["low"], row["high"]):
            expected = {0, None}  # two terms in one field: the other needs its limit
        assert mine(row) in expected, row


def test_symptoms_are_the_only_difference() -> None:
    differing = {
        (row["term"], row["grade"], mine(row))
        for row in reference()
        if None not in (row["grade"], mine(row)) and mine(row) != row["grade"]
    }
    assert differing == {("Hypokalemia", 2, 1), ("Hyponatremia", 3, 2)}


def test_units_that_admiral_does_not_use() -> None:
    """CTCAE v5.0 states hemoglobin in g/dL and mmol/L, glucose in mg/dL as well."""
    for unit, at, below in (("g/dL", 8.0, 7.9), ("mmol/L", 4.9, 4.8)):
        assert grade_of(grading("HGB"), values("HGB", unit, value=at)) == 2
        assert grade_of(grading("HGB"), values("HGB", unit, value=below)) == 3
    for value, expected in ((40, 2), (39, 3), (30, 3), (29, 4)):
        made = grade_of(grading("GLUC"), values("GLUC", "mg/dL", value=value))
        assert made == expected


def test_what_the_criteria_do_not_grade_by_numbers_has_no_grade() -> None:
    high = values("GLUC", "mg/dL", value=400, low=70, high=100)
    assert grade_of(grading("GLUC"), high) is None
    assert grade_of(grading("GLUC"), {**high, "GLUC_LBORRES": "90"}) == 0
    without = values("GLUC", "mg/dL", value=90, low=70)
    assert grade_of(grading("GLUC"), without) is None  # it could be above


def test_nothing_is_graded_without_its_unit_or_a_limit_that_could_change_it() -> None:
    known = values("ALT", "U/L", value=250, high=40)
    assert grade_of(grading("ALT"), known) == 3
    for name in ("ALT_LBORRES", "ALT_LBORRESU", "ALT_LBORNRHI"):
        less = {n: v for n, v in known.items() if n != name}
        assert grade_of(grading("ALT"), less) is None
    assert grade_of(grading("ALT"), {**known, "ALT_LBORRES": "nan"}) is None


def test_a_range_of_the_protocol_is_used_where_the_form_has_none() -> None:
    own = ReferenceRange(of="HGB_LBORRES", unit="g/L", low=120, high=155, assumed=True)
    given = values("HGB", "g/L", value=118)
    assert grade_of(grading("HGB"), given) is None
    assert grade_of(grading("HGB"), given, [own]) == 1
    assert (
        grade_of(grading("HGB"), values("HGB", "g/L", value=118, low=115), [own]) == 0
    )
    assert limits_of(grading("HGB"), values("HGB", "g/dL", value=11), [own]) == (
        None, None,
    )  # fmt: skip


@given(
    st.sampled_from(["ALT", "AST", "BILI", "CREAT"]),
    st.decimals(1, 5000, places=1),
    st.decimals(1, 5000, places=1),
    st.integers(10, 200),
    st.none() | st.integers(10, 400),
)
def test_a_higher_value_never_has_a_lower_grade(
    code: str, one: Any, other: Any, high: int, baseline: int | None
) -> None:
    unit = "umol/L" if code in ("BILI", "CREAT") else "U/L"
    grades = [
        grade_of(
            grading(code),
            values(code, unit, value=value, high=high, baseline=baseline),
        )
        for value in sorted((one, other))
    ]
    assert grades[0] is not None
    assert grades[1] is not None
    assert grades[0] <= grades[1]
