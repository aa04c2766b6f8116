"""Laboratory results: grades by period and arm, and the listing."""

from dataclasses import replace

import pytest

from equipoise.analyze.safety.laboratory import laboratory_grades, laboratory_listing
from tests.analyze import complete


def found(**changed: object) -> dict[str, tuple[float | None, int | None]]:
    data = replace(complete.data(), **changed) if changed else complete.data()
    rows = laboratory_grades(complete.protocol(), data)
    return {row.id: (row.estimate, row.n) for row in rows}


def test_the_last_before_and_the_highest_after_the_first_infusion() -> None:
    """By hand from the planted rows."""
    counts = found()
    assert counts["laboratory.ALT.before.grade-0.active"] == (11, 11)
    assert counts["laboratory.ALT.before.grade-0.control"] == (7, 7)
    assert counts["laboratory.ALT.after.grade-1.active"] == (7, 8)
    assert counts["laboratory.ALT.after.grade-3.active"] == (1, 8)
    assert counts["laboratory.ALT.after.grade-2.control"] == (1, 2)
    assert counts["laboratory.ALT.after.grade-1.control"] == (0, 2)
    assert counts["laboratory.ALT.no-time.grade-2.control"] == (1, 1)
    assert counts["laboratory.ALT.no-time.grade-2.active"] == (None, 0)
    assert not any(".TSH." in name for name in counts)  # nobody has a grade


def test_without_a_record_of_infusions_no_result_is_before_or_after() -> None:
    counts = found(exposures=complete.data().exposures.iloc[:0])
    assert {name.split(".")[2] for name in counts} == {"no-time"}


@pytest.mark.parametrize("make", [laboratory_grades, laboratory_listing])
def test_without_the_table_nothing_is_said(make: object) -> None:
    data = replace(complete.data(), provided={})
    assert make(complete.protocol(), data) == []  # type: ignore[operator]


def test_the_listing_has_every_result_with_its_range_and_grade() -> None:
    (listing,) = laboratory_listing(complete.protocol(), complete.data())
    assert listing.group == "16.2.8"
    assert {row[0] for row in listing.rows} >= {"P01", "P18"}
    assert "X01" not in {row[0] for row in listing.rows}
    (high,) = [row for row in listing.rows if row[0] == "P08" and row[5] == "205"]
    assert high[4:] == (
        "Alanine aminotransferase", "205", "U/L", "≤ 40", "high", "yes", "3",
    )  # fmt: skip
    (untimed,) = [row for row in listing.rows if row[5] == "125"]
    assert untimed[2] == ""
    (ungraded,) = [row for row in listing.rows if row[4] == "Thyrotropin"]
    assert ungraded[-1] == ""
