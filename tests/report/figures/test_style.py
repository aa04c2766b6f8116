"""The look of figures, and how they become SVG."""

import re

import pytest

from equipoise.report.blocks import Figure, Series
from equipoise.report.figures import style
from equipoise.report.figures.style import arm_look, drawn, figure, folded, short


def made(dummy: bool, label: str = "a label") -> Figure:
    plot, axes = figure()
    axes.plot([0, 1], [0, 1], label=short(label))
    style.legend(plot, axes)
    return drawn(plot, "n", "Title", "what is drawn", (), dummy=dummy)


def test_the_same_bytes_for_the_same_content() -> None:
    assert made(False).svg == made(False).svg


def test_a_dummy_allocation_is_across_the_figure() -> None:
    assert b"DUMMY ALLOCATION" in made(True).svg
    assert b"DUMMY ALLOCATION" not in made(False).svg


def test_texts_are_texts_in_the_typeface_of_the_form() -> None:
    svg = made(False).svg
    assert b">a label</text>" in svg
    assert svg.count(b"font-family") == 1
    assert b'font-family="Serif"' in style.in_typeface(svg, "Serif")


def test_labels_are_no_formulas_and_end() -> None:
    assert b">$x$ and $y$<" in made(False, "$x$ and $y$").svg
    assert len("".join(folded("word " * 400))) <= style.LONGEST
    assert folded("a long label of many words indeed") == [
        "a long label of many words",
        "indeed",
    ]


def test_every_figure_is_as_wide_as_the_text() -> None:
    match = re.search(rb'width="([\d.]+)pt"', made(False).svg)
    assert match is not None
    assert float(match.group(1)) == 72 * style.WIDTH


def test_arms_are_told_apart_without_color() -> None:
    looks = [tuple(sorted(arm_look(number).items())) for number in range(24)]
    assert len(set(looks)) == 24
    assert len({arm_look(number)["marker"] for number in range(6)}) == 6


def test_marks_stand_beside_each_other_and_keep_their_values() -> None:
    _, axes = figure()
    part = Series("a", "a", (3.0,), (4.0,), (1.0,), (9.0,), (5,), ("id",))
    for number in range(2):
        style.errorbars(axes, number, part, of=2)
    lines = [line for line in axes.get_lines() if line.get_marker() in "os"]
    assert [tuple(line.get_xdata()) for line in lines] == [(3.0,), (3.0,)]
    left, right = (line.get_transform().transform((3.0, 4.0)) for line in lines)
    apart = pytest.approx(style.DODGE / 72 * axes.figure.dpi)  # sums of pixels
    assert right[0] - left[0] == apart
    assert axes.dataLim.y0 == 1.0
    assert axes.dataLim.y1 == 9.0
