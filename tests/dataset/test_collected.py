"""An empty table is not known, unless its source confirms that it is empty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import TABLES
from tests.analyze.small import data


def test_rows_show_that_data_were_collected() -> None:
    assert collected(data(), "exposures")
    assert not collected(data(drugs={}), "exposures")


@pytest.mark.parametrize("table", list(NOT_COLLECTED))
def test_an_empty_table_is_collected_only_if_that_is_confirmed(table: str) -> None:
    known = replace(data(drugs={}), recorded_scores=data().recorded_scores.iloc[:0])
    assert getattr(known, table).empty
    assert not collected(known, table)
    sure = replace(known, origin=Origin(confirmed_empty=(table,)))
    assert collected(sure, table)


def test_ratings_may_be_recorded_as_scores() -> None:
    assert data().answers.empty
    assert collected(data(), "answers")


def test_every_kind_of_data_has_its_sentence() -> None:
    derived = {"participants", "recorded_scores"}  # always there; counted as answers
    assert set(NOT_COLLECTED) == set(TABLES) - derived
