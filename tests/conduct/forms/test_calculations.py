"""Sums of answers: exact, and only of what was answered."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from equipoise.conduct.forms.calculations import calculated, so_far, value_of
from equipoise.conduct.forms.definition import Field, Form
from equipoise.conduct.forms.missing_codes import kept
from equipoise.conduct.forms.value_checks import problems
from equipoise.protocol.grades import GradeLimit, Grading

PARTS = tuple(Field(name=n, label=n, kind="number", decimals=2) for n in "abc")
TOTAL = Field(name="t", label="Total", kind="number", decimals=2, sum=("a", "b", "c"))
FORM = Form(id="f", title="F", by="rater", fields=(*PARTS, TOTAL))
ANSWER = st.one_of(
    st.just(""), st.just(kept("refused")),
    st.decimals(-999, 999, places=2).map(str),
)  # fmt: skip


@given(st.tuples(ANSWER, ANSWER, ANSWER))
def test_the_sum_is_exact_and_missing_codes_are_no_zeros(
    found: tuple[str, ...],
) -> None:
    said = dict(zip("abc", found, strict=True))
    numbers = [Decimal(text) for text in found if text and not text.startswith("m")]
    total, missing = so_far(TOTAL, said)
    assert missing == 3 - len(numbers)
    assert total == (sum(numbers) if numbers else None)
    whole = calculated(FORM, said)
    assert whole == ({} if missing else {"t": f"{sum(numbers)}"})


def test_nobody_types_what_is_calculated() -> None:
    typed = {"a": "1", "b": "2", "c": "3", "t": "7"}
    assert set(problems(FORM, typed, complete=True)) == {"t"}
    assert problems(FORM, typed | {"t": ""}, complete=True) == {}


def test_a_grade_is_calculated_from_numbers_and_not_from_codes() -> None:
    grading = Grading(
        of="a", unit="u", lower="b", upper="c", source="an example",
        limits=(GradeLimit(grade=2, above=2, times="upper limit"),),
    )  # fmt: skip
    grade = Field(name="g", label="Grade", kind="number", grading=grading)
    said = {"a": "81", "u": "U/L", "b": "10", "c": "40"}
    assert value_of(grade, said) == "2"
    assert value_of(grade, said | {"a": "80"}) == "0"
    assert value_of(grade, said | {"c": kept("unknown")}) == ""
    assert value_of(grade, said | {"a": kept("refused")}) == ""
    form = Form(id="f", title="F", by="rater", fields=(*PARTS, grade))
    assert calculated(form, said) == {"g": "2"}
    assert set(problems(form, {"g": "1"}, complete=False)) == {"g"}
    # A grade that was typed before it was calculated stays what it was.
    assert problems(form, {"g": "1"}, complete=False, held={"g": "1"}) == {}
