"""Dates stored as numbers: read as openpyxl reads them, proposed with CHECK, refused."""

import re
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, to_excel
from typer.testing import CliRunner

import equipoise as eq
from equipoise.cli.commands import app
from equipoise.errors import DataError
from equipoise.exchange.cells import dates
from equipoise.exchange.spreadsheet_dates import (
    SERIALS,
    likely_serial,
    serial_dates,
    serial_formats,
    serial_hint,
)
from tests.exchange.small import LONG, MAPPING, TUTORIAL, protocol, read, refused

EPOCHS = {"spreadsheet-1900": WINDOWS_EPOCH, "spreadsheet-1904": MAC_EPOCH}


def one(text: str, name: str) -> pd.Timestamp:
    return serial_dates(pd.Series([text], dtype="string"), name).iloc[0]


@pytest.mark.property
@given(
    name=st.sampled_from(sorted(SERIALS)),
    day=st.integers(61, 129_999),
    share=st.floats(0, 0.99999),
)
def test_numbers_are_read_as_openpyxl_reads_them(
    name: str, day: int, share: float
) -> None:
    text = repr(day + share)
    expected = from_excel(float(text), EPOCHS[name])
    assert isinstance(expected, datetime)
    # Both round a fraction of a day to a millisecond, openpyxl the fraction alone.
    assert abs(one(text, name) - expected) <= pd.Timedelta(milliseconds=1)
    assert one(str(day), name) == from_excel(day, EPOCHS[name])


def test_the_day_that_did_not_exist_and_those_before_it_are_not_read() -> None:
    # openpyxl gives one date for two numbers: Excel shows 60 as 29 February 1900.
    assert from_excel(59) == from_excel(60) == datetime(1900, 2, 28)  # noqa: DTZ001
    for day in range(-2, 61):
        assert one(str(day), "spreadsheet-1900") is pd.NaT
    assert one("61", "spreadsheet-1900") == pd.Timestamp("1900-03-01")
    assert one("0", "spreadsheet-1904") is pd.NaT
    assert one("1", "spreadsheet-1904") == from_excel(1, MAC_EPOCH)


@pytest.mark.parametrize(
    "text",
    ["45,000", "4.6E4", "2026-03-11", "130000", "1" * 400, "x", "-46000", "٤٦٠٠٠"],
)
def test_other_texts_are_not_read(text: str) -> None:
    for name in SERIALS:
        assert one(text, name) is pd.NaT


def test_times_with_either_decimal_mark() -> None:
    texts = pd.Series(["46092.75", "46092,75", None], dtype="string")
    found = dates(texts, "spreadsheet-1900")
    assert found.dropna().eq(pd.Timestamp("2026-03-11 18:00")).all()
    assert found.notna().sum() == 2


def test_likely_numbers_are_those_of_this_half_century() -> None:
    for year in (2000, 2049):
        day = datetime(year, 6, 1)  # noqa: DTZ001
        for epoch in EPOCHS.values():
            assert likely_serial(f"{to_excel(day, epoch):.0f}")
    assert not any(map(likely_serial, ["30", "365", "35000", "20260311", ""]))
    assert serial_formats(["46092"], from_1904=True)[0] == "spreadsheet-1904"
    assert serial_formats(["46092", "7"], from_1904=False) == ()
    assert serial_hint(["7", "x"]) == ""


SERIAL = LONG
for _day in range(10, 14):
    SERIAL = SERIAL.replace(
        f"2026-03-{_day}",
        f"{to_excel(datetime(2026, 3, _day)):.0f}",  # noqa: DTZ001
    )


def test_the_stated_format_gives_the_days_of_the_same_dates(tmp_path: Path) -> None:
    stated = MAPPING.replace("%Y-%m-%d", "spreadsheet-1900")
    found, expected = read(tmp_path, SERIAL, stated), read(tmp_path)
    pd.testing.assert_frame_equal(found.visits, expected.visits)
    other = read(tmp_path, SERIAL, MAPPING.replace("%Y-%m-%d", "spreadsheet-1904"))
    pd.testing.assert_frame_equal(other.visits, expected.visits)  # days are differences


def test_the_refusal_names_the_format(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        read(tmp_path, SERIAL)
    start, visit = (p.fix for p in refusal.value.problems if p.code == "EQ338")
    assert '`format = "spreadsheet-1900"` (46092 is 2026-03-11)' in start
    assert '`format = "spreadsheet-1904"` (46091 is 2030-03-11)' in visit
    assert (
        "spreadsheet" not in refused(tmp_path, SERIAL.replace("460", "x"))["EQ338"].fix
    )


def test_a_number_of_a_date_is_no_study_day(tmp_path: Path) -> None:
    bare = MAPPING.replace('actual_day"\nformat = "%Y-%m-%d"', 'actual_day"')
    start = bare.replace("%Y-%m-%d", "spreadsheet-1900")
    problem = refused(tmp_path, SERIAL, start)["EQ337"]
    assert "not a number of days" in problem.what
    assert '"spreadsheet-1900"` (46091 is 2026-03-10)' in problem.fix


def test_an_unknown_count_of_days_is_refused(tmp_path: Path) -> None:
    wrong = MAPPING.replace("%Y-%m-%d", "spreadsheet-1901")
    assert "spreadsheet-1904" in refused(tmp_path, SERIAL, wrong)["EQ332"].what


def workbook(path: Path, epoch: datetime) -> Path:
    """The tutorial's export, its dates stored as plain numbers."""
    table = pd.read_csv(TUTORIAL / "export.csv")
    for name in ("infusion_date", "visit_date"):
        days = pd.to_datetime(table[name], format="%d-%m-%Y", errors="coerce")
        table[name] = [to_excel(d, epoch) if d == d else None for d in days]
    book = openpyxl.Workbook()
    book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet.append(list(table))
    for row in table.astype(object).replace({np.nan: None}).itertuples(index=False):
        sheet.append(list(row))
    book.save(path)
    return path


@pytest.mark.parametrize(("name", "epoch"), EPOCHS.items())
def test_the_draft_proposes_the_format_to_be_checked(
    tmp_path: Path, name: str, epoch: datetime
) -> None:
    book = workbook(tmp_path / "ratings.xlsx", epoch)
    out, trial = tmp_path / "mapping.toml", str(TUTORIAL / "protocol.toml")
    words = ["map", str(book), "--protocol", trial, "--out", str(out)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    draft = out.read_text("utf-8")
    plain = " ".join(draft.replace("\n# ", " ").split())
    assert draft.count(f'format = "{name}"') == 2
    example = next(
        f"{text} is {from_excel(text, epoch):%Y-%m-%d}"
        for text in (46_000, 44_000)
        if str(text) in draft
    )
    assert f"{example}: compare a date with the source" in plain
    assert f"{to_excel(datetime(2026, 3, 11), epoch):.0f}" not in draft  # noqa: DTZ001
    with pytest.raises(DataError, match="EQ355"):
        eq.read_data(book, protocol(), mapping=out)
    draft = re.sub(r"rand_group = .*\n", "", draft.replace("CHECK", ""))
    draft = draft.replace("NOT RECOGNIZED", "not needed")
    draft += '\n[[columns]]\ncolumn = "rand_group"\nto = "participants.arm"\n'
    draft += 'values = { 1 = "ketamine", 2 = "midazolam" }\n'
    out.write_text(draft, "utf-8")
    found = eq.read_data(book, protocol(), mapping=out).visits
    tutorial = TUTORIAL / "mapping.toml"
    read_ = eq.read_data(TUTORIAL / "export.csv", protocol(), mapping=tutorial)
    keys = ["participant", "visit", "actual_day"]
    expected = read_.visits[read_.visits["visit"] != "infusion"]
    shown = found[found["visit"] != "infusion"]
    pd.testing.assert_frame_equal(
        shown[keys].reset_index(drop=True), expected[keys].reset_index(drop=True)
    )
