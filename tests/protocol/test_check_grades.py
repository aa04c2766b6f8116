"""Criteria and ranges that could not be used are refused, with what to do."""

import pytest

from equipoise.errors import ProtocolError
from equipoise.protocol.form_file import parse_form
from tests.analyze import small

FORM = """
id = "blood"
title = "Blood"
any_time = true
{ranges}
[[{fields}]]
id = "K"
label = "Potassium"
type = "number"
[[{fields}]]
id = "U"
label = "Unit"
type = "choice"
choices = {{ a = "a", b = "b" }}
[[{fields}]]
id = "LO"
label = "Lower"
type = "number"
[[{fields}]]
id = "HI"
label = "Upper"
type = "number"
[[{fields}]]
id = "G"
label = "Grade"
type = "number"
[{fields}.grading]
of = "K"
unit = "U"
lower = "LO"
upper = "HI"
source = "x"
limits = [{{ grade = 1, above = 1, times = "upper limit" }}]
"""
GOOD = "schema = 1\n" + FORM.format(fields="fields", ranges="")


def problems(text: str) -> list[str]:
    try:
        parse_form(text, origin="blood.toml")
    except ProtocolError as error:
        return [f"{p.code} {p.what}" for p in error.problems]
    return []


def test_a_grade_that_can_be_calculated_passes() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('of = "K"', 'of = "U"', "'U' cannot be used for the grade"),
        ('upper = "HI"', 'upper = "X"', "'X' cannot be used for the grade"),
        ('upper = "HI"', 'upper = "G"', "'G' cannot be used for the grade"),
        ('unit = "U"', 'unit = "K"', "'K' cannot be the unit"),
        ("above = 1", "above = 1, below = 2", "grade 1: the limit has 2 comparisons"),
        ("above = 1, ", "", "grade 1: the limit has 0 comparisons"),
        (
            ', times = "upper limit"',
            "",
            "grade 1: exactly one of unit and times is required",
        ),
        ('"upper limit"', '"baseline"', "grade 1: no baseline is named"),
        ('times = "upper limit"', 'unit = "a"', "grade 1 has limits only in a"),
    ],
)
def test_a_grade_that_cannot_is_refused(old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert any(x.startswith(f"EQ119 {said}") for x in problems(GOOD.replace(old, new)))


def test_a_grade_is_a_whole_number_and_no_sum() -> None:
    label = 'label = "Grade"'
    exact = GOOD.replace(label, f"{label}\ndecimals = 1")
    assert problems(exact) == ["EQ119 a grade must be an integer"]
    summed = GOOD.replace(label, f'{label}\nsum = ["K"]')
    assert problems(summed) == ["EQ119 the field is both a sum and a grade"]
    words = GOOD.replace(f'{label}\ntype = "number"', f'{label}\ntype = "text"')
    assert problems(words) == ["EQ119 a grade must be an integer"]


RANGE = """
[[forms.ranges]]
of = "K"
unit = "a"
low = 3.5
high = 5.0
assumed = true
"""


def of_protocol(ranges: str) -> list[str]:
    own = FORM.format(fields="forms.fields", ranges="assumed = true")
    text = f"{small.TEXT}\n[[forms]]\n{own}\n{ranges}"
    try:
        small.protocol(text)
    except ProtocolError as error:
        return [f"{p.code} {p.what}" for p in error.problems]
    return []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"K"', '"LO"', "no grade uses a range of 'LO'"),
        ('unit = "a"', 'unit = "z"', "'z' is not a unit of the result"),
        ('unit = "a"', 'unit = "a"\nsex = "Z"', "'Z' is not a value of sex"),
        ("low = 3.5", "low = 6", "the lower limit is above the upper limit"),
        ("low = 3.5\nhigh = 5.0", "", "the range has no limits"),
        (
            "assumed = true\n",
            f"assumed = true\n{RANGE}",
            "two ranges apply to one result",
        ),
    ],
)
def test_a_range_that_is_never_used_is_refused(old: str, new: str, said: str) -> None:
    assert of_protocol(RANGE) == []
    assert f"EQ119 {said}" in of_protocol(RANGE.replace(old, new, 1))
