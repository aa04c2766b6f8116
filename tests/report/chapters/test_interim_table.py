"""The interim analyses in the report of a trial."""

from datetime import date

import pytest

from equipoise.interim.analysis import interim_analysis
from equipoise.interim.final import final_analysis
from equipoise.report.chapters.interim_table import interim_statement, interim_table
from equipoise.report.headline import headline
from tests.interim.trials import FEDER, planned, virtual


def test_without_interim_analyses_there_is_a_sentence_and_no_table() -> None:
    assert interim_statement(FEDER).startswith("The protocol specifies no interim")


@pytest.mark.parametrize("futility", [None, "lan-demets-of"])
def test_each_analysis_has_a_row(futility: str | None) -> None:
    protocol = planned(analyses=(0.4, 1.0), futility=futility)
    first = interim_analysis(protocol, virtual(), 1, date(2018, 1, 1))
    results = final_analysis(protocol, virtual(), first.entries)
    table = interim_table(protocol, results)
    assert table is not None
    assert [row[0] for row in table.rows] == [
        "1: cut-off 2018-01-01",
        "2: final analysis",
    ]
    text = ["".join(cell.text for cell in cells) for cells in table.rows[0][1]]
    assert text[:2] == [
        str(sum(first.entries[0].participants.values())),
        f"{100 * first.fraction:.1f}%",
    ]
    assert text[3] == f"{first.found.z:.3f}"
    assert text[5] == "no boundary crossed"
    statement = interim_statement(protocol)
    assert "planned at 40% of the maximum information" in statement
    assert ("no futility" in statement) == (futility is None)
    assert headline(protocol, results).endswith("; adjusted for the interim analyses.")
