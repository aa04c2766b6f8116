"""An empty table is not known, unless its source confirms that it is empty."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import OPTIONAL, TABLES
from tests.analyze.small import data


def test_rows_show_that_data_were_collected() -> None:
    assert collected(data(), "exposures")
    assert not collected(data(drugs={}), "exposures")


@pytest.mark.parametrize("table", [name for name in NOT_COLLECTED if name in TABLES])
def test_an_empty_table_is_collected_only_if_that_is_confirmed(table: str) -> None:
    known = replace(data(drugs={}), recorded_scores=data().recorded_scores.iloc[:0])
    assert getattr(known, table).empty
    assert not collected(known, table)
    sure = replace(known, origin=Origin(confirmed_empty=(table,)))
    assert collected(sure, table)


def test_ratings_may_be_recorded_as_scores() -> None:
    assert data().answers.empty
    assert collected(data(), "answers")


@pytest.mark.parametrize("table", list(OPTIONAL))
def test_an_optional_table_is_provided_if_it_is_there_also_without_rows(
    table: str,
) -> None:
    assert not collected(data(), table)
    assert collected(replace(data(), provided={table: pd.DataFrame()}), table)


def test_every_kind_of_data_has_its_sentence() -> None:
    derived = {"participants", "recorded_scores"}  # always there; counted as answers
    assert set(NOT_COLLECTED) == {*TABLES, *OPTIONAL} - derived
