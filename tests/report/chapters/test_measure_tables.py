"""Tables of further measures: every number with its estimate."""

import equipoise as eq
from equipoise.report.chapters.measure_tables import comparisons_table, measures_table

PROTOCOL = eq.load_protocol("feder2021")
RESULTS = eq.rehearse(PROTOCOL, seed=2021).results


def test_each_measure_has_a_row_and_each_number_its_id() -> None:
    for table in (
        measures_table(PROTOCOL, RESULTS),
        comparisons_table(PROTOCOL, RESULTS),
    ):
        assert table is not None
        known = {e.id: e for e in RESULTS}
        numbers = [c for _, cells in table.rows for cell in cells for c in cell if c.id]
        assert len(numbers) > 5
        for cell in numbers:
            assert cell.id in known
        assert len(table.head) == 3


def test_an_open_number_needed_to_treat_has_no_empty_interval() -> None:
    table = measures_table(PROTOCOL, RESULTS)
    assert table is not None
    texts = ["".join(c.text for c in cells[0]) for _, cells in table.rows]
    assert not any("–" in text and "(" in text for text in texts)
