"""Keys of a mapping for the rows of a file: row filters, items in rows, and dates."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from equipoise.exchange.spreadsheet_dates import SERIALS
from equipoise.instruments.provenance import Part

Cell = Annotated[
    str, BeforeValidator(lambda cell: str(cell) if isinstance(cell, int) else cell)
]
Where = dict[str, Cell | tuple[Cell, ...]]
ISO = "ISO 8601"
WHOLE_DATES = ("%d", "%e", "%j", "%x", "%c", "%D", "%F", "%s")


def _with_day(text: str) -> str:
    """A date format that names a day: a month alone would become its first day."""
    if text == ISO or text in SERIALS or any(part in text for part in WHOLE_DATES):
        return text
    raise ValueError(
        f"is a format without a day; state one such as %Y-%m-%d, "
        f"{ISO}, or {' or '.join(SERIALS)} for the numbers of a spreadsheet"
    )


DateFormat = Annotated[str, AfterValidator(_with_day)]


class Pivot(Part):
    """The columns of a file with one row per item: each code is read as a column.

    Map the codes under ``columns``, or list them under ``ignore``: ``PHQ01{item:02}`` for
    the items ``PHQ0101`` to ``PHQ0109``.

    Attributes:
        code: column that names the item of a row, such as ``QSTESTCD``, ``PARAMCD`` or
            ``field_name``.
        value: column with its value, such as ``QSSTRESN``, ``AVAL`` or ``value``.
    """

    code: str
    value: str
