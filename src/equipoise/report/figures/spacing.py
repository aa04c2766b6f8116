"""Room for the labels of a figure: its panels as large as the texts around them allow.

This is matplotlib's constrained layout of a plain grid, calculated directly: inner widths
and heights in the ratios of the grid, between them room for the largest labels of a column
or row. matplotlib measures all texts twice and solves a system of inequalities, which
takes longer than drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # matplotlib takes a quarter of a second: imported by who draws
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure

PAD = 0.04  # inches around each panel, label of the figure and legend
BETWEEN = 0.02  # of the figure, over the number of panels: least room between two
ROUGH = (0.55, 0.45, 0.1, 0.25)  # inches left, below, right and above until measured

Sides = NDArray[np.float64]  # left, below, right, above; parts of the figure


def spaced(made: Figure, renderer: RendererBase) -> None:
    """Moves the panels, and the labels of the whole figure, to their places.

    Where the labels leave no room for panels, these stay where they are.

    Args:
        made: of ``style.grid``: panels of one grid, each in one cell of it.
        renderer: that measures the texts.
    """
    size = np.tile(made.get_size_inches(), 2)
    outer = _outer(made, renderer, PAD / size)
    grid: Any = made.axes[0].get_gridspec()
    around = np.zeros((grid.nrows, grid.ncols, 4))
    around[:] = np.array(ROUGH) / size
    _place(made, outer, around)
    pads = np.maximum(
        PAD / size, BETWEEN / np.array([grid.ncols, grid.nrows] * 2, dtype=float)
    )
    for axes in made.axes:
        cell: Any = axes.get_subplotspec()
        row, column = cell.rowspan.start, cell.colspan.start
        edge = [column == 0, row == grid.nrows - 1, column == grid.ncols - 1, row == 0]
        pad = np.where(edge, PAD / size, pads)
        around[row, column] = _labels(axes, renderer) + pad
    _place(made, outer, around)


def _outer(made: Figure, renderer: RendererBase, pads: Sides) -> Sides:
    """Room at the edges of a figure for the labels and legends that all panels share."""
    outer = np.zeros(4)
    shared: Any = made
    for label, side in ((shared._supxlabel, 1), (shared._supylabel, 0)):
        if label is None:
            continue
        place = list(label.get_position())
        place[side] = pads[side]
        label.set_position(place)
        outer[side] = max(outer[side], _part(made, label, renderer)[side])
    for legend in made.legends:
        outer[3] = max(outer[3], _part(made, legend, renderer)[1])
    return np.where(outer > 0, outer + 2 * pads, 0.0)


def _part(made: Figure, artist: Any, renderer: RendererBase) -> tuple[float, float]:
    """Width and height of something, as parts of the figure."""
    box = artist.get_tightbbox(renderer)
    return box.width / made.bbox.width, box.height / made.bbox.height


def _labels(axes: Axes, renderer: RendererBase) -> Sides:
    """How far the labels of a panel stand out of it."""
    for spine in axes.spines.values():  # at the edge of the panel, and slow to measure
        spine.set_in_layout(False)
    for axis in (axes.xaxis, axes.yaxis):
        if not axis.get_label_text():  # nor a place sought for a label without letters
            axis.set_label_coords(0, 0)
    box = axes.get_tightbbox(renderer, for_layout_only=True)
    if box is None:  # the panel is not shown
        return np.zeros(4)
    own, whole = axes.bbox, axes.figure.bbox
    out = [own.x0 - box.x0, own.y0 - box.y0, box.x1 - own.x1, box.y1 - own.y1]
    return np.asarray(np.array(out) / np.tile([whole.width, whole.height], 2))


def _place(made: Figure, outer: Sides, around: NDArray[np.float64]) -> None:
    """Gives each panel its place; ``around`` is by row, column and side."""
    grid: Any = made.axes[0].get_gridspec()
    left, right = around[:, :, 0].max(axis=0), around[:, :, 2].max(axis=0)
    below, above = around[:, :, 1].max(axis=1), around[:, :, 3].max(axis=1)
    # Nothing that all panels share stands at the right.
    widths = _shares(1 - outer[0] - sum(left + right), grid.get_width_ratios())
    heights = _shares(
        1 - outer[1] - outer[3] - sum(below + above), grid.get_height_ratios()
    )
    if widths.min() <= 0 or heights.min() <= 0:
        return
    x = outer[0] + np.cumsum(left + right + widths) - right - widths
    y = 1 - outer[3] - np.cumsum(below + above + heights) + below
    for axes in made.axes:
        cell: Any = axes.get_subplotspec()
        row, column = cell.rowspan.start, cell.colspan.start
        axes.set_position((x[column], y[row], widths[column], heights[row]))


def _shares(whole: float, ratios: Any) -> Sides:
    parts = np.array(ratios, dtype=float)
    return np.asarray(whole * parts / parts.sum())
