"""Histograms and maps as SVG."""

from xml.etree import ElementTree as ET

import pandas as pd

from equipoise.report.inspection.distributions import Distribution
from equipoise.report.inspection.drawings import heat_map, histogram


def drawn(values: list[float], low: float, high: float) -> ET.Element:
    frame = pd.DataFrame({"value": values})
    made = histogram(Distribution("G", "A & B", frame, low, high))
    return ET.fromstring(made)  # noqa: S314 - our own drawing


def test_impossible_values_are_drawn_apart() -> None:
    kinds = [part.get("class") for part in drawn([0, 1, 9], 0, 6).iter("rect")]
    assert kinds.count("bad") == 1
    assert kinds.count("ok") == 2
    assert not [p for p in drawn([0, 1], 0, 6).iter("rect") if p.get("class") == "bad"]


def test_a_single_value_among_thousands_can_be_seen() -> None:
    tall = [
        float(p.get("height", 0)) for p in drawn([1.0] * 9999 + [3], 0, 6).iter("rect")
    ]
    assert min(tall) >= 3


def test_a_map_has_a_box_for_each_state_and_none_for_what_is_not_planned() -> None:
    cells = [[("complete", 1.0, "x"), ("", 0.0, "")]]
    made = ET.fromstring(heat_map(["P<1"], ["a", "b"], cells, "alt"))  # noqa: S314
    assert len(list(made.iter("rect"))) == 1
    assert "P<1" in [part.text for part in made.iter("text")]
