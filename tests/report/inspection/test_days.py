"""Study days: windows, order and durations."""

from equipoise.report.inspection.days import date_ranges, remarks, visit_days
from tests.report.inspection.shown import WRONG, findings


def test_recorded_days_are_compared_with_their_windows() -> None:
    rows = {row[0]: row for row in visit_days(findings())}
    assert rows["Day 7"][1:] == ("7", "6 to 9", "20", "7", "7", "7", "none")
    assert remarks(findings()).empty
    assert date_ranges(findings()) == [
        ("Start of an infusion", "24", "2026-03-10", "2026-03-18")
    ]


def test_a_day_before_day_0_is_listed_with_its_row() -> None:
    found = remarks(findings(*WRONG))
    early = found[found["what"] == "before day 0"].iloc[0]
    assert (early["participant"], early["row"]) == ("P-004", 13)
    assert "before the visit that precedes it" in set(found["what"])
