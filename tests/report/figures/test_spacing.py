"""The places of panels against the constrained layout of matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.layout_engine import ConstrainedLayoutEngine

from equipoise.report.figures import spacing, style

# Points. matplotlib measures all labels once more where the panels have been moved to: a
# label over the end of an axis then stands out by another part of its width.
AGREES = 3.0

Made = tuple[Any, list[Any]]


def _one() -> Made:
    made, axes = style.figure()
    axes.plot([0, 1], [0, 1200], label="An arm")
    axes.set_ylabel("Points")
    axes.set_xlabel("Day")
    style.legend(made, axes)
    return made, [axes]


def _many() -> Made:
    made, panels = style.grid(2, 3, 5.0, sharex=True, sharey=True)
    for place, axes in enumerate(panels):
        axes.plot([0, 40, 240], [0, 12, place], label="An arm")
        axes.set_title(f"Infusion {place}", loc="left")
        axes.annotate("n = 15", (0.5, 0), (0, -30), "axes fraction", "offset points")
    panels[5].set_visible(False)
    made.supxlabel("Minutes", fontsize=style.SIZE)
    made.supylabel("Power (%)", fontsize=style.SIZE, rotation_mode="anchor")
    style.legend(made, panels[0])
    return made, panels


def _unequal() -> Made:
    made, panels = style.grid(1, 2, 3.0, sharey=True, width_ratios=(1, 1.15))
    for axes in panels:
        axes.plot([0, 100], [0, 3], "o")
    panels[0].set_yticks(range(4), ["Headache", "Dizziness", "Nausea or vomiting", "-"])
    panels[1].tick_params(labelleft=False)
    return made, panels


def _above() -> Made:
    made, panels = style.grid(2, 1, 7.6, height_ratios=(1.15, 1))
    for axes in panels:
        axes.plot([0, 1], [0, 1])
        axes.set_xlabel("Days since week 2")
    return made, panels


def _renderer(made: Any) -> RendererSVG:
    made.set_dpi(72)
    width, height = 72 * made.get_size_inches()
    return RendererSVG(width, height, StringIO())


def _places(made: Any, panels: list[Any]) -> np.ndarray:
    size = np.tile(72 * made.get_size_inches(), 2)
    return (
        np.array([axes.get_position(original=True).extents for axes in panels]) * size
    )


@pytest.mark.parametrize("make", [_one, _many, _unequal, _above])
def test_panels_stand_where_matplotlib_puts_them(make: Callable[[], Made]) -> None:
    made, panels = make()
    spacing.spaced(made, _renderer(made))
    theirs, others = make()
    renderer = _renderer(theirs)
    theirs.canvas.get_renderer = lambda: renderer
    ConstrainedLayoutEngine(w_pad=spacing.PAD, h_pad=spacing.PAD).execute(theirs)
    apart = np.abs(_places(made, panels) - _places(theirs, others))
    assert apart.max() < AGREES


@pytest.mark.parametrize("make", [_one, _many, _unequal, _above])
def test_no_label_stands_out_of_the_figure(make: Callable[[], Made]) -> None:
    made, panels = make()
    renderer = _renderer(made)
    spacing.spaced(made, renderer)
    whole = made.bbox
    for axes in panels:
        box = axes.get_tightbbox(renderer)
        if box is not None:
            assert min(box.x0, box.y0) >= -0.5  # half a point: the end of an axis
            assert box.x1 <= whole.x1 + 0.5
            assert box.y1 <= whole.y1 + 0.5


def test_panels_have_equal_sizes_and_do_not_overlap() -> None:
    made, panels = _many()
    spacing.spaced(made, _renderer(made))
    places = _places(made, panels)
    assert np.ptp(places[:, 2] - places[:, 0]) == pytest.approx(0, abs=1e-9)
    assert np.ptp(places[:, 3] - places[:, 1]) == pytest.approx(0, abs=1e-9)
    assert (places[:2, 2] < places[1:3, 0]).all()
    assert (places[3:, 3] < places[:3, 1]).all()


def test_labels_without_end_leave_the_panels_where_they_are() -> None:
    made, axes = style.figure(height=0.6)
    axes.set_title("\n".join(["a line"] * 40))
    before = axes.get_position(original=True).extents
    spacing.spaced(made, _renderer(made))
    assert axes.get_position(original=True).extents == pytest.approx(before)
