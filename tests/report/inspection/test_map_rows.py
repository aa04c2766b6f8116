"""Rows of the completeness map."""

import pandas as pd

from equipoise.report.inspection.completeness import completeness
from equipoise.report.inspection.map_rows import (
    MOST_PATTERNS,
    column_labels,
    map_columns,
    map_rows,
)
from tests.report.inspection.shown import findings


def test_few_participants_have_a_row_each() -> None:
    table = completeness(findings())
    columns = map_columns(table, findings())
    assert [visit for visit, _ in columns] == ["baseline", "infusion", "day-1", "day-7"]
    names, boxes = map_rows(table, columns, column_labels(columns, findings()))
    assert len(names) == len(boxes) == 24
    assert all(len(line) == len(columns) for line in boxes)


def test_every_participant_of_many_is_counted_in_one_row() -> None:
    visits = [f"v{n}" for n in range(8)]
    rows = [
        (f"P{k}", visit, "x", True, "complete" if k >> n & 1 else "absent")
        for k in range(200)
        for n, visit in enumerate(visits)
    ]
    names = ["participant", "visit", "subject", "planned", "state"]
    table = pd.DataFrame(rows, columns=names)
    columns = [(visit, "x") for visit in visits]
    labels, boxes = map_rows(table, columns, visits)
    assert len(labels) == len(boxes) == MOST_PATTERNS
    assert sum(int(label.split()[0]) for label in labels) == 200
