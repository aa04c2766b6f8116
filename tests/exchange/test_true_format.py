"""The error of a file under a wrong name names what the file is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import EquipoiseError
from equipoise.exchange.files import SUFFIXES, read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.statistical_files import FUNCTIONS
from equipoise.exchange.true_format import OLE, SAS

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"


def refusal(path: Path) -> EquipoiseError:
    with pytest.raises(EquipoiseError) as found:
        read_source(path, File())
    return found.value


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.xlsx", b"id,madrs\nP1,30\n", "is a text"),
        ("a.xlsx", b"<html><body><table><tr><td>id</td>", "HTML"),
        ("a.xls", b"\xef\xbb\xbf <html><body><table>", "HTML"),
        ("a.xls", b"id\tmadrs\nP1\t30\n", "cannot be read"),
        ("a.xls", OLE + bytes(500), "old Excel workbook"),
        ("a.xlsx", OLE + bytes(500), "protected by a password"),
        ("a.csv", b"<!DOCTYPE html><html><title>Log in", "HTML"),
        ("a.csv", b"PK\x03\x04" + bytes(50), "workbook"),
        ("a.csv", b"PAR1" + bytes(50), "Parquet"),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.csv", b"$FL2@(#) SPSS DATA FILE", "SPSS"),
        ("a.csv", SAS + bytes(50), "SAS dataset"),
        ("a.sav", b"id,madrs\nP1,30\n", "is a text"),
        ("a.dta", b"id,madrs\nP1,30\n", "is a text"),
        ("a.csv", b"\x1f\x8b\x08" + bytes(50), "gzip"),
        ("a.csv", POINTER, "Git LFS"),
        ("a.parquet", POINTER, "Git LFS"),
        ("._a.csv", b"\0\x05\x16\x07" + bytes(50), "macOS"),
        ("a.sas7bdat", b"id,madrs\nP1,30\n", "is a text"),
    ],
)
def test_the_true_cause_is_named(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    found = refusal(written(tmp_path, name, content))
    assert what in found.problems[0].what
    assert found.code in ("EQ340", "EQ346")
    assert found.problems[0].fix


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_placeholder_without_bytes_is_empty(tmp_path: Path, suffix: str) -> None:
    found = refusal(written(tmp_path, f"a{suffix}", b""))
    assert found.code == "EQ341"
    assert "download" in found.problems[0].fix


def test_a_workbook_under_the_name_of_a_text_is_named(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert "workbook" in refusal(tmp_path / "a.csv").problems[0].what


PARSED_HERE = [suffix for suffix in SUFFIXES if suffix not in FUNCTIONS]


@given(st.sampled_from(PARSED_HERE), st.binary(max_size=300))
def test_no_bytes_end_in_another_error(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes
) -> None:
    path = written(tmp_path_factory.mktemp("bytes"), f"a{suffix}", content)
    with suppress(EquipoiseError):
        read_source(path, File())
