"""What a column holds: numbers, text, dates; and what hides between numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import agreeing, counted

Kind = Literal["numbers", "truth", "categories", "text", "dates", "mixed", "other"]
BY_TYPE: dict[str, Kind] = {
    "i": "numbers", "u": "numbers", "f": "numbers", "b": "truth", "M": "dates",
    "m": "dates", "c": "other",
}  # fmt: skip
NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "empty")
DATES = ("datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period")
BY_VALUES: dict[str, Kind] = {
    **dict.fromkeys(NUMBERS, "numbers"),
    **dict.fromkeys(DATES, "dates"),
    "boolean": "truth",
    "string": "text",
}
RARE = 0.1  # proportion of rows that may be words among numbers, and a slip
MANY = 6  # different numbers: more than a dose or a stage has
MOST = 10  # different whole numbers as text that may be doses, stages or sites


def kind_of(column: pd.Series[Any]) -> Kind:
    """What a column holds, by its type or by its values."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in BY_TYPE:
        return BY_TYPE[dtype.kind]
    if isinstance(dtype, pd.CategoricalDtype):
        return "categories"
    if isinstance(dtype, pd.PeriodDtype) or pd.api.types.is_datetime64_any_dtype(dtype):
        return "dates"
    if dtype != np.dtype(object) and pd.api.types.is_bool_dtype(dtype):
        return "truth"
    if pd.api.types.is_numeric_dtype(dtype):
        return "numbers"
    found = pd.api.types.infer_dtype(column.to_numpy(dtype=object), skipna=True)
    return BY_VALUES.get(found) or _kind_of_objects(column)


def _kind_of_objects(column: pd.Series[Any]) -> Kind:
    present = column.dropna()
    numeric = [isinstance(v, (int, float, Decimal, np.number)) for v in present]
    text = [isinstance(v, str) for v in present]
    if all(numeric) and not any(isinstance(v, complex) for v in present):
        return "numbers"
    if any(text) and all(a or b for a, b in zip(numeric, text, strict=True)):
        return "mixed"
    return "other"


def numbers_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column of numbers as floats, missing as NaN."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.astype(float)
    values = column.to_numpy(dtype=object)
    known = column.notna().to_numpy()
    floats = np.full(len(column), np.nan)
    floats[known] = [float(value) for value in values[known]]
    return pd.Series(floats, index=column.index, name=column.name)


def words_among_numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    """Rows of a text column that are not numbers; all rows if nothing is a number."""
    values = column.dropna().astype(str).unique()
    words = {value for value in values if not _is_number(value)}
    return column[column.notna() & column.astype(str).isin(words)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip().lower() not in ("nan", "inf", "-inf", "infinity", "-infinity")


def require_numbers(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    """The column as finite floats, missing as NaN.

    Raises:
        AnalysisError: EQ402, it holds anything else, with the rows.
    """
    kind = kind_of(column)
    if kind == "numbers":
        return finite(numbers_of(column), where)
    if kind in ("text", "mixed"):
        raise _text_for_numbers(column, where)
    what = {
        "truth": "holds True and False, not numbers",
        "categories": "is categorical, not numeric",
        "dates": "holds dates or times, not numbers",
    }.get(kind, "is not numeric")
    fix = {
        "truth": "use .astype(float) if 0 and 1 are meant",
        "categories": "use .astype(float) if its categories are numbers",
        "dates": "count days from a start: (date - start).dt.days",
    }.get(kind, "give numbers")
    raise AnalysisError.single("EQ402", f"{column.name!r} {what}", where=where, fix=fix)


def finite(column: pd.Series[Any], where: str) -> pd.Series[Any]:
    """Rejects infinite values: EQ402."""
    endless = np.isinf(column.to_numpy())
    if endless.any():
        raise AnalysisError.single(
            "EQ402",
            f"{counted(int(endless.sum()), 'value')} of {column.name!r} "
            f"{agreeing(int(endless.sum()), 'is')} infinite",
            where=where,
            fix="correct them, or make them missing",
            records=column[endless].to_frame(),
        )
    return column


def _text_for_numbers(column: pd.Series[Any], where: str) -> AnalysisError:
    words = words_among_numbers(column)
    n = int(column.notna().sum())
    if words.empty:
        return AnalysisError.single(
            "EQ402",
            f"{column.name!r} is not numeric: its numbers are stored as text",
            where=where,
            fix="convert them: pandas.to_numeric",
        )
    return AnalysisError.single(
        "EQ402",
        f"{column.name!r} is not numeric: {len(words)} of {counted(n, 'value')} "
        f"{agreeing(len(words), 'is')} not numeric, "
        f"such as {_shown(words)}",
        where=where,
        fix="correct these rows, or make them missing: "
        "pandas.to_numeric(..., errors='coerce') does so without telling which",
        records=words.to_frame(),
    )


def refuse_numbers_as_text(column: pd.Series[Any], where: str) -> None:
    """Rejects a text column of nearly all numbers: it would become a factor.

    Raises:
        AnalysisError: EQ402, with the rows that are not numbers.
    """
    counts = column.astype(str).value_counts()
    number = np.array([_is_number(value) for value in counts.index], dtype=bool)
    n, numeric = int(counts.sum()), int(counts[number].sum())
    many = int(number.sum()) >= MANY
    fix = f"; C({column.name}) in the formula makes it a factor"
    if numeric == n:
        padded = any(re.match(r"0\d", value) for value in counts.index)  # a site, "001"
        measured = len(counts) > MOST and not padded
        if measured or (many and any("." in value for value in counts.index)):
            raise AnalysisError.single(
                "EQ402",
                f"{column.name!r} is text, and a number in all of its "
                f"{counted(n, 'value')}",
                where=where,
                fix=f"convert them: pandas.to_numeric{fix}",
            )
        return
    if numeric and (n - numeric <= RARE * n or (many and numeric >= n / 2)):
        words = words_among_numbers(column)
        raise AnalysisError.single(
            "EQ402",
            f"{column.name!r} is text, and {numeric} of {counted(n, 'value')} "
            f"{agreeing(numeric, 'is')} numeric; not: "
            f"{_shown(words)}",
            where=where,
            fix=f"correct these rows or make them missing, then pandas.to_numeric{fix}",
            records=words.to_frame(),
        )


def _shown(words: pd.Series[Any]) -> str:
    different = list(dict.fromkeys(words))
    more = f" and {len(different) - 5} more" if len(different) > 5 else ""
    return ", ".join(map(repr, different[:5])) + more
