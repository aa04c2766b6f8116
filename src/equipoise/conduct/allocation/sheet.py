"""A text that stands in a workbook, a line a row, as an unblinded export writes it."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from pathlib import Path

# How a workbook writes characters that XML cannot hold, and what looks like one.
ODD = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(names: Collection[str]) -> bool:
    """Whether an archive with these members is a workbook."""
    return "xl/workbook.xml" in names


def text_of(body: bytes, name: str) -> str:
    """The text of the sheets of a name; those that go on from it are called ``name (2)``.

    Args:
        body: of the workbook, as it was exported or saved again by a spreadsheet.
        name: of the first sheet.

    Raises:
        DataError: EQ346, openpyxl is not installed.
        KeyError: there is no such sheet.
    """
    from equipoise.exchange.files import package  # loads pandas: not to start a server

    openpyxl = package("openpyxl", Path(f"{name}.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    try:
        if name not in book.sheetnames:
            raise KeyError(name)
        parts = [s for s in book.sheetnames if s == name or s.startswith(f"{name} (")]
        rows = [row for part in parts for row in list(book[part].values)[1:]]
    finally:
        book.close()
    return "\n".join("".join(map(_plain, row)) for row in rows) + "\n"


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return ODD.sub(lambda found: chr(int(found[1], 16)), text)
