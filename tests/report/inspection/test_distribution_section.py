"""The section with distributions."""

from equipoise.report.inspection.distribution_section import distribution_blocks
from equipoise.report.inspection.page_blocks import Cards
from tests.report.inspection.shown import WRONG, findings


def test_a_card_with_an_impossible_value_is_marked() -> None:
    groups = [b for b in distribution_blocks(findings(*WRONG)) if isinstance(b, Cards)]
    marked = [card.title for group in groups for card in group.cards if card.bad]
    assert marked == ["3 Inner tension"]
    sound = [b for b in distribution_blocks(findings()) if isinstance(b, Cards)]
    assert not [card for group in sound for card in group.cards if card.bad]
