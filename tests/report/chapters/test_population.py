"""Which tables and figures stand in which section of ICH E3."""

from __future__ import annotations

from equipoise.analyze.result import Results
from equipoise.report.blocks import Table
from equipoise.report.chapters.population import population
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol
from tests.report.chapters.participants import participants
from tests.report.made import results

WANTED = {
    "10.1": ["participant-flow", "disposition", "follow-up", "visits"],
    "10.2": ["deviations"],
    "11.1": ["analysis-sets"],
    "11.2": ["baseline"],
    "11.3": ["exposure"],
    "12.1": ["infusions"],
}


def names(found: Results, small: bool = False) -> dict[str, list[str]]:
    trial = protocol() if small else feder()
    return {
        part.place: [getattr(block, "name", "") for block in part.blocks]
        for part in population(trial, found)
    }


def test_tables_and_figures_in_their_sections() -> None:
    assert names(results()) == WANTED


def test_every_table_has_its_population_and_number_group() -> None:
    for part in population(feder(), results()):
        for block in part.blocks:
            if isinstance(block, Table):
                assert (block.population, block.group) == ("itt", "14.1")
                assert any(block.arms)


def test_without_exposures_there_is_no_table_of_them() -> None:
    found = names(participants(protocol(), data(drugs={})), small=True)
    assert found["11.3"] == found["12.1"] == []
    assert found["10.2"] == ["deviations"]
