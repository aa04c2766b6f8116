"""Recognizes what a file is from its first bytes, whatever its name says.

An export may be a log-in page in HTML, a text under the name of a workbook, or a
placeholder of a file that was not downloaded. The error then names the true cause.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from equipoise.errors import DataError

LENGTH = 4_096
TEXTS = (".csv", ".tsv", ".txt")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")


class _Format(NamedTuple):
    what: str
    suffixes: tuple[str, ...]
    fix: str


ARCHIVE = _Format(
    "a workbook or another ZIP archive",
    (".xlsx", ".ods", ".zip"),
    "give the file the ending .xlsx, .ods or .zip, whichever is right",
)
HTML = _Format(
    "a page in HTML, such as a table or a log-in page that was saved under this name",
    (),
    "open it in a spreadsheet program and save it as XLSX or CSV, or export the data again",
)
STARTS = {
    b"PK\x03\x04": ARCHIVE,
    b"PK\x05\x06": ARCHIVE,
    OLE: _Format(
        "an old Excel workbook (XLS) or one that is protected by a password",
        (),
        "open it in a spreadsheet program and save it as XLSX without a password",
    ),
    b"PAR1": _Format("a Parquet file", (".parquet",), "give it the ending .parquet"),
    b"$FL2": _Format("an SPSS file", (".sav", ".zsav"), "give it the ending .sav"),
    b"$FL3": _Format("an SPSS file", (".sav", ".zsav"), "give it the ending .zsav"),
    b"<stata_dta>": _Format("a Stata file", (".dta",), "give it the ending .dta"),
    SAS: _Format("a SAS dataset", (".sas7bdat",), "give it the ending .sas7bdat"),
    b"HEADER RECORD*******LIB": _Format(
        "a SAS transport file", (".xpt",), "give it the ending .xpt"
    ),
    b"%PDF": _Format("a PDF file", (), "export the data themselves, as CSV or XLSX"),
    b"\x1f\x8b": _Format("compressed (gzip)", (), "decompress it first"),
    b"version https://git-lfs": _Format(
        "a pointer of Git LFS instead of the file", (), "run: git lfs pull"
    ),
    b"\0\x05\x16\x07": _Format(
        "a file of properties that macOS adds, without data",
        (),
        "use the file of the same name without the first two characters, '._'",
    ),
}
PAGES = (b"<!doctype html", b"<html", b"<table", b"<head", b"mime-version:")
NEEDED = {
    suffix: start
    for start, one in STARTS.items()
    for suffix in one.suffixes
    if suffix != ".zip"
}


def check_format(path: Path) -> None:
    """Rejects a file that is of another format than its name states.

    Args:
        path: of a file that exists.

    Raises:
        DataError: EQ340, it is another kind of file; EQ341, it is empty.
    """
    with path.open("rb") as file:
        start = file.read(LENGTH)
    if not start:
        raise DataError.single(
            "EQ341",
            f"{path.name} has no rows: the file has no bytes",
            where=path.name,
            fix="if it is stored in a cloud folder, download it first; else export it "
            "again",
        )
    found = _recognized(start)
    suffix = path.suffix.lower()
    if found is not None and suffix not in found.suffixes:
        raise DataError.single(
            "EQ340", f"{path.name} is {found.what}", where=path.name, fix=found.fix
        )
    if found is None and suffix in NEEDED and _is_text(start):
        kind = STARTS[NEEDED[suffix]].what
        raise DataError.single(
            "EQ340",
            f"{path.name} is a text, not {kind}",
            where=path.name,
            fix="if it contains cells with a delimiter, give it the ending .csv; else "
            "export the data again",
        )


def _recognized(start: bytes) -> _Format | None:
    for first, one in STARTS.items():
        if start.startswith(first):
            return one
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return HTML if text.startswith(PAGES) else None


def _is_text(start: bytes) -> bool:
    return b"\0" not in start and sum(byte < 9 for byte in start) == 0
