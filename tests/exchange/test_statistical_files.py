"""Files of SPSS, Stata and SAS: the values that were entered, with their meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.statistical_files import single_precision
from tests.shared_data import shared

FRAME = pd.DataFrame(
    {
        "id": ["P1 ", "P2", "P3"],
        "madrs": [30.0, -99, 0],
        "temp": [36.6, 0.1, np.nan],
        "day": [dt.date(2026, 3, 4), dt.date(1900, 1, 1), None],
        "at": [dt.datetime.fromisoformat("2026-03-04T09:30:00"), None, None],
        "note": ["Zoë", "", " y"],
    }
)
TEXTS = {
    "id": ["P1", "P2", "P3"],
    "madrs": ["30", "-99", "0"],
    "temp": ["36.6", "0.1", ""],
    "day": ["2026-03-04", "1900-01-01", ""],
    "at": ["2026-03-04 09:30:00", "", ""],
    "note": ["Zoë", "", "y"],
}
Write = Callable[..., None]


def xport(version: int) -> Write:
    def write(frame: pd.DataFrame, path: str, **more: Any) -> None:
        options = {"file_format_version": version, "table_name": "A"}
        pyreadstat.write_xport(frame, path, **options, **more)

    return write


WRITERS: dict[str, tuple[str, Write]] = {
    "sav": ("a.sav", pyreadstat.write_sav),
    "zsav": ("a.zsav", lambda f, p: pyreadstat.write_sav(f, p, compress=True)),
    "dta": ("a.dta", pyreadstat.write_dta),
    "dta 115": ("b.dta", lambda f, p: pyreadstat.write_dta(f, p, version=12)),
    "xpt 5": ("a.xpt", xport(5)),
    "xpt 8": ("b.xpt", xport(8)),
}


def source(path: Path, **how: Any) -> Source:
    return read_source(path, File.model_validate(how))


def texts(path: Path) -> dict[str, list[str]]:
    return source(path).cells.to_dict("list")


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_values_that_were_entered(
    tmp_path: Path, kind: str
) -> None:
    name, write = WRITERS[kind]
    frame = (
        FRAME.assign(note=FRAME["note"].str.replace("ë", "e"))
        if "115" in kind
        else FRAME
    )
    write(frame, str(tmp_path / name))
    expected = TEXTS | ({"note": ["Zoe", "", "y"]} if "115" in kind else {})
    assert texts(tmp_path / name) == expected


def test_a_portable_file_has_names_in_capitals(tmp_path: Path) -> None:
    frame = FRAME.drop(columns=["note"])
    pyreadstat.write_por(frame, str(tmp_path / "a.por"))
    expected = {name.upper(): cells for name, cells in TEXTS.items() if name != "note"}
    assert texts(tmp_path / "a.por") == expected


def test_rows_are_numbered_as_spss_numbers_cases(tmp_path: Path) -> None:
    pyreadstat.write_sav(FRAME, str(tmp_path / "a.sav"))
    assert source(tmp_path / "a.sav").cells.index.tolist() == [1, 2, 3]


def test_spss_labels_and_missing_values_are_known(tmp_path: Path) -> None:
    pyreadstat.write_sav(
        FRAME,
        str(tmp_path / "a.sav"),
        column_labels={"madrs": "MADRS total"},
        variable_value_labels={"madrs": {-99: "not done", 0: "none"}},
        missing_ranges={"madrs": [-99, {"lo": -9, "hi": -7}], "note": ["y"]},
    )
    read = source(tmp_path / "a.sav")
    assert read.labels == {"madrs": "MADRS total"}
    assert read.choices == {"madrs": {"-99": "not done", "0": "none"}}
    assert read.missing == {"madrs": ("-99",), "note": ("y",)}
    assert read.cells["madrs"].tolist() == ["30", "", "0"]
    assert read.notes[0] == (
        "Column madrs: codes that the file declares missing are read as missing: -99 "
        "(not done) in 1 row."
    )


def test_a_range_of_missing_values_includes_its_ends(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": list("abcde"), "x": [-10.0, -9, -8.5, -7, -6]})
    ranges = {"x": [{"lo": -9, "hi": -7}]}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), missing_ranges=ranges)
    read = source(tmp_path / "a.sav")
    assert read.cells["x"].tolist() == ["-10", "", "", "", "-6"]
    assert read.missing["x"] == ("-7", "-8.5", "-9")


def test_missing_codes_of_stata_are_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "x": [1, "a", "b"]})
    pyreadstat.write_dta(
        frame,
        str(tmp_path / "a.dta"),
        missing_user_values={"x": ["a", "b"]},
        variable_value_labels={"x": {"a": "refused"}},
    )
    read = source(tmp_path / "a.dta")
    assert read.cells["x"].tolist() == ["1", "", ""]
    assert read.missing["x"] == (".a", ".b")
    assert ".a (refused) in 1 row, .b in 1 row" in read.notes[0]


def test_single_precision_has_the_digits_that_were_entered(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [1, 2], "x": np.array([36.6, 1e6 + 0.1], "float32")})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    assert texts(tmp_path / "a.dta")["x"][0] == "36.6"


@given(st.decimals(min_value=-1000, max_value=1000, places=3))
def test_single_precision_keeps_three_decimals(value: Any) -> None:
    assert float(single_precision(float(np.float32(float(value))))) == float(value)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.decimals(-(10**6), 10**6, places=4), min_size=1, max_size=30))
def test_a_transport_file_keeps_the_decimals(
    tmp_path_factory: pytest.TempPathFactory, values: list[Any]
) -> None:
    """IBM floating point: zero stays zero, 25.1 stays 25.1."""
    path = tmp_path_factory.mktemp("xpt") / "a.xpt"
    numbers = [float(value) for value in values]
    xport(5)(pd.DataFrame({"id": range(len(numbers)), "x": numbers}), str(path))
    assert [float(text) for text in texts(path)["x"]] == numbers


@pytest.mark.parametrize("name", ["dm", "ae", "ds", "adsl"])
def test_cdisc_publishes_the_same_data_as_xpt_and_as_json(name: str) -> None:
    transport = source(shared(f"data/cdisc/{name}.xpt"))
    dataset = source(shared(f"data/cdisc/{name}.json"))
    pd.testing.assert_frame_equal(transport.cells, dataset.cells)
    assert transport.labels == dataset.labels
    assert set(transport.labels) == set(transport.cells)


def test_a_transport_file_of_two_tables_is_rejected(tmp_path: Path) -> None:
    xport(5)(FRAME, str(tmp_path / "a.xpt"))
    raw = (tmp_path / "a.xpt").read_bytes()
    (tmp_path / "b.xpt").write_bytes(raw + raw[240:])
    with pytest.raises(DataError, match="contains 2 tables"):
        source(tmp_path / "b.xpt")


@pytest.mark.parametrize("kind", [k for k in WRITERS if k != "zsav"])
def test_a_file_that_was_cut_is_rejected(tmp_path: Path, kind: str) -> None:
    name, write = WRITERS[kind]
    path = tmp_path / name
    write(FRAME.drop(columns="note"), str(path))
    path.write_bytes(path.read_bytes()[:-130])
    with pytest.raises(DataError) as refusal:
        source(path)
    assert refusal.value.code == "EQ340"


def test_another_encoding_can_be_stated(tmp_path: Path) -> None:
    """A Stata file of before version 14 does not state its encoding."""
    path = tmp_path / "a.dta"
    FRAME[["id", "note"]].to_stata(path, write_index=False, version=114)
    assert source(path, encoding="latin1").cells["note"].tolist() == ["Zoë", "", "y"]


def test_a_format_of_dates_that_is_not_converted_is_noted(tmp_path: Path) -> None:
    months = pd.DataFrame({"id": [1], "x": [794.0]})
    pyreadstat.write_dta(months, str(tmp_path / "a.dta"), variable_format={"x": "%tm"})
    read = source(tmp_path / "a.dta")
    assert read.cells["x"].tolist() == ["794"]
    (note,) = read.notes
    assert note.startswith("Column x: the format %TM shows dates, times or parts")
    assert "such as 794: check" in note


def test_a_damaged_file_does_not_end_the_program(tmp_path: Path) -> None:
    """These four bytes make the C library write beyond its memory."""
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        FRAME, str(path), missing_ranges={"madrs": [-99, {"lo": -9, "hi": -7}]}
    )
    raw = bytearray(path.read_bytes())
    for place, value in ((286, 132), (368, 255), (369, 42), (522, 255)):
        raw[place] = value
    path.write_bytes(raw)
    with pytest.raises(DataError, match="EQ340"):
        source(path)
