"""Curves of power: the same bytes, every scenario, as text too."""

import re
from itertools import product

import pandas as pd

from equipoise.report.figures.power import (
    design_label,
    factor_label,
    named_factor,
    power_curves,
)


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


def test_a_panel_for_each_design_and_withdrawal_factor() -> None:
    svg = power_curves(table(), "Change").svg.decode()
    assert len(re.findall(r'<g id="axes_\d+"', svg)) == 4
    fewer = table()[lambda t: (t["design"] == "fixed") & (t["dropout"] == 1)]
    assert (
        len(re.findall(r'<g id="axes_\d+"', power_curves(fewer, "x").svg.decode())) == 1
    )


def test_every_scenario_is_in_the_text() -> None:
    alt = power_curves(table(), "Change").alt
    assert alt.count("participants") == len(table())
    text = "30 participants, effect as specified, 2 times the withdrawals, "
    assert f"{text}pocock, analyses at 50, 100%: 65%" in alt


def test_one_size_is_drawn_against_the_effect() -> None:
    """Then there is something to draw a line through."""
    one = power_curves(table((20,)), "Change")
    assert one.svg != power_curves(table((30,)), "Change").svg
    assert one.alt.count("20 participants") == 8


def test_labels_of_factors_and_designs() -> None:
    assert [named_factor("effect", f) for f in (0.0, 1.0, 0.5)] == [
        "no effect",
        "effect as specified",
        "0.5 times the effect",
    ]
    assert [named_factor("dropout", f) for f in (0.0, 1.0, 2.0)] == [
        "no withdrawals",
        "withdrawals as specified",
        "2 times the withdrawals",
    ]
    assert [factor_label(f) for f in (0.0, 1.0, 0.5)] == [
        "none",
        "as specified",
        "× 0.5",
    ]
    assert design_label("fixed") == "no interim analyses"
    assert design_label("interim") == "interim analyses of the protocol"
    wanted = "kim-demets 3, analyses at 33.3, 100%"
    assert design_label("kim-demets=3:0.3333,1") == wanted
