"""Every figure is drawn as approved: each mark, line, area and word in its place."""

import difflib

import pytest

from tests.report.drawn import APPROVED, DRAWN, drawn


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_is_drawn_as_approved(name: str) -> None:
    approved = (APPROVED / f"{name}.txt").read_text(encoding="utf-8")
    changes = difflib.unified_diff(
        approved.splitlines(),
        DRAWN[name]().splitlines(),
        "approved",
        "now",
        lineterm="",
        n=0,
    )
    text = "\n".join(changes)
    assert not text, f"{text}\n\nlook at it; python -m tests.report.drawn approves it"


def test_what_moves_by_a_point_is_seen() -> None:
    svg = '<svg><rect x="{}" y="2" fill="red"/><text x="1" y="2">n = 3</text></svg>'
    assert list(drawn(svg.format("10.2"))) == ["rect fill=red: 10 2", "text: 1 2 n = 3"]
    assert list(drawn(svg.format("11.2"))) != list(drawn(svg.format("10.2")))
