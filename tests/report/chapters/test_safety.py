"""What the chapter holds, and in which order."""

from equipoise.report.chapters.safety import safety
from tests.analyze.feder import feder
from tests.report.made import results

WANTED = [
    "adverse-events-overview",
    "adverse-events",
    "side_effects-by-infusion",
    "vital-signs",
    "vital-signs-marked",
    "vital-signs-shift",
    "dissociation",
    "dissociation-course",
]


def test_tables_and_figures_in_their_order() -> None:
    section = safety(feder(), results(), dummy=False)
    assert section is not None
    found = [getattr(block, "name", "") for block in section.blocks]
    assert [name for name in dict.fromkeys(found) if name in WANTED] == WANTED


def test_no_serious_event_is_said_in_words() -> None:
    section = safety(feder(), results(), dummy=False)
    said = [getattr(block, "text", "") for block in section.blocks]
    assert "No death and no serious adverse event was recorded." in said
