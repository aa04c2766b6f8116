"""Drawings as PNG: once for all forms, as wide as the text of a page."""

from struct import unpack

from equipoise.report.figures.style import WIDTH
from equipoise.report.formats.pixels import DOTS, drawings, logo_png, logo_svg, pixels
from tests.report.formats.hostile import STRANGE, SVG, arms_called, document


def test_each_figure_is_as_wide_as_the_text_at_its_dots() -> None:
    (png,) = pixels(document()).values()
    width, _ = unpack(">II", png[16:24])
    assert abs(width - WIDTH * DOTS) <= 1  # a whole number of dots


def test_they_are_made_once_for_all_forms() -> None:
    one, two = pixels(document()), pixels(document())
    assert one["f"] is two["f"]


def test_no_drawings_no_pixels() -> None:
    assert drawings(()) == ()


def test_a_logo_of_either_kind_is_png_and_svg() -> None:
    (png,) = pixels(document()).values()
    assert logo_png(png) is png
    assert logo_png(logo_svg(png)).startswith(b"\x89PNG")
    assert logo_svg(SVG) == SVG


def test_letters_of_every_script_are_drawn() -> None:
    (png,) = pixels(arms_called(STRANGE)).values()
    assert png.startswith(b"\x89PNG")
