"""The reference trial analyzed once, for all tests of the report."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from equipoise.analyze.result import Results
from equipoise.analyze.run import analyze
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.computed_once import computed_once

if TYPE_CHECKING:  # a mutated module of the report is imported later than this one
    from equipoise.report.blocks import Table


@cache
def data() -> UnblindedTrialData:
    """Not to be changed."""
    return virtual()


@computed_once
def results() -> Results:
    """Of these data."""
    return analyze(feder(), data())


def texts(table: Table | None) -> dict[str, list[str]]:
    """Cells as texts, by the label of the row; of equal labels the last counts."""
    assert table is not None
    for _, cells in table.rows:
        assert len(cells) == len(table.head) - 1
    return {
        label.strip(): ["".join(c.text for c in cell) for cell in cells]
        for label, cells in table.rows
    }
