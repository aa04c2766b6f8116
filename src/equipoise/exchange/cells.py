"""Converts the texts of a file to values; an unclear text becomes missing, no guess."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.dataset.coded_texts import codes_of, texts_of
from equipoise.exchange.spreadsheet_dates import SERIALS, serial_dates

ISO_DATE = r"\d{4}-\d{2}-\d{2}([T ]\d{2}.*)?|\d{8}(T\d{2}.*)?"
ZONE = r"([T ].*?)(Z|[+-]\d{2}(:?\d{2})?)$"
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"
IS_NUMBER = re.compile(NUMBER)


def emptied(texts: pd.Series[Any], nothing: Collection[str]) -> pd.Series[Any]:
    """Texts, missing where the cell is empty or one of ``nothing``.

    A number is recognized however it is written: ``-99`` also as ``-99.0``.
    """
    found = texts_of(*filled(texts, nothing))
    return pd.Series(found, index=texts.index, name=texts.name)


def filled(
    texts: pd.Series[Any], nothing: Collection[str]
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Codes of the texts, -1 where ``emptied`` is missing, and the text of each code."""
    codes, distinct = codes_of(texts)
    empty = {*nothing, *(canonical(text) for text in nothing), ""}
    kept = np.array([t not in empty for t in distinct], dtype=bool)
    if empty != {""}:
        kept &= np.array([canonical(t) not in empty for t in distinct], dtype=bool)
    if kept.all():
        return codes, distinct
    renumbered = np.append(np.where(kept, kept.cumsum() - 1, -1), [-1])
    return renumbered[codes], [
        t for t, keep in zip(distinct, kept, strict=True) if keep
    ]


def looked_up(texts: pd.Series[Any], values: Mapping[str, Any]) -> pd.Series[Any]:
    """The value that each text stands for; missing where it is not listed."""
    listed = {canonical(key): value for key, value in values.items()} | dict(values)
    meanings = {
        text: listed.get(text, listed.get(canonical(text)))
        for text in texts.dropna().unique()
    }
    return texts.map(meanings).astype(object)


def numbers(texts: pd.Series[Any], decimal: Literal[".", ","]) -> pd.Series[Any]:
    """Numbers as float64; NaN where a text is not a number.

    With a decimal comma, a point is not accepted: it could separate thousands.
    """
    plain = texts
    if decimal == ",":
        plain = texts.where(~texts.str.contains(".", regex=False).fillna(False))
        plain = plain.str.replace(",", ".", regex=False)
    # float() and not pandas.to_numeric, which can miss the nearest double by one.
    known = {t: float(t) for t in plain.dropna().unique() if is_number(t)}
    return plain.map(known).astype("float64")


def dates(texts: pd.Series[Any], pattern: str | None) -> pd.Series[Any]:
    """Dates and times; missing where a text is not written like ``pattern``.

    Args:
        texts: missing where a cell holds nothing.
        pattern: as for ``strftime``; None or ``ISO 8601`` for a date such as
            ``2027-01-04`` with or without a time. A part of a date, such as ``2027-01``,
            stays missing: it would become the first of the month. A key of ``SERIALS``
            for the numbers of a spreadsheet.
    """
    if pattern in SERIALS:
        return serial_dates(texts, pattern)
    if pattern in (None, "ISO 8601"):
        complete = texts.str.fullmatch(ISO_DATE).fillna(False).astype(bool)
        # The day and time as written: a time zone would shift the day.
        local = texts.where(complete).str.replace(ZONE, r"\1", regex=True)
        return pd.to_datetime(local, format="ISO8601", errors="coerce")
    return pd.to_datetime(texts, format=pattern, errors="coerce")


def is_number(text: str) -> bool:
    """Whether a text is a number with a decimal point."""
    return IS_NUMBER.fullmatch(text) is not None


def canonical(text: str) -> str:
    """The same text for the same number: ``2`` for ``2.0`` and ``02``."""
    return repr(float(text)) if is_number(text) else text
