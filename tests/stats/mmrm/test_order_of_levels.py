"""Visits, doses, names and constants of participants: refused, or told in a note."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.row_checks import (
    Constancy,
    check_visits,
    refuse_measured_times,
    refuse_names,
    text_without_order,
)

AR1 = parse("y ~ a + ar1(v | i)")
US = parse("y ~ a + us(v | i)")


@pytest.mark.parametrize(
    ("visits", "rows", "most"),
    [(4, 16, 4), (8, 9, 3), (12, 144, 12), (100, 2000, 100), (12, 120, 4)],
)
def test_planned_visits_are_no_measured_times(
    visits: int, rows: int, most: int
) -> None:
    refuse_measured_times(US, visits, rows, most)


@pytest.mark.parametrize(("visits", "rows", "most"), [(180, 180, 3), (60, 180, 3)])
def test_measured_times_are(visits: int, rows: int, most: int) -> None:
    with pytest.raises(AnalysisError, match="EQ415"):
        refuse_measured_times(US, visits, rows, most)


def test_visits_that_are_ordered_or_two_are_never_refused() -> None:
    words = ("start", "middle", "end")
    ordered = pd.CategoricalDtype(words, ordered=True)
    assert check_visits(AR1, ordered, words, words) == ()
    assert check_visits(AR1, np.dtype(object), words[:2], words[:2]) == ()
    declared = pd.CategoricalDtype(words)
    assert check_visits(AR1, declared, words, words) == ()
    alphabet = pd.CategoricalDtype(sorted(words))
    told = check_visits(AR1, alphabet, tuple(sorted(words)), words)
    assert "order of the alphabet" in told[0]
    with pytest.raises(AnalysisError, match="EQ414"):
        check_visits(AR1, np.dtype(object), words, words)


@pytest.mark.parametrize(
    ("levels", "stored", "unknown"),
    [
        (("high", "low", "middle"), np.dtype(object), True),
        (("5 mg", "10 mg", "20 mg"), np.dtype(object), False),
        (
            ("10 mg", "20 mg", "5 mg"),
            pd.CategoricalDtype(["10 mg", "20 mg", "5 mg"]),
            True,
        ),
        (
            ("low", "middle", "high"),
            pd.CategoricalDtype(["low", "middle", "high"]),
            False,
        ),
    ],
)
def test_an_order_of_the_alphabet_is_known_as_such(
    levels: tuple[str, ...], stored: Any, unknown: bool
) -> None:
    column = pd.Series(pd.Categorical(levels, levels))
    assert text_without_order(column, stored) is unknown


def test_names_are_refused_but_not_sites() -> None:
    column = pd.Series(pd.Categorical([f"n{i}" for i in range(10)]), name="x")
    with pytest.raises(AnalysisError, match="EQ413"):
        refuse_names(column, np.dtype(object), 12)
    refuse_names(column, np.dtype(object), 60)
    refuse_names(column, column.dtype, 12)  # categories are meant


def test_covariates_that_change_in_few_participants_are_named() -> None:
    rows = pd.DataFrame(
        {"i": pd.Categorical([1, 1, 2, 2, 3, 3, 4]), "a": [5.0, 5, 1, 2, 3, 3, 9]}
    )
    constancy = Constancy()
    constancy.add(US, rows.assign(v=0))
    assert constancy.n == 3
    assert constancy.notes()[0].startswith("a has several values in 1 of 3")
    moving = Constancy()
    moving.add(US, rows.assign(a=range(7), v=0))  # time-dependent: no slip
    assert moving.notes() == ()
