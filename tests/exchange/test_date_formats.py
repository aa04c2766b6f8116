"""Formats of dates are told from those of numbers, and what is not converted is noted."""

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from equipoise.exchange.date_formats import not_converted, shows_dates
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.mapping_proposal import propose_mapping
from tests.exchange.small import protocol

# The lists of the manuals that the module names.
SAS_DATES = [
    "B8601DAw",
    "B8601DNw",
    "B8601DTw",
    "B8601DZw",
    "B8601TMw",
    "DATEw",
    "DATEAMPMw",
    "DATETIMEw",
    "DAYw",
    "DDMMYYw",
    "DDMMYYBw",
    "DOWNAMEw",
    "DTDATEw",
    "DTMONYYw",
    "DTWKDATXw",
    "DTYEARw",
    "DTYYQCw",
    "E8601DAw",
    "E8601TMw",
    "HHMMw",
    "HOURw",
    "JULDAYw",
    "JULIANw",
    "MDYAMPMw",
    "MMDDYYw",
    "MMDDYYPw",
    "MMSSw",
    "MMYYw",
    "MMYYCw",
    "MMYYNw",
    "MONNAMEw",
    "MONTHw",
    "MONYYw",
    "NENGOw",
    "MINGUOw",
    "NLDATEw",
    "NLDATMw",
    "NLDATMAPw",
    "NLTIMEw",
    "NLTIMAPw",
    "PDJULGw",
    "PDJULIw",
    "QTRw",
    "QTRRw",
    "TIMEw",
    "TIMEAMPMw",
    "TODw",
    "WEEKDATEw",
    "WEEKDATXw",
    "WEEKDAYw",
    "WEEKUw",
    "WEEKVw",
    "WORDDATEw",
    "WORDDATXw",
    "YEARw",
    "YYMMw",
    "YYMMDw",
    "YYMMDDw",
    "YYMMDDNw",
    "YYMONw",
    "YYQw",
    "YYQRw",
    "YYQCw",
    "YYQZw",
    "YYWEEKUw",
    "EURDFDDw",
    "EURDFMYw",
]
SPSS_DATES = [
    "DATE11",
    "ADATE10",
    "EDATE10",
    "SDATE10",
    "JDATE7",
    "QYR6",
    "MOYR8",
    "WKYR8",
    "DATETIME20",
    "YMDHMS19",
    "TIME8",
    "DTIME10",
    "MTIME8",
    "WKDAY9",
    "MONTH9",
]
STATA_DATES = [
    "%td",
    "%tc",
    "%tC",
    "%tw",
    "%tm",
    "%tq",
    "%th",
    "%ty",
    "%tdD_m_Y",
    "%-td",
    "%d",
    "%dN/D/Y",
]
NUMBERS = [
    "BEST12.",
    "BESTDw.",
    "COMMA8.2",
    "COMMAX8.2",
    "D8.",
    "DOLLAR8.",
    "DOLLARX8.",
    "E10.",
    "EURO8.",
    "EUROX8.",
    "FLOAT4.",
    "FRACT8.",
    "HEX8.",
    "IEEE8.",
    "NEGPAREN8.",
    "NLMNYw.",
    "NLNUM8.",
    "NUMX8.",
    "OCTAL3.",
    "PD8.",
    "PERCENT8.",
    "PIB8.",
    "PVALUE6.4",
    "RB8.",
    "ROMAN6.",
    "SSN11.",
    "WORDF10.",
    "WORDS10.",
    "YEN8.",
    "Z4.",
    "ZD8.",
    "8.2",
    "F8.2",
    "DOT8.2",
    "N5",
    "PCT6.1",
    "CCA8",
    "%9.0g",
    "%8.2f",
    "%10.3e",
    "%9.0gc",
    "%-9.0g",
    "%21x",
]


@pytest.mark.parametrize("name", [*SAS_DATES, *SPSS_DATES, *STATA_DATES])
def test_every_format_of_dates_is_known(name: str) -> None:
    assert shows_dates(name)
    assert len(list(not_converted("x", name, [None, 18263.0]))) == 1
    assert not list(not_converted("x", name, [None, "2010-01-01"]))


@pytest.mark.parametrize("name", NUMBERS)
def test_no_format_of_numbers_is_taken_for_dates(name: str) -> None:
    assert not shows_dates(name)


@pytest.mark.parametrize("format_", ["MMYY7.", "YEAR4.", "QTR1.", "YYQ6.", "JULIAN5."])
def test_a_part_of_a_date_in_sas_is_noted_and_marked(
    tmp_path: Path, format_: str
) -> None:
    path = tmp_path / "a.xpt"
    frame = pd.DataFrame({"ID": ["a", "b"], "AGE": [18263.0, 18264.0]})
    pyreadstat.write_xport(
        frame, path, file_format_version=5, variable_format={"AGE": format_}
    )
    (note,) = read_source(path, File()).notes
    assert f"Column AGE: the format {format_} shows" in note
    assert "such as 18263" in note
    draft = propose_mapping(path, protocol()).text
    assert "# CHECK: Column AGE: the format" in draft


def test_whole_numbers_of_stata_are_noted_too(tmp_path: Path) -> None:
    path = tmp_path / "a.dta"
    frame = pd.DataFrame({"id": ["a"], "x": pd.array([794], dtype="int32")})
    pyreadstat.write_dta(frame, str(path), variable_format={"x": "%tm"})
    (note,) = read_source(path, File()).notes
    assert "%TM" in note
