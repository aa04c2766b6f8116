"""Laws over every table of a report: a column holds what its heading says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from equipoise.analyze.result import Estimate, Results
from equipoise.numerics.rounding import fixed, p_text
from equipoise.protocol.model import Protocol
from equipoise.report.blocks import Document, Table
from equipoise.report.document import document
from equipoise.report.table_cells import Cell
from tests.report.planted import planted
from tests.report.trials import TRIALS, VARIANTS, trial

ALL = (*TRIALS, *VARIANTS)


@cache
def planted_report(name: str) -> tuple[Protocol, Results, Document]:
    """A report of one of the trials with distinct numbers."""
    protocol, data, results = trial(name)
    numbers = planted(results)
    return protocol, numbers, document(protocol, data, numbers)


def tables(name: str) -> Iterator[Table]:
    for _, block in planted_report(name)[2].numbered():
        if isinstance(block, Table):
            yield block


def printed(name: str) -> Iterator[tuple[Table, str, str, Cell, Estimate]]:
    """Every number of every table: table, row, heading of the column, cell, estimate."""
    by_id = {row.id: row for row in planted_report(name)[1]}
    for table in tables(name):
        for label, cells in table.rows:
            for head, parts in zip(table.head[1:], cells, strict=True):
                for part in parts:
                    if part.id is not None and part.field is not None:
                        yield table, label, head, part, by_id[part.id]


@pytest.mark.parametrize("name", ALL)
def test_every_column_of_an_arm_holds_numbers_of_that_arm(name: str) -> None:
    labels = {arm.label: arm.id for arm in planted_report(name)[0].arms}
    seen = 0
    for table, row, head, _, estimate in printed(name):
        for label, arm in labels.items():
            if head == label or head.startswith((f"{label},", f"{label} (")):
                assert estimate.contrast == arm, (table.name, row, head, estimate.id)
                seen += 1
            if row.strip() == label or row.endswith(f": {label}"):
                assert arm in str(estimate.contrast), (table.name, row, estimate.id)
    assert seen > 20


@pytest.mark.parametrize("name", ALL)
def test_a_table_with_arms_names_them_in_its_headings(name: str) -> None:
    protocol = planted_report(name)[0]
    for table in tables(name):
        if not table.arms:
            continue
        assert len(table.arms) == len(table.head)
        for head, arm in zip(table.head, table.arms, strict=True):
            if arm is not None:
                assert head.startswith(protocol.arm(arm).label)


@pytest.mark.parametrize("name", ALL)
def test_a_comparison_stands_in_no_column_of_one_arm(name: str) -> None:
    ids = {arm.id for arm in planted_report(name)[0].arms}
    for table in tables(name):
        by_id = {row.id: row for row in planted_report(name)[1]}
        for label, cells in table.rows:
            for arm, parts in zip(table.arms[1:], cells, strict=False):
                for part in parts:
                    if arm is None or part.id is None:
                        continue
                    contrast = by_id[part.id].contrast
                    assert contrast == arm, (table.name, label, part.id)
    assert ids


@pytest.mark.parametrize("name", ALL)
def test_a_row_of_a_visit_holds_numbers_of_that_visit(name: str) -> None:
    visits = {v.label: v.id for v in planted_report(name)[0].schedule.visits}
    for table, row, _, _, estimate in printed(name):
        visit = visits.get(row.strip())
        if visit is not None and estimate.visit is not None:
            assert estimate.visit == visit, (table.name, row, estimate.id)


@pytest.mark.parametrize("name", ALL)
def test_every_number_is_that_of_its_estimate_rounded(name: str) -> None:
    for table, row, head, part, estimate in printed(name):
        value = getattr(estimate, str(part.field))
        text = part.text.replace("−", "-").strip("%")
        where = table.name, row, head, part.id, part.field
        if value is None:
            assert part.text == "–", where
        elif part.field == "p":
            assert text == p_text(value), where
        else:
            digits = len(text.partition(".")[2])
            assert text in {fixed(value * s, digits) for s in (1, 100)}, where


@pytest.mark.parametrize("name", ALL)
def test_the_ends_of_an_interval_stand_in_their_order(name: str) -> None:
    """An estimate in front, then the lower end, then the upper: all of one estimate."""
    for table in tables(name):
        for label, cells in table.rows:
            for parts in cells:
                ends = [p for p in parts if p.field in ("lower", "upper")]
                if len(ends) == 2:
                    assert [p.field for p in ends] == ["lower", "upper"], label
                    assert ends[0].id == ends[1].id, (table.name, label)
                    at = parts.index(ends[0])
                    before = [p for p in parts[:at] if p.id is not None]
                    assert not before or before[-1].id == ends[0].id, label
