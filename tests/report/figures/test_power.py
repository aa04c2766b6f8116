"""Curves of power: the same bytes, every cell, in words too."""

import re
from itertools import product

import pandas as pd

from equipoise.report.figures.power import power_curves


def table(sizes: tuple[int, ...] = (20, 30)) -> pd.DataFrame:
    cells = product((1.0, 2.0), ("fixed", "pocock:0.5,1"), (0.0, 1.0), sizes)
    rows = [
        (size, effect, dropout, design, 0.05 + effect * size / 50, 0.01)
        for dropout, design, effect, size in cells
    ]
    names = ["size", "effect", "dropout", "design", "power", "power_error"]
    return pd.DataFrame(rows, columns=names)


def test_the_same_bytes_for_the_same_table() -> None:
    one, two = power_curves(table(), "Change"), power_curves(table(), "Change")
    assert one.svg == two.svg
    other = table().assign(power_error=0.02)
    assert power_curves(other, "Change").svg != one.svg


def test_a_panel_for_each_design_and_share_of_departures() -> None:
    svg = power_curves(table(), "Change").svg.decode()
    assert len(re.findall(r'<g id="axes_\d+"', svg)) == 4
    fewer = table()[lambda t: (t["design"] == "fixed") & (t["dropout"] == 1)]
    assert (
        len(re.findall(r'<g id="axes_\d+"', power_curves(fewer, "x").svg.decode())) == 1
    )


def test_every_cell_is_told() -> None:
    alt = power_curves(table(), "Change").alt
    assert alt.count("people") == len(table())
    said = "30 people, effect as stated, 2 times the departures, pocock, looks at 50, 100 %"
    assert f"{said} 65 %" in alt


def test_one_size_is_drawn_against_the_effect() -> None:
    """Then there is something to draw a line through."""
    one = power_curves(table((20,)), "Change")
    assert one.svg != power_curves(table((30,)), "Change").svg
    assert one.alt.count("20 people") == 8
