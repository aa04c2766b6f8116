"""What an inspection found."""

from tests.report.inspection.shown import WRONG, findings


def test_a_table_is_collected_only_if_the_data_show_it() -> None:
    found = findings()
    assert not found.refused
    assert findings(*WRONG).refused
    assert found.collected("answers")
    assert not found.collected("events")
    assert found.absence("events") == "not collected"
    assert found.looked_at("madrs", "day-7")
    assert not found.looked_at("measurements", "day-7")
