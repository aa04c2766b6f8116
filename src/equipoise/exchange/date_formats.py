"""Formats of SAS, SPSS and Stata that show a stored number as a date.

The readers convert the usual formats to dates. Others, such as ``MMYY7.``, ``YEAR4.``
or ``%tq``, show only a part of a date. The stored number, such as the days since 1960,
is then read as a number, though its program shows years or months.

Source: SAS 9.4 Formats and Informats, "Formats by Category", date and time; IBM SPSS
Statistics Command Syntax Reference, "Date and Time Formats"; Stata Data Management, D.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from numbers import Real
from typing import Any

DATED = re.compile(
    r"DAT[EMX]|TIM|DAY|MON|YEAR|YR|WK|WEEK|MMYY|YYMM|MMDD|DDMM|MDY|YMD|DTM|DTY|QTR|YYQ"
    r"|JUL|HHMM|MMSS|HOUR|^TOD|8601|AMPM|DOWNAME|NENGO|MINGUO|EURDF|^NLD|^%-?[TD]"
)


def shows_dates(name: str) -> bool:
    """Whether a format shows numbers as dates, times, or parts of them.

    Args:
        name: of the format, with its width, such as ``MMYY7.``, ``QYR6`` or ``%tq``.

    Example:
        >>> shows_dates("MMYY7."), shows_dates("COMMA8.2")
        (True, False)
    """
    return DATED.search(name.upper()) is not None


def not_converted(column: str, shown: str, values: Iterable[Any]) -> Iterator[str]:
    """The note on a column of dates that is nevertheless read as numbers.

    Args:
        column: its name.
        shown: its format, empty without one.
        values: of the column; numbers are those that were not converted.
    """
    if not shown or not shows_dates(shown):
        return
    numbers = (v for v in values if isinstance(v, Real) and v == v)
    example = next(numbers, None)
    if example is not None:
        yield (
            f"Column {column}: the format {shown} shows dates, times or parts of them, "
            f"and is not converted; the stored numbers are read, such as {example:g}: "
            "check."
        )
