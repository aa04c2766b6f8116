"""SAS datasets: what SAS wrote is read, and a damaged file is rejected."""

import gzip
from base64 import b64decode
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError, EquipoiseError
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File

SAS = Path(__file__).with_name("sas")


def dataset(name: str) -> bytes:
    """A dataset that SAS wrote."""
    packed = (SAS / f"{name}.sas7bdat.gz.b64").read_text("ascii")
    return gzip.decompress(b64decode(packed))


SAMPLE = dataset("sample")
OBSERVATION = bytes.fromhex("4110000000000000")  # 1.0 as an IBM floating-point number


def read(folder: Path, content: bytes, name: str = "a.sas7bdat") -> Source:
    path = folder / name
    path.write_bytes(content)
    return read_source(path, File())


def test_numbers_texts_dates_and_times_are_those_of_sas(tmp_path: Path) -> None:
    cells = read(tmp_path, SAMPLE).cells
    assert cells["mychar"].tolist() == ["a", "b", "c", "d", "e"]
    assert cells["mynum"].tolist() == ["1.1", "1.2", "-1000.3", "-1.4", "1000.3"]
    days = ["2018-05-06", "1880-05-06", "1960-01-01", "1583-01-01", ""]
    assert cells["mydate"].tolist() == days
    assert cells["dtime"].iloc[0] == "2018-05-06 10:10:10"
    assert cells["mytime"].tolist()[1:] == ["23:10:10", "00:00:00", "16:10:10", ""]


def test_special_missing_values_are_missing_and_named(tmp_path: Path) -> None:
    """``.A`` to ``.Z`` and ``._`` of SAS never become numbers."""
    content = dataset("missing_test")
    source = read(tmp_path, content)
    assert source.cells.iloc[0].tolist() == [""] * 8 + ["1"]
    assert source.missing["var1"] == (".A",)
    assert any(".A in 1 row" in note for note in source.notes)


def test_special_missing_values_of_a_transport_file_are_missing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"ID": list("abcd"), "V": [1.0, 1.0, 1.0, 1.0]})
    pyreadstat.write_xport(frame, path, file_format_version=5)
    content = path.read_bytes()
    for mark in (b"A", b"_", b"."):  # 0 to 0.0625 if it were read as a number
        content = content.replace(OBSERVATION, mark + bytes(7), 1)
    assert sorted(read(tmp_path, content, "b.xpt").cells["V"]) == ["", "", "", "1"]


@pytest.mark.parametrize("length", [100, 1_000, 65_536, 70_000, len(SAMPLE) - 1])
def test_an_incomplete_file_is_rejected(tmp_path: Path, length: int) -> None:
    with pytest.raises(DataError, match="EQ340"):
        read(tmp_path, SAMPLE[:length])


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9_000), st.integers(0, 255)), min_size=1, max_size=30
    )
)
def test_a_damaged_file_is_read_or_rejected_with_a_code(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(SAMPLE)
    for position, byte in changes:
        content[position] = byte
    try:
        read(tmp_path_factory.mktemp("sas"), bytes(content))
    except EquipoiseError as refusal:
        assert refusal.code.startswith("EQ34")  # noqa: PT017 - it may also be read
