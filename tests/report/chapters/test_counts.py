"""Cells of counts."""

from __future__ import annotations

from equipoise.analyze.result import Estimate
from equipoise.report.blocks import Table
from equipoise.report.chapters.counts import (
    count,
    of_arm,
    placed,
    raw,
    reasons,
    sentence,
)
from tests.analyze.feder import feder


def row(**numbers: object) -> Estimate:
    shared: dict[str, object] = {"id": "x.a", "endpoint": "x", "analysis": "count"}
    return Estimate(**shared, population="safety", **numbers)  # type: ignore[arg-type]


def text(made: Estimate | None) -> str:
    return "".join(cell.text for cell in count(feder(), made))


def test_a_count_is_written_with_its_denominator_and_percentage() -> None:
    assert text(row(estimate=5.0, statistic=1 / 3, n=15)) == "5/15 (33%)"
    assert text(row(estimate=0.0, statistic=0.0, n=15)) == "0/15 (0%)"


def test_a_lower_bound_is_no_percentage_and_what_is_not_known_a_dash() -> None:
    assert text(row(estimate=2.0, n=15)) == "≥ 2/15"
    assert text(row(n=15)) == "–"
    assert text(None) == "–"


def test_a_value_as_it_was_recorded() -> None:
    assert raw(feder(), row(estimate=177.0)).text == "177"
    assert raw(feder(), row(estimate=36.65)).text == "36.7"
    assert raw(feder(), None).text == "–"


def test_reasons_are_said_once_without_the_label() -> None:
    rows = [
        row(note="any event"),
        row(note="rash; not known"),
        row(note="x; not known"),
    ]
    assert reasons([*rows, None]) == "Not known."
    assert sentence("it is.") == "It is."


def test_the_cells_of_an_arm_and_the_place_of_a_table() -> None:
    made = of_arm(lambda name: row(note=name), "x", lambda e: (raw(feder(), e),))  # type: ignore[arg-type]
    assert made("a")[0].id == "x.a"
    table = placed(Table("t", "T", ("",), ()), "14.3.1", row())
    assert (table.group, table.population) == ("14.3.1", "safety")
