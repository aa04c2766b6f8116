"""A figure of matplotlib as SVG, laid out and drawn once; imported only by who draws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

from equipoise.report.figures.spacing import spaced

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DOTS = 72  # an inch of an SVG: its unit is the point
UNSEEN = 0.5  # points by which a line may be beyond its panel: half of a grid line


@lru_cache(maxsize=8192)
def _measured(
    text: str, look: FontProperties, formula: Any
) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, look, formula)


class _Renderer(RendererSVG):
    """Measures a text once for all figures, and clips only what would be cut.

    Most texts stand on several axes. A clip asks a mask as large as the figure of whoever
    turns it into dots, for each line that has one.
    """

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        """Width, height and descent in points."""
        return _measured(s, prop, ismath)

    def draw_path(
        self, gc: Any, path: Any, transform: Any, rgbFace: Any = None
    ) -> None:
        """A line or an area."""
        with _clipped(gc, path, transform):
            drawn: Any = super().draw_path
            drawn(gc, path, transform, rgbFace)

    def draw_markers(
        self,
        gc: Any,
        marker_path: Any,
        marker_trans: Any,
        path: Any,
        trans: Any,
        rgbFace: Any = None,
    ) -> None:
        """The same mark at several places."""
        with _clipped(gc, path, trans, (marker_path, marker_trans)):
            drawn: Any = super().draw_markers
            drawn(gc, marker_path, marker_trans, path, trans, rgbFace)


def _vertices(path: Any, transform: Any) -> NDArray[np.float64]:
    """Where a path goes, in points; n x 2."""
    places: NDArray[np.float64] = transform.transform(path.vertices)
    if path.codes is not None:  # the point at which a path is closed has no place
        places = places[path.codes != path.CLOSEPOLY]
    return places[np.isfinite(places).all(axis=1)]


@contextmanager
def _clipped(
    gc: Any, path: Any, transform: Any, mark: tuple[Any, Any] | None = None
) -> Iterator[None]:
    """Takes the clip away from what lies inside it, so far as anybody can see.

    Args:
        gc: look of what is drawn.
        path: its line.
        transform: of the path, to points.
        mark: drawn at each place of the path, and its transform to points.
    """
    box = gc.get_clip_rectangle()
    places = np.empty((0, 2)) if box is None else _vertices(path, transform)
    if not len(places):
        yield
        return
    margin = gc.get_linewidth() / 2
    if mark is not None:
        margin += np.abs(_vertices(*mark)).max(initial=0.0)
    (left, low), (right, high) = places.min(axis=0), places.max(axis=0)
    room = min(left - box.x0, low - box.y0, box.x1 - right, box.y1 - high)
    if room + UNSEEN >= margin:
        gc.set_clip_rectangle(None)
    try:
        yield
    finally:
        gc.set_clip_rectangle(box)


def vector(made: Figure, title: str) -> str:
    """The figure as SVG with texts as texts, for the same content the same letters.

    ``Figure.savefig`` would draw a figure with a layout twice, and measure every text
    anew.
    """
    out = StringIO()
    made.set_dpi(DOTS)
    width, height = DOTS * made.get_size_inches()
    with rc_context({"svg.hashsalt": "equipoise", "svg.fonttype": "none"}):
        about = {"Date": None, "Title": title}
        untyped: Any = _Renderer
        renderer = untyped(width, height, out, image_dpi=DOTS, metadata=about)
        spaced(made, renderer)
        made.draw(renderer)
        renderer.finalize()
    return out.getvalue()
