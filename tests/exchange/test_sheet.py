"""The table of a sheet: where it begins and ends, and what its columns are called."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import DataError, Problem
from equipoise.exchange.files import Source, read_for_draft, read_source
from equipoise.exchange.mapping import File
from tests.exchange.small import LONG, MAPPING, read, refused

HEAD = ["id", "visit", "madrs", "age"]
ROWS = [
    ["P-001", "V0", "30", "41"],
    ["P-001", "V1", "21", "41"],
    ["P-002", "V0", "28", "35"],
    ["P-002", "V1", "", "35"],
]
NAMES = {"id", "visit", "madrs", "age"}


def written(folder: Path, rows: list[list[str]], name: str = "a.csv") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    (folder / name).write_text(text.getvalue(), "utf-8")
    return folder / name


def table(folder: Path, rows: list[list[str]], **how: object) -> Source:
    return read_source(written(folder, rows), File.model_validate(how))


def unclear(folder: Path, rows: list[list[str]], code: str = "EQ351") -> Problem:
    path = written(folder, rows)
    for reader in (read_source, read_for_draft):
        with pytest.raises(DataError) as refusal:
            reader(path, File())
        assert refusal.value.code == code
    return refusal.value.problems[0]


def content(source: Source) -> list[list[str]]:
    return source.cells.to_numpy().tolist()


def test_a_plain_table_is_read_without_a_note(tmp_path: Path) -> None:
    source = table(tmp_path, [HEAD, *ROWS])
    assert content(source) == ROWS
    assert source.cells.index.tolist() == [2, 3, 4, 5]
    assert source.notes == ()


def test_titles_above_the_header_are_left_out_and_reported(tmp_path: Path) -> None:
    rows = [["Trial KET-01"], ["Export of 2026-05-01", "site 3"], [], HEAD, *ROWS]
    source, keys = read_for_draft(written(tmp_path, rows), File())
    assert content(source) == ROWS
    assert source.cells.index.tolist() == [5, 6, 7, 8]
    assert source.notes == (
        "The header is in row 4; rows 1 to 2 above it are omitted.",
    )
    assert keys == {"header_row": 4}
    stated = read_source(tmp_path / "a.csv", File.model_validate(keys))
    assert stated.cells.equals(source.cells)
    assert "as stated" in stated.notes[0]


def test_the_stated_header_must_have_content(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 2 of header_row has no content"):
        table(tmp_path, [["Title"], [], HEAD, *ROWS], header_row=2)


@pytest.mark.parametrize("rows", [ROWS, [["Title"], *ROWS], [["P-000", ""], *ROWS]])
def test_a_file_without_names_is_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    assert "--header-row" in unclear(tmp_path, rows).fix


def test_numbers_may_be_names_of_columns(tmp_path: Path) -> None:
    source = table(tmp_path, [["id", "1", "7"], ["P-001", "30", "21"]])
    assert list(source.cells) == ["id", "1", "7"]


def test_names_over_two_rows_are_joined_where_one_row_repeats_them(
    tmp_path: Path,
) -> None:
    upper = ["", "Baseline", "", "Week 1", ""]
    lower = ["id", "MADRS", "HAMD", "MADRS", "HAMD"]
    rows = [upper, lower, *([f"P-{n}", "30", "20", "21", "12"] for n in range(4))]
    source, keys = read_for_draft(written(tmp_path, rows), File())
    assert list(source.cells) == [
        *("id", "Baseline MADRS", "Baseline HAMD", "Week 1 MADRS", "Week 1 HAMD"),
    ]
    assert keys == {"header_row": [1, 2]}


def test_a_survey_export_with_three_header_rows(tmp_path: Path) -> None:
    texts = ["Your number", "Visit", "How sad, total?\nAnswer all", "Your age"]
    codes = [f'{{"ImportId":"QID{n}"}}' for n in range(4)]
    source, keys = read_for_draft(
        written(tmp_path, [HEAD, texts, codes, *ROWS]), File()
    )
    assert content(source) == ROWS
    assert keys == {"skip_rows": [2, 3]}
    assert "rows 2 to 3" in source.notes[0].lower()


def test_a_row_of_units_is_left_out(tmp_path: Path) -> None:
    source, keys = read_for_draft(
        written(tmp_path, [HEAD, ["", "", "[points]", "years"], *ROWS]), File()
    )
    assert content(source) == ROWS
    assert keys == {"skip_rows": [2]}


def test_a_second_header_that_may_be_data_is_refused_until_stated(
    tmp_path: Path,
) -> None:
    rows = [HEAD, ["Number", "Visit", "MADRS total score", "Age at consent"], *ROWS]
    problem = unclear(tmp_path, rows)
    assert "row 2" in problem.what
    assert "skip_rows = [2]" in problem.fix
    assert content(table(tmp_path, rows, skip_rows=[2])) == ROWS
    assert len(table(tmp_path, rows, header_row=1).cells) == 5
    both = table(tmp_path, rows, header_row=[1, 2])
    assert list(both.cells)[2] == "madrs MADRS total score"


def test_a_title_about_as_wide_as_the_table_is_refused(tmp_path: Path) -> None:
    rows = [
        ["Trial", "draft"],
        ["id", "visit", "x"],
        ["A", "V0", "1"],
        ["B", "V0", "2"],
    ]
    problem = unclear(tmp_path, rows)
    assert "header_row = [1, 2]" in problem.fix
    assert list(table(tmp_path, rows, header_row=2).cells) == ["id", "visit", "x"]


@pytest.mark.parametrize("text", ["n/a", "withdrawn", "not done"])
def test_a_first_participant_without_values_is_not_a_header(
    tmp_path: Path, text: str
) -> None:
    rows = [HEAD, ["P-000", "V0", text, text], *ROWS]
    assert len(table(tmp_path, rows).cells) == 5


@pytest.mark.parametrize(
    "below",
    [
        [["Total", "", "107", ""]],
        [["Mean", "", "26.8", "38"], ["SD", "", "4.1", "3.5"]],
        [[], ["Source: register of the clinic"]],
        [["* corrected on paper by the site"]],
        [[], ["interim data"], ["do not cite"]],
    ],
)
def test_totals_and_notes_below_the_table_are_left_out_and_reported(
    tmp_path: Path, below: list[list[str]]
) -> None:
    source = table(tmp_path, [HEAD, *ROWS, *below])
    assert content(source) == ROWS
    assert "totals or notes below the table" in source.notes[0]


@pytest.mark.parametrize(
    "below",
    [
        [["P-003", "", "", ""]],
        [[], ["P-003", "V0", "31", "50"]],
        [["P-003", "V0", "", "fell ill, and left the trial early"]],
    ],
)
def test_rows_that_may_be_a_participant_are_never_taken_for_a_footer(
    tmp_path: Path, below: list[list[str]]
) -> None:
    source = table(tmp_path, [HEAD, *ROWS, *below])
    assert source.cells["id"].tolist()[-1] == "P-003"


def test_a_lone_code_below_an_empty_row_is_refused(tmp_path: Path) -> None:
    problem = unclear(tmp_path, [HEAD, *ROWS, [], ["P003", "", "", ""]])
    assert "last_row = 7 to read every row" in problem.fix
    assert (
        len(table(tmp_path, [HEAD, *ROWS, [], ["P003", *[""] * 3]], last_row=7).cells)
        == 5
    )


def test_data_below_a_total_are_refused(tmp_path: Path) -> None:
    rows = [HEAD, *ROWS, ["Total", "", "107", ""], ["P-003", "V0", "31", "50"]]
    problem = unclear(tmp_path, rows)
    assert "row 6" in problem.what
    assert "skip_rows = [6]" in problem.fix
    source = table(tmp_path, rows, skip_rows=[6])
    assert len(source.cells) == 5
    assert source.notes == ("Row 6 is not read: listed under skip_rows.",)


def test_a_second_table_below_is_refused(tmp_path: Path) -> None:
    events = [["id", "event", "start day", "stop day"], ["P-001", "nausea", "1", "2"]]
    rows = [HEAD, *ROWS, [], *events]
    problem = unclear(tmp_path, rows)
    assert "--last-row 6" in problem.fix
    source = table(tmp_path, rows, last_row=6)
    assert content(source) == ROWS
    assert source.notes == ("Rows 7 to 8 are not read: the stated last row is 6.",)


def test_a_field_called_total_in_a_dictionary_is_kept(tmp_path: Path) -> None:
    rows = [
        ["field", "form", "type"],
        ["age", "base", "text"],
        ["total", "madrs", "calc"],
    ]
    assert table(tmp_path, rows).cells["field"].tolist() == ["age", "total"]


def test_the_header_again_within_the_table_is_left_out(tmp_path: Path) -> None:
    source = table(tmp_path, [HEAD, *ROWS[:2], HEAD, *ROWS[2:]])
    assert content(source) == ROWS
    assert source.notes == ("Row 4 is not read: the header again.",)


@pytest.mark.parametrize("start", [0, 1])
def test_row_numbers_of_r_and_pandas_are_left_out(tmp_path: Path, start: int) -> None:
    rows = [["", *HEAD], *([str(n), *row] for n, row in enumerate(ROWS, start))]
    source = table(tmp_path, rows)
    assert content(source) == ROWS
    assert "numbers the rows" in source.notes[0]
    named = table(tmp_path, rows, names={1: "number"})
    assert named.cells["number"].tolist()[0] == str(start)


def test_a_first_column_without_a_name_that_is_not_a_count_is_kept(
    tmp_path: Path,
) -> None:
    source = table(tmp_path, [["", *HEAD[1:]], *ROWS])
    assert source.cells["column 1"].tolist()[0] == "P-001"
    assert "names = { 1 =" in source.notes[0]
    named = table(tmp_path, [["", *HEAD[1:]], *ROWS], names={"1": "id"})
    assert list(named.cells) == HEAD
    with pytest.raises(DataError, match="names has column 9"):
        table(tmp_path, [HEAD, *ROWS], names={9: "x"})


def test_row_names_without_a_header_cell_are_refused(tmp_path: Path) -> None:
    rows = [HEAD, *([str(n), *row] for n, row in enumerate(ROWS, 1))]
    assert "row.names = FALSE" in unclear(tmp_path, rows, "EQ342").fix
    rows[2][-1] = ""  # a missing value in the last column
    assert "row.names = FALSE" in unclear(tmp_path, rows, "EQ342").fix
    names = dict(enumerate(["row", *HEAD], 1))
    assert list(table(tmp_path, rows, names=names).cells) == ["row", *HEAD]


def test_trailing_delimiters_and_empty_columns_are_left_out(tmp_path: Path) -> None:
    rows = [[*HEAD, "", ""], *([*row, "", ""] for row in ROWS)]
    source = table(tmp_path, rows)
    assert content(source) == ROWS
    assert source.notes == (
        "Columns 5, 6 have no name and no content: they are omitted.",
    )


def test_a_remark_beside_the_table_is_a_column(tmp_path: Path) -> None:
    rows = [[*HEAD, ""], [*ROWS[0], ""], [*ROWS[1], "check!"]]
    assert table(tmp_path, rows).cells["column 5"].tolist() == ["", "check!"]


def test_columns_with_one_name_are_numbered(tmp_path: Path) -> None:
    rows = [["id", "Complete?", "age", "Complete?"], ["P-001", "Yes", "41", "No"]]
    source = table(tmp_path, rows)
    assert list(source.cells) == ["id", "Complete? (1)", "age", "Complete? (2)"]
    assert source.repeated == {"Complete?": ("Complete? (1)", "Complete? (2)")}
    assert "'Complete? (2)'" in source.notes[0]


def test_a_numbered_name_never_takes_the_name_of_another_column(tmp_path: Path) -> None:
    rows = [["id", "a", "a (1)", "a"], ["P-001", "x", "y", "z"]]
    assert list(table(tmp_path, rows).cells) == ["id", "a (2)", "a (1)", "a (3)"]


def test_a_shared_name_may_be_ignored_but_not_mapped(tmp_path: Path) -> None:
    text = LONG.replace("id,visit", "id,note,note,visit").replace("P1,", "P1,x,y,")
    text = text.replace("P2,", "P2,x,z,")
    ignored = MAPPING + '\n[ignore]\nnote = "not needed"\n'
    assert len(read(tmp_path, text, ignored).participants) == 2
    mapped = MAPPING + '\n[[columns]]\ncolumn = "note"\nto = "participants.site"\n'
    problem = refused(tmp_path, text, mapped)["EQ351"]
    assert "note (1), note (2)" in problem.fix


def test_a_workbook_with_titles_an_empty_column_and_a_note(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ([], ["Trial"], [], HEAD, *ROWS, [], ["values in italics: by hand"]):
        sheet.append(["", *row])
    book.save(tmp_path / "a.xlsx")
    source = read_source(tmp_path / "a.xlsx", File())
    assert content(source) == ROWS
    assert source.cells.index.tolist() == [5, 6, 7, 8]
    assert len(source.notes) == 3


cell = st.sampled_from(
    ["", "0", "3", "21", "-99", "n/a", "yes", "nausea", "2026-03-04"]
)
TITLES = st.sampled_from(["Trial KET-01", "Export, 2026-05-01", "confidential", ""])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header and rows with an identifier and any values."""
    width = draw(st.integers(2, 6))
    count = draw(st.integers(1, 12))
    head = ["id", *(f"v{n}" for n in range(1, width))]
    body = [
        [f"P-{n:03d}", *draw(st.lists(cell, min_size=width - 1, max_size=width - 1))]
        for n in range(count)
    ]
    return [head, *body]


def reading(rows: list[list[str]]) -> pd.DataFrame | None:
    """The cells of a table, None if it is refused."""
    with TemporaryDirectory() as folder:
        try:
            return table(Path(folder), rows).cells
        except DataError:
            return None


@given(tables())
def test_no_row_of_data_is_ever_lost(rows: list[list[str]]) -> None:
    cells = reading(rows)
    if cells is not None:
        assert list(cells.columns) == rows[0]
        assert cells.to_numpy().tolist() == rows[1:]
    else:  # nothing but a first row of words above numbers may be unclear
        assert any(text in ("yes", "nausea") for text in rows[1])


@given(tables(), st.lists(TITLES, max_size=4), st.booleans())
def test_titles_and_notes_never_change_the_table(
    rows: list[list[str]], titles: list[str], note: bool
) -> None:
    plain = reading(rows)
    below = [[], ["Source: the register of the clinic"]] if note else []
    if plain is None or len(rows[0]) < 3:
        return
    cells = reading([*([title] for title in titles), *rows, *below])
    assert cells is not None
    assert cells.reset_index(drop=True).equals(plain.reset_index(drop=True))
    assert cells.index[0] == plain.index[0] + len(titles)
