"""The data contract: one place, and a page of the documentation made from it."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from equipoise.dataset.column_types import DTYPES
from equipoise.dataset.tables import PARTICIPANT, TABLES
from equipoise.errors import CODES

DOCS = Path(__file__).resolve().parents[2] / "docs"


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


def test_the_page_of_the_tables_is_that_of_the_program() -> None:
    maker = runpy.run_path(str(DOCS / "reference_pages.py"))
    page = (DOCS / "reference" / "data.md").read_text("utf-8")
    assert page == maker["pages"]()["data.md"], "python docs/reference_pages.py"


def test_the_page_names_every_problem_of_tables_that_may_be_accepted() -> None:
    page = (DOCS / "reference" / "data.md").read_text("utf-8")
    acceptable = {code for code, row in CODES.items() if row.acceptable}
    of_tables = {code for code in acceptable if "EQ300" <= code < "EQ330"}
    of_tables |= {"EQ354"}  # of participants, found when several tables are compared
    assert set(re.findall(r"^\| (EQ\d+) \|", page, re.M)) == of_tables
