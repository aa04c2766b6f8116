"""What the chapter holds, and in which order."""

from equipoise.report.chapters.population import population
from tests.analyze.feder import feder
from tests.report.made import results

WANTED = [
    "participant-flow",
    "baseline",
    "analysis-sets",
    "deviations",
    "follow-up",
    "exposure",
]


def test_tables_and_figures_in_their_order() -> None:
    section = population(feder(), results())
    assert section is not None
    found = [getattr(block, "name", "") for block in section.blocks]
    assert [name for name in dict.fromkeys(found) if name in WANTED] == WANTED
