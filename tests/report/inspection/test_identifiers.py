"""Identifiers: shapes, look-alikes, participants without data."""

from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.inspection.identifiers import (
    by_file,
    everybody,
    listed,
    look_alikes,
    normal_form,
    shape,
    shapes,
    without_data,
)
from tests.report.inspection.shown import findings


def test_shapes_are_counted() -> None:
    assert shape("P-001") == "A-999"
    assert shapes(["P-1", "P-2", "Q7"]) == [("A-9", 2, "P-1"), ("A9", 1, "Q7")]


def test_spellings_of_the_same_identifier_are_found() -> None:
    assert look_alikes(["P-001", "p1", "P-002"]) == [("P-001", "p1")]
    assert normal_form("1.0") == normal_form("01") == "1"
    assert normal_form("S1-2") != normal_form("S12")


@given(st.from_regex(r"[A-Z]{1,3}-[0-9]{1,4}", fullmatch=True))
def test_case_and_blanks_do_not_make_another_identifier(text: str) -> None:
    assert normal_form(f" {text.lower()} ") == normal_form(text)


def test_participants_of_the_tutorial_have_everything_but_measurements() -> None:
    assert len(everybody(findings())) == 24
    assert [part.participants for part in by_file(findings())] == [24]
    rows = {what: who for what, who, _ in without_data(findings())}
    assert rows["no rating"] == []
    assert rows["no measurement"] is None, "not collected is not zero"


def test_a_long_list_ends_with_the_number_of_others() -> None:
    assert listed([str(n) for n in range(33)]).endswith("and 3 more")
