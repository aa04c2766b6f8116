"""The data contract: one place, and a page of the documentation made from it."""

from __future__ import annotations

import pytest

from equipoise.dataset.tables import PARTICIPANT, TABLES
from equipoise.dataset.typed import DTYPES


@pytest.mark.parametrize("name", TABLES)
def test_a_key_is_made_of_columns_of_the_table(name: str) -> None:
    table = TABLES[name]
    assert table.name == name
    columns = [column.name for column in table.columns]
    assert len(set(columns)) == len(columns)
    assert set(table.key) <= set(columns)
    assert table.columns[0] == PARTICIPANT
    assert {column.type for column in table.columns} <= set(DTYPES)


def test_a_column_is_found_by_its_name() -> None:
    assert TABLES["participants"].column("arm").unblinds
    with pytest.raises(KeyError):
        TABLES["participants"].column("shoe_size")


def test_what_unblinds_is_marked() -> None:
    told = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if column.unblinds
    }
    assert told == {"participants.arm", "exposures.drug", "exposures.dose_mg"}
