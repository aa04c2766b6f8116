"""Dates that a spreadsheet stores as numbers of days, such as 36951 for 1 March 2001.

A workbook counts days from 1900, or from 1904 in old workbooks of the Macintosh; a file
does not say which. From 1900, day 60 is 29 February 1900, which did not exist: Excel keeps
it because Lotus 1-2-3 had it, LibreOffice counts otherwise before 1 March 1900. Numbers
below 61 are therefore not read as dates.

Source: ECMA-376-1:2016, 18.17.4.1 (date conversion for serial values).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

NUMBER = re.compile(r"\d+(\.\d*)?|\d{4,},\d+", re.ASCII)  # 45,000 is not 45 days
DAY = 86_400_000  # milliseconds


@dataclass(frozen=True)
class Serial:
    """How a spreadsheet counts days.

    Attributes:
        zero: the day with the number 0, for numbers from ``first`` on.
        first: smallest number that is read as a date.
    """

    zero: datetime
    first: int

    def date(self, number: float) -> datetime | None:
        """The date and time, to the millisecond: fractions of a day are inexact.

        Returns:
            None if the number is not read as a date.
        """
        if not self.first <= number < MOST:
            return None
        return self.zero + timedelta(milliseconds=round(number * DAY))


SERIALS = {
    "spreadsheet-1900": Serial(datetime(1899, 12, 30), 61),  # noqa: DTZ001  local time
    "spreadsheet-1904": Serial(datetime(1904, 1, 1), 1),  # noqa: DTZ001  local time
}
MOST = 130_000  # about the year 2257: pandas cannot represent 2263 in nanoseconds
# From 2000 to 2050, counted from either year: numbers that are probably dates.
LIKELY = range(35_064, 54_790)
FROM_1904 = "Dates are counted from 1904, as the workbook states."
FOUR_YEARS = "the other way of counting is four years and a day off"


def serial_dates(texts: pd.Series[Any], name: str) -> pd.Series[Any]:
    """Dates and times of numbers; missing where a text is not a number of a date.

    Args:
        texts: missing where a cell is empty.
        name: a key of ``SERIALS``.

    Example:
        >>> texts = pd.Series(["36951", "36951.5", "60"], dtype="string")
        >>> serial_dates(texts, "spreadsheet-1900").astype(str).tolist()
        ['2001-03-01 00:00:00', '2001-03-01 12:00:00', 'NaT']
    """
    how = SERIALS[name]
    known = {text: how.date(_number(text)) for text in texts.dropna().unique()}
    return pd.to_datetime(texts.map(known)).astype("datetime64[ns]")


def likely_serial(text: str) -> bool:
    """Whether a text is a number of days that is probably a date of a trial.

    Example:
        >>> likely_serial("36951"), likely_serial("7")
        (True, False)
    """
    return int(_number(text)) in LIKELY


def serial_formats(texts: Collection[str], *, from_1904: bool) -> tuple[str, ...]:
    """Formats of spreadsheets in which the texts are probably dates, likeliest first.

    Args:
        texts: of a column.
        from_1904: whether the workbook states that it counts from 1904.
    """
    if not texts or not all(map(likely_serial, texts)):
        return ()
    return tuple(sorted(SERIALS, reverse=from_1904))


def serial_hint(texts: Iterable[str]) -> str:
    """Which format reads the texts, for a message; empty if none are probably dates.

    Args:
        texts: that could not be read.
    """
    example = next((text for text in texts if likely_serial(text)), None)
    if example is None:
        return ""
    shown = " or ".join(f'`format = "{name}"`{_is(example, name)}' for name in SERIALS)
    return (
        "; if they are numbers under which a spreadsheet stores dates, state "
        f"{shown}: compare one with the source, because {FOUR_YEARS}"
    )


def serial_example(text: str, name: str) -> str:
    """What a number is in a format, for the comment of a draft.

    Example:
        >>> serial_example("36951", "spreadsheet-1900")
        '36951 is 2001-03-01'
    """
    found = SERIALS[name].date(_number(text))
    return f"{text} is {found.date().isoformat()}" if found else ""


def _is(text: str, name: str) -> str:
    return f" ({serial_example(text, name)})"


def _number(text: str) -> float:
    """The number, -1 if the text is none; a decimal comma is read as a point."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else -1.0
