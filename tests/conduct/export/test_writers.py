"""Files of an export: no time in them, and typed columns in Parquet."""

import io
from collections.abc import Callable
from datetime import datetime
from zipfile import ZipFile

import pandas as pd
import pytest

from equipoise.conduct.export.writers import EPOCH, CsvSink, ParquetSink, Sink
from equipoise.dataset.tables import Column, Table

AT = datetime(2027, 1, 4, 9, 30)  # noqa: DTZ001 - as the tables hold it
COLUMNS = (
    Column("who", "text", "a person"),
    Column("n", "integer", "a number"),
    Column("at", "datetime", "a time"),
    Column("ok", "flag", "a flag"),
)
TABLES = {"seen": Table("seen", "a row", COLUMNS, ("who",))}


def made(kind: Callable[..., Sink]) -> ZipFile:
    sink = kind(TABLES)
    sink.add("seen", {"who": "P1", "n": 3, "at": AT, "ok": True})
    sink.add("seen", {"who": "P2"})
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        sink.finish(archive, {"a.txt": "beside"})
    return ZipFile(file)


@pytest.mark.parametrize("kind", [CsvSink, ParquetSink])
def test_no_time_is_in_an_archive(kind: Callable[..., Sink]) -> None:
    assert {info.date_time for info in made(kind).infolist()} == {EPOCH}


@pytest.mark.parametrize("kind", [CsvSink, ParquetSink])
def test_a_text_stands_beside_the_tables(kind: Callable[..., Sink]) -> None:
    archive = made(kind)
    assert archive.namelist()[-1] == "a.txt"
    assert archive.read("a.txt") == b"beside"


def test_csv() -> None:
    text = made(CsvSink).read("seen.csv").decode()
    assert text.splitlines()[1:] == ['"P1",3,2027-01-04 09:30:00,True', '"P2",,,']


def test_parquet() -> None:
    frame = pd.read_parquet(io.BytesIO(made(ParquetSink).read("seen.parquet")))
    assert frame["at"].tolist() == [pd.Timestamp(AT), pd.NaT]
    assert frame["n"].isna().tolist() == [False, True]
