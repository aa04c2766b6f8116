"""Methods, assumptions and listings: all of them."""

from equipoise.protocol.check import sourced
from equipoise.report.chapters.appendix import assumptions, listings, methods
from equipoise.report.content import Bullets, TextTable
from tests.analyze.feder import feder
from tests.report.made import results


def test_every_endpoint_has_its_methods_in_words() -> None:
    (table,) = methods(feder()).blocks
    assert isinstance(table, TextTable)
    assert [row[0] for row in table.rows] == [e.label for e in feder().endpoints]
    said = " ".join(row[3] for row in table.rows)
    assert "None" not in said
    assert "James' index" in said
    assert "Mancl and DeRouen" in said


def test_every_assumption_is_listed() -> None:
    items = assumptions(feder()).blocks[1]
    assert isinstance(items, Bullets)
    assert len(items.items) == sum(part.assumed for _, part in sourced(feder()))


def test_serious_events_are_not_listed_twice() -> None:
    names = [getattr(block, "name", "") for block in listings(results()).blocks]
    assert names == ["analysis-sets", "deviations", "adverse-events"]
