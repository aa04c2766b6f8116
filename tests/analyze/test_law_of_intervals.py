"""The ends of every interval of an analysis stand in their order, around the estimate."""

from math import isfinite

import pytest

from equipoise.analyze.result import Results
from tests.analyze import rare
from tests.report.trials import TRIALS, VARIANTS, trial

# Sorted by size: a number needed to treat turns the ends of its difference around.
SMALLEST = 1e-9


@pytest.mark.parametrize("name", TRIALS)
def test_the_estimate_lies_in_its_interval(name: str) -> None:
    seen = 0
    for row in trial(name)[2]:
        if row.estimate is None:
            continue
        room = SMALLEST * max(1.0, abs(row.estimate))
        if row.lower is not None and row.analysis != "e-value":
            assert row.lower <= row.estimate + room, row.id
            seen += 1
        if row.upper is not None:
            assert row.upper >= row.estimate - room, row.id
    assert seen > 50


@pytest.mark.parametrize("name", TRIALS)
def test_probabilities_lie_between_0_and_1(name: str) -> None:
    for row in trial(name)[2]:
        assert row.p is None or 0 <= row.p <= 1, row.id
        assert row.std_error is None or row.std_error >= 0, row.id
        if row.analysis in ("proportion", "survival", "at-visit", "incidence"):
            assert row.estimate is None or 0 <= row.estimate <= 1, row.id


def _known(name: str) -> Results:
    return rare.alone()[2] if name == "alone" else trial(name)[2]


@pytest.mark.parametrize("name", [*TRIALS, *VARIANTS, "alone"])
def test_what_is_no_number_is_left_out(name: str) -> None:
    """Nobody rated, one participant, no event: None, and no NaN that a table prints."""
    for row in _known(name):
        values = (
            row.estimate,
            row.std_error,
            row.lower,
            row.upper,
            row.statistic,
            row.p,
        )
        assert all(v is None or isfinite(v) for v in values), row.id
        assert row.df is None or row.df > 0, row.id
