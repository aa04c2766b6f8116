"""How a cell is written, and how a text is kept from being a formula.

The rule for CSV: a text that begins with ``= + - @``, their full-width forms, a tab, a
line break or an apostrophe has one apostrophe put before it, so that no spreadsheet
computes it. It is reversible: who reads the file takes one apostrophe from the
beginning of every text that has one (``restored``). Numbers stand as they are.
"""

from __future__ import annotations

from datetime import datetime

Cell = str | float | int | bool | datetime | None
Cells = dict[str, Cell]  # column -> value of a row
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def restored(text: str) -> str:
    """The text that was there before ``harmless``."""
    return text.removeprefix(MARK)


def written(value: str | float | int | bool | datetime | None) -> str:
    """A value as it stands in a CSV file; nothing for a missing value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str):
        return '"' + harmless(value).replace('"', '""') + '"'
    return repr(value)
