"""Values at each visit as boxes."""

from xml.etree import ElementTree as ET

import pandas as pd

from equipoise.report.inspection.distributions import Distribution, distributions
from equipoise.report.inspection.visit_boxes import visit_boxes
from tests.report.inspection.shown import WRONG, findings

VISITS = {"a": "Baseline <1>", "b": "Day 7", "c": "Never"}


def part(*rows: tuple[str, float]) -> Distribution:
    frame = pd.DataFrame(rows, columns=["visit", "value"])
    return Distribution("G", "Mood & sleep", frame, 0, 6)


def test_each_visit_with_values_has_a_row_with_its_number() -> None:
    made = visit_boxes(part(("a", 1), ("a", 3), ("a", 5), ("b", 2), ("z", 3)), VISITS)
    assert made is not None
    drawn = ET.fromstring(made)  # noqa: S314 - our own drawing
    texts = [text.text for text in drawn.iter("text")]
    assert texts == ["Baseline <1>", "3", "Day 7", "1"]
    assert "Baseline <1>: n = 3, 1 to 5, median 3" in (drawn.get("aria-label") or "")


def test_an_impossible_value_is_apart_and_does_not_move_the_box() -> None:
    made = visit_boxes(part(("a", 1), ("a", 3), ("b", 2), ("b", 2), ("b", 99)), VISITS)
    drawn = ET.fromstring(made or "")  # noqa: S314 - our own drawing
    kinds = [shape.get("class") for shape in drawn.iter("rect")]
    assert kinds == ["ok", "ok", "bad"]
    assert "impossible 1" in (drawn.get("aria-label") or "")


def test_nothing_is_shown_for_values_of_one_visit_or_of_none() -> None:
    assert visit_boxes(part(("a", 1), ("a", 3)), VISITS) is None
    frame = pd.DataFrame({"visit": [pd.NA, pd.NA], "value": [1.0, 2.0]})
    assert visit_boxes(Distribution("G", "Age", frame), VISITS) is None


def test_the_rows_of_the_visits_are_all_values_of_the_score() -> None:
    shown = findings(*WRONG)
    labels = {v.id: v.label for v in shown.protocol.schedule.visits}
    for each in distributions(shown):
        made = visit_boxes(each, labels)
        if each.group == "Characteristics":
            assert made is None
            continue
        drawn = ET.fromstring(made or "")  # noqa: S314 - our own drawing
        numbers = [text.text for text in drawn.iter("text")][1::2]
        assert sum(map(int, numbers)) == len(each.numbers)
