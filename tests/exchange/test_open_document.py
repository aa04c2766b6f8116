"""OpenDocument spreadsheets: read as LibreOffice writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from equipoise.errors import DataError
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File

OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = "".join(
    f' xmlns:{short}="{OASIS}:{short}:1.0"'
    for short in ("office", "table", "text", "style")
)
TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NUMBER = '<table:table-cell office:value-type="float" office:value="{}"/>'
HEAD = f"<table:table-row>{TEXT.format('id')}{TEXT.format('madrs')}</table:table-row>"
END = (
    '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)
HIDDEN = (
    '<style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def row(name: str, cell: str, **attributes: str) -> str:
    stated = "".join(
        f' table:{k.replace("_", "-")}="{v}"' for k, v in attributes.items()
    )
    return f"<table:table-row{stated}>{TEXT.format(name)}{cell}</table:table-row>"


def table(rows: str, name: str = "data", style: str = "ta1", before: str = "") -> str:
    named = f'table:name="{name}" table:style-name="{style}"'
    return f"<table:table {named}>{before}{HEAD}{rows}{END}</table:table>"


def document(folder: Path, tables: str, **more: str) -> Path:
    path = folder / "a.ods"
    with ZipFile(path, "w", 8) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{NAMES}>'
            f"<office:automatic-styles>{HIDDEN}</office:automatic-styles><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
        for name, text in more.items():
            archive.writestr(name, text)
    return path


def source(folder: Path, rows: str, before: str = "", **how: Any) -> Source:
    path = document(folder, table(rows, before=before))
    return read_source(path, File.model_validate(how))


def cell(folder: Path, xml: str) -> str:
    return str(source(folder, row("P1", xml)).cells["madrs"].tolist()[0])


def typed(kind: str, value: str, shown: str = "", more: str = "") -> str:
    name = {"float": "value", "percentage": "value", "currency": "value"}
    attribute = f'office:{name.get(kind, f"{kind}-value")}="{value}"'
    return (
        f'<table:table-cell office:value-type="{kind}" {attribute} {more}>'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (typed("float", "30", "30.00"), "30"),
        (typed("float", "25.1"), "25.1"),
        (typed("date", "2026-03-04", "4 March"), "2026-03-04"),
        (typed("date", "2026-03-04T09:30:00"), "2026-03-04 09:30:00"),
        (typed("time", "PT09H30M00S", "09:30"), "09:30:00"),
        (typed("boolean", "true", "TRUE"), "True"),
        (TEXT.format("a<text:s text:c='2'/>b<text:line-break/>c"), "a  b\nc"),
        (TEXT.format("12*"), "12*"),
        (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>a '
            "secret</text:p></office:annotation><text:p>30</text:p></table:table-cell>",
            "30",
        ),
    ],
)
def test_values_are_read_and_not_what_is_shown(
    tmp_path: Path, xml: str, text: str
) -> None:
    assert cell(tmp_path, xml) == text


def test_a_formula_without_a_result_is_a_problem(tmp_path: Path) -> None:
    formula = '<table:table-cell table:formula="of:=SUM([.C2:.E2])"/>'
    read = source(tmp_path, row("P1", NUMBER.format(30)) + row("P2", formula))
    (problem,) = read.problems["madrs"]
    assert problem.what == "1 cell contains formulas without a stored result: B3"
    assert read.cells["madrs"].tolist() == ["30", "=SUM([.C2:.E2])"]


def test_results_of_formulas_are_read(tmp_path: Path) -> None:
    empty = typed("string", "", more='table:formula="of:=&quot;&quot;"')
    rows = row("P1", typed("float", "30", more='table:formula="of:=[.C2]"'))
    read = source(tmp_path, rows + row("P2", empty))
    assert read.cells["madrs"].tolist() == ["30", ""]
    assert dict(read.problems) == {}


def test_an_error_stays_an_error(tmp_path: Path) -> None:
    error = typed("string", "", "#DIV/0!", 'table:formula="of:=1/0"')
    read = source(tmp_path, row("P1", error))
    assert read.cells["madrs"].tolist() == ["#DIV/0!"]
    assert "errors of the spreadsheet" in read.notes[0]


def test_rows_that_a_filter_hides_are_named(tmp_path: Path) -> None:
    rows = row("P1", NUMBER.format(1)) + row(
        "P2", NUMBER.format(2), visibility="filter"
    )
    (problem,) = source(tmp_path, rows).problems[""]
    assert problem.what == "a filter hides 1 row of the table: 3"
    assert source(tmp_path, rows, hidden_rows="omit").cells["id"].tolist() == ["P1"]
    assert len(source(tmp_path, rows, hidden_rows="read").cells) == 2


def test_merged_cells_are_named_or_filled(tmp_path: Path) -> None:
    merged = (
        '<table:table-row><table:table-cell office:value-type="string" '
        'table:number-rows-spanned="2"><text:p>P1</text:p></table:table-cell>'
        f"{NUMBER.format(1)}</table:table-row><table:table-row>"
        f"<table:covered-table-cell/>{NUMBER.format(2)}</table:table-row>"
    )
    assert "A2:A3" in source(tmp_path, merged).problems["id"][0].what
    filled = source(tmp_path, merged, merged_cells="fill")
    assert filled.cells["id"].tolist() == ["P1", "P1"]


def test_hidden_columns_are_noted(tmp_path: Path) -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    read = source(tmp_path, row("P1", NUMBER.format(1)), before=columns)
    assert read.notes == ("Hidden columns were read: madrs.",)


def test_percentages_among_numbers_are_a_problem(tmp_path: Path) -> None:
    rows = row("P1", NUMBER.format(30)) + row("P2", typed("percentage", "0.5", "50%"))
    assert set(source(tmp_path, rows).problems) == {"madrs"}


def test_repeated_cells_and_rows_are_read_as_often(tmp_path: Path) -> None:
    read = source(tmp_path, row("P1", NUMBER.format(7), number_rows_repeated="3"))
    assert read.cells["madrs"].tolist() == ["7", "7", "7"]
    assert read.cells.index.tolist() == [2, 3, 4]


@pytest.mark.parametrize("count", ["1000000000", "9" * 5_000])
@pytest.mark.parametrize("what", ["rows", "columns"])
def test_claims_without_end_are_rejected(tmp_path: Path, what: str, count: str) -> None:
    repeated = f'table:number-columns-repeated="{count}"'
    full = f'<table:table-cell office:value-type="float" office:value="1" {repeated}/>'
    rows = (
        row("P1", NUMBER.format(7), number_rows_repeated=count)
        if what == "rows"
        else row("P1", full)
    )
    with pytest.raises(DataError, match="EQ340"):
        source(tmp_path, rows)


def test_hidden_sheets_and_copies_of_other_files_are_not_read(tmp_path: Path) -> None:
    ones = row("P1", NUMBER.format(1))
    external = table(ones, "'file:///x.ods'#$A", before="<table:table-source/>")
    tables = table(ones, "old", "ta2") + table(ones) + external
    path = document(tmp_path, tables)
    read = read_source(path, File())
    assert read.cells["madrs"].tolist() == ["1"]
    assert read.notes == ("Sheet 'data' is read; other sheets are not: 'old'.",)
    with pytest.raises(DataError, match="old, data"):
        read_source(path, File(sheet="none"))


def test_an_encrypted_document_is_named(tmp_path: Path) -> None:
    manifest = {"META-INF/manifest.xml": "<m><encryption-data/></m>"}
    path = document(tmp_path, table(""), **manifest)
    with pytest.raises(DataError, match="password"):
        read_source(path, File())


def test_entities_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with ZipFile(path, "w", 8) as archive:
        text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        archive.writestr("content.xml", text)
    with pytest.raises(DataError, match="document type"):
        read_source(path, File())
