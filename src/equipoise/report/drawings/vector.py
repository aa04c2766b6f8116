"""A figure of matplotlib as SVG, laid out and drawn once; imported only by who draws."""

from __future__ import annotations

from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any

from matplotlib import rc_context
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.textpath import text_to_path

from equipoise.report.drawings.spacing import spaced

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DOTS = 72  # an inch of an SVG: its unit is the point


@lru_cache(maxsize=8192)
def _measured(
    text: str, look: FontProperties, formula: Any
) -> tuple[float, float, float]:
    return text_to_path.get_text_width_height_descent(text, look, formula)


class _Renderer(RendererSVG):
    """Measures a text once for all figures: most stand on several axes."""

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        """Width, height and descent in points."""
        return _measured(s, prop, ismath)


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
        renderer = _Renderer(width, height, out, image_dpi=DOTS, metadata=about)
        spaced(made, renderer)
        made.draw(renderer)
        renderer.finalize()
    return out.getvalue()
