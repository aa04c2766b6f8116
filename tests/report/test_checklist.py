"""The CONSORT 2025 checklist points at what is there, and never at what is not."""

from equipoise.analyze.run import analyze
from equipoise.report.checklist import ELSEWHERE, ITEMS, checklist
from equipoise.report.content import TextTable
from equipoise.report.document import document
from tests.analyze.feder import feder, virtual


def test_every_item_once_and_every_place_is_in_the_report() -> None:
    data = virtual()
    whole = document(feder(), data, analyze(feder(), data))
    table = whole.sections[-1].blocks[0]
    assert isinstance(table, TextTable)
    assert [row[0] for row in table.rows] == [item for item, _, _ in ITEMS]
    assert len({item.rstrip("abcd") for item, _, _ in ITEMS}) == 30
    labels = {
        f"{kind} {b.number}"
        for _, b in whole.numbered()
        for kind in ("Table", "Figure", "Listing")
    }
    headings = {section.heading for section in whole.sections}
    for item, _, where in table.rows:
        for place in where.split("; "):
            known = place in labels | headings or place.startswith(
                ("title", "protocol file", ELSEWHERE[:10])
            )
            assert known or place.startswith("trial."), (item, place)
    where = {item: text for item, _, text in table.rows}
    assert where["22a"] == "Figure 14.1.1"
    assert where["25"] == "Table 14.1.1"
    assert where["6"] == ELSEWHERE


def test_without_chapters_it_points_nowhere() -> None:
    section = checklist(feder(), [])
    (table,) = section.blocks
    assert isinstance(table, TextTable)
    where = {row[0]: row[2] for row in table.rows}
    assert where["22a"] == ELSEWHERE
