"""Distributions, and values that are impossible or unlikely."""

import pandas as pd

from equipoise.report.inspection.distributions import (
    Distribution,
    counts,
    distributions,
    limits,
    marked_values,
)
from tests.report.inspection.shown import WRONG, findings


def some(values: list[float], **more: object) -> Distribution:
    frame = pd.DataFrame({"participant": "P1", "visit": "v", "value": values})
    return Distribution("G", "L", frame.assign(timepoint_min=pd.NA), **more)  # type: ignore[arg-type]


def test_each_value_of_the_tables_is_in_a_distribution() -> None:
    found = {part.label: part for part in distributions(findings())}
    assert len(found["MADRS: Total"].numbers) == 67
    items = [part for part in found.values() if part.group == "Items of MADRS"]
    assert sum(len(p.numbers) for p in items) == len(findings().tables["answers"])


def test_an_impossible_value_has_its_row_in_the_file() -> None:
    shown = findings(*WRONG)
    marks = marked_values(shown, distributions(shown))
    row = marks[marks["value"] == 9].iloc[0]
    assert (row["kind"], row["row"], row["column"]) == ("impossible", 3, "madrs_03")
    assert marked_values(findings(), distributions(findings())).empty


def test_a_value_far_from_all_others_is_unlikely_and_not_impossible() -> None:
    part = some([*map(float, range(30)), 400.0])
    assert list(part.values["value"][part.unlikely]) == [400.0]
    assert not part.impossible.any()
    assert not some([1.0, 2.0, 400.0]).unlikely.any(), "too few to say"


def test_limits_are_stated_in_words() -> None:
    assert limits(some([1], low=0, high=60)) == "0 to 60"
    assert limits(some([1], low=0)) == "at least 0"
    assert limits(some([1], high=9)) == "at most 9"
    assert limits(some([1])) == "not stated"
    assert limits(some([1], low=0, high=6, allowed=(0, 2, 6))) == "0, 2, 6"


def test_codes_are_counted() -> None:
    found = {part.label: dict(part.counts) for part in counts(findings())}
    assert found["Sex"] == {"Female": 15, "Male": 9}
    assert found["Arm"] == {"Ketamine": 12, "Midazolam": 12}
