"""Every figure is drawn as approved: each mark, line, area and word in its place."""

import pytest

from tests.differences import assert_approved
from tests.report.drawn import APPROVED, DRAWN, drawn


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_is_drawn_as_approved(name: str) -> None:
    approved = APPROVED / f"{name}.txt"
    assert_approved(approved, DRAWN[name](), "tests.report.drawn", around=0)


def test_what_moves_by_a_point_is_seen() -> None:
    svg = '<svg><rect x="{}" y="2" fill="red"/><text x="1" y="2">n = 3</text></svg>'
    assert list(drawn(svg.format("10.2"))) == ["rect fill=red: 10 2", "text: 1 2 n = 3"]
    assert list(drawn(svg.format("11.2"))) != list(drawn(svg.format("10.2")))
