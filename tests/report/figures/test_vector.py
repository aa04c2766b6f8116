"""The SVG of a figure against the one that matplotlib itself writes."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from equipoise.report.figures import style, vector

CLIP = re.compile(r' clip-path="[^"]*"')
DEFINED = re.compile(r" *<defs>\s*(?:<clipPath.*?</clipPath>\s*)+</defs>\n?", re.DOTALL)


def _made() -> Any:
    made, axes = style.figure()
    axes.plot([0, 1, 2], [1, 5, 3], marker="o", label="inside")
    axes.plot([-4, 6], [-4, 9], label="beyond")
    axes.errorbar([1.0], [4.0], yerr=[[1.0], [0.5]], capsize=3)
    axes.bar([0.5], [2.0])
    axes.set_xlim(-0.5, 2.5)
    axes.set_ylim(0, 6)
    style.legend(made, axes)
    return made


def _without_clips(svg: str) -> str:
    return DEFINED.sub("", CLIP.sub("", svg))


def test_the_same_drawing_as_that_of_matplotlib() -> None:
    """But for the clips, and for the place of panels, which is that of ``spacing``."""
    made = _made()
    ours = vector.vector(made, "A title")
    theirs = StringIO()
    with mpl.rc_context({"svg.hashsalt": "equipoise", "svg.fonttype": "none"}):
        made.savefig(theirs, format="svg", metadata={"Date": None, "Title": "A title"})
    assert _without_clips(ours) == _without_clips(theirs.getvalue())
    assert len(CLIP.findall(ours)) < len(CLIP.findall(theirs.getvalue()))


def test_what_would_be_cut_is_clipped() -> None:
    """One line leaves the panel; a mark at the edge would stand out of it."""
    made, axes = style.figure()
    axes.grid(visible=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.plot([0.2, 0.8], [0.2, 0.8])
    assert not CLIP.findall(vector.vector(made, "t"))
    axes.plot([0.2, 1.8], [0.2, 0.8])
    assert len(CLIP.findall(vector.vector(made, "t"))) == 1
    axes.plot([1.0], [0.5], "o")
    assert len(CLIP.findall(vector.vector(made, "t"))) == 2


@pytest.mark.parametrize("text", ["Week 2", "−8.6 (−15.5 to −1.7)", "", "Ärzte"])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_a_text_is_measured_as_matplotlib_does(text: str, weight: str) -> None:
    look = FontProperties(size=9, weight=weight)
    renderer = vector._Renderer(100, 100, StringIO())
    expected = text_to_path.get_text_width_height_descent(text, look, False)
    for _ in range(2):
        measured = renderer.get_text_width_height_descent(text, look.copy(), False)
        assert measured == expected
    larger = FontProperties(size=18, weight=weight)
    twice = renderer.get_text_width_height_descent(text, larger, False)
    assert twice[0] == pytest.approx(2 * expected[0])
