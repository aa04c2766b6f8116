"""How the files were read: counts of participants, rows and events, and repeated rows."""

import csv
from pathlib import Path

import openpyxl
import pytest

import equipoise as eq
from equipoise.errors import DataError, LibraryError
from tests.exchange.small import LONG, MAPPING, START, protocol, read
from tests.exchange.test_trial_participants import trial


def test_every_file_states_what_it_brought(tmp_path: Path) -> None:
    data = trial(tmp_path, "P-001,Fall\nP-001,Nausea\nP-003,Fall\n")
    assert data.origin.reading == (
        "people.csv: 3 participants in 3 rows; this file states who takes part.",
        "ratings.csv: 5 rows of 3 of the 3 participants; no other identifier.",
        "ae.csv: 3 rows of 2 of the 3 participants; no other identifier, with 3 adverse "
        "events.",
    )


def test_identical_rows_are_named(tmp_path: Path) -> None:
    """Two equal adverse events stay two; nobody can know whether one was typed twice."""
    data = trial(tmp_path, "P-001,Fall\nP-002,Fall\nP-001,Fall\n")
    assert len(data.events) == 3
    assert "ae.csv: rows 2, 4 are identical to another row." in data.origin.reading


def test_rows_that_are_read_together_are_named(tmp_path: Path) -> None:
    rule = START + '[[columns]]\ncolumn = "sex"\nto = "participants.sex"\n'
    data = read(tmp_path, "id,sex\nA,F\nB,M\nA,\n", rule)
    assert data.origin.reading[1] == (
        "export.csv: several rows were read together for 'A'."
    )


def test_sites_in_two_spellings_are_named(tmp_path: Path) -> None:
    rule = START + '[[columns]]\ncolumn = "site"\nto = "participants.site"\n'
    data = read(tmp_path, "id,site\nA,North\nB,north\nC,South\n", rule)
    assert data.participants["site"].nunique() == 3
    assert data.origin.reading[1] == (
        "site: 'North', 'north' differ only in their spelling and were read as different "
        "values."
    )


@pytest.mark.parametrize("year", ["1900", "1904"])
def test_another_way_of_counting_days_than_the_workbook_states_is_told(
    tmp_path: Path, year: str
) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in csv.reader(LONG.splitlines()):
        book.active.append([46_000 if "2026" in text else text for text in row])
    book.save(tmp_path / "a.xlsx")
    rule = MAPPING.replace("%Y-%m-%d", f"spreadsheet-{year}")
    (tmp_path / "mapping.toml").write_text(rule)
    data = eq.read_data(
        tmp_path / "a.xlsx", protocol(), mapping=tmp_path / "mapping.toml"
    )
    told = [text for text in data.origin.reading if text.startswith("Warning:")]
    if year == "1904":
        assert told == []
    else:
        assert told == [
            "Warning: a.xlsx: dates counted from 1900 are read from the numbers of start, "
            "date, as the mapping states, and the workbook counts from 1904: the other way "
            "of counting is four years and a day off."
        ]


@pytest.mark.parametrize("name", ["nothing.csv", "nothing"])
def test_an_absent_file_is_named_before_its_mapping(tmp_path: Path, name: str) -> None:
    with pytest.raises(LibraryError) as refusal:
        eq.read_data(tmp_path / name, protocol())
    assert refusal.value.code == "EQ002"
    assert name in str(refusal.value)


def test_a_folder_without_data_is_not_searched_for_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"x")
    with pytest.raises(DataError) as refusal:
        eq.read_data(tmp_path, protocol())
    assert refusal.value.code == "EQ349"
    assert "contains no data file" in str(refusal.value)


def test_ratings_that_are_not_read_are_a_warning(tmp_path: Path) -> None:
    """An endpoint that cannot be estimated is no finding: the reader is told why."""
    score = '[[columns]]\ncolumn = "madrs"\nto = "score.madrs.total"\n'
    unmapped = MAPPING.replace(score, "") + '[ignore]\nmadrs = "entered elsewhere"\n'
    *_, warning = read(tmp_path, LONG, unmapped).origin.reading
    assert warning.startswith("Warning: no rating of Montgomery-Åsberg")
    assert "no column is mapped. Columns that are not read: 'madrs' (entered" in warning
    nothing = "\n".join(line.rpartition(",")[0] + "," for line in LONG.splitlines()[1:])
    *_, warning = read(tmp_path, f"{LONG.splitlines()[0]}\n{nothing}\n").origin.reading
    assert warning.endswith("the columns have no value.")
    assert "Warning" not in " ".join(read(tmp_path).origin.reading)
