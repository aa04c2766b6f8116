"""Which texts of cells a page may show: no names, no free text, no treatment."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from equipoise.errors import Problem
from equipoise.protocol.toml_string import toml_string

DIGITS = 4
WORD = 3  # letters from which a text is looked for without quotation marks
CODE_LENGTH = 20  # letters; a longer text is a sentence
SHARED = 3  # participants with the same text: then it is a code, not a person's name
NUMBER_LIKE = re.compile(r"[<>≤≥~=]{0,2}\s?[+-]?\d{1,4}([.,]\d{1,4})?\s?[%*+?!]{0,2}")
DATE_LIKE = re.compile(r"[\d.:/T Z+-]{6,30}")
SHORT_CODE = re.compile(r"[A-Za-z]{0,3}[-_. ]?\d{1,3}")  # such as V9 or T-12
WORDS = re.compile(r"[^\W\d_]+")
DATES = ("EQ338", "EQ345", "EQ311", "EQ339")  # problems of dates, which show dates
FIELDS = re.compile(r"columns? (.+)$")


def number_like(text: str) -> bool:
    """Whether a text is a short number, perhaps with a sign: ``12*``, ``<21``."""
    return NUMBER_LIKE.fullmatch(text.strip()) is not None


def showable(
    texts: pd.Series[Any],
    participants: pd.Series[Any] | None,
    *,
    dates: bool = False,
    vocabulary: Collection[str] = (),
) -> pd.Series[bool]:
    """Whether each text may be shown on a page.

    Shown are short numbers, dates where a date is expected, and codes: short texts that
    several participants share, or that consist of known words and numbers. Names,
    comments and numbers to call are not shown.

    Args:
        texts: cells, not missing.
        participants: of the same rows; None if unknown.
        dates: whether the column is one of dates.
        vocabulary: words of the protocol and the mapping, in lower case.
    """
    shown = {}
    people = texts.index.to_series() if participants is None else participants
    shared = people.groupby(texts).nunique()
    for text in texts.unique():
        plain = str(text)
        short = len(plain) <= CODE_LENGTH
        code = short and "@" not in plain and int(shared.get(text, 0)) >= SHARED
        words = WORDS.findall(plain.lower())
        code |= SHORT_CODE.fullmatch(plain) is not None
        code |= short and bool(words) and vocabulary_only(plain, words, vocabulary)
        date = dates and DATE_LIKE.fullmatch(plain) is not None
        shown[text] = number_like(plain) or code or date
    return texts.map(shown).astype(bool)


def vocabulary_only(text: str, words: list[str], known: Collection[str]) -> bool:
    """Whether a text has known words only, and no number that could be one to call."""
    digits = sum(letter.isdigit() for letter in text)
    return all(word in known for word in words) and digits <= DIGITS


def hidden(text: object) -> str:
    """What a page shows instead of a text."""
    return f"[text of {len(str(text))} characters]"


def shown_rows(
    problem: Problem,
    identifying: Collection[str],
    unblinding: Collection[str],
    vocabulary: Collection[str] = (),
) -> tuple[tuple[str, str], pd.DataFrame]:
    """The message and the remedy of a problem, and its rows, as a page may show them.

    Args:
        problem: with its rows.
        identifying: columns that tell where a value belongs: participant, visit, row.
        unblinding: columns that must not be shown, because the data are blinded.
        vocabulary: words that may be shown, in lower case.

    Returns:
        Message and remedy, which may quote cells; and the rows: identifying columns,
        columns of numbers, and the column that the problem is about, with texts that
        may be shown.
    """
    said, rows = (problem.what, problem.fix), problem.records
    if rows is None:
        return said, pd.DataFrame()
    named = set(_about(problem.where)) | {"value"}
    kept: dict[str, pd.Series[Any]] = {}
    for name in map(str, rows.columns):
        if name in identifying:
            kept[name] = rows[name]
            continue
        if name in unblinding:
            said = _without(said, rows[name].dropna(), "[not shown while blinded]")
            continue
        texts = pd.api.types.is_object_dtype(rows[name]) or isinstance(
            rows[name].dtype, pd.StringDtype
        )
        if not texts:
            kept[name] = rows[name]
        elif name in named:
            kept[name], said = _screened(problem, said, rows, name, vocabulary)
    return said, pd.DataFrame(kept).reset_index(drop=True)


def _screened(
    problem: Problem,
    said: tuple[str, str],
    rows: pd.DataFrame,
    name: str,
    vocabulary: Collection[str],
) -> tuple[pd.Series[Any], tuple[str, str]]:
    texts = rows[name].dropna().astype(str)
    if texts.empty:
        return rows[name], said
    people = rows.loc[texts.index, "participant"] if "participant" in rows else None
    dates = problem.code in DATES
    safe = showable(texts, people, dates=dates, vocabulary=vocabulary)
    screened = rows[name].astype(object)
    screened.loc[texts.index] = texts.where(safe, texts.map(hidden))
    return screened, _without(said, texts[~safe], None)


def _without(
    said: tuple[str, str], texts: pd.Series[Any], instead: str | None
) -> tuple[str, str]:
    """Message and remedy without texts of cells; counts in them stay."""
    what, fix = said
    for text in sorted(texts.astype(str).unique(), key=len, reverse=True):
        shown = instead or hidden(text)
        for quoted in (repr(text), f'"{text}"', toml_string(text)):
            what, fix = what.replace(quoted, shown), fix.replace(quoted, shown)
        if instead is None and len(text) >= WORD:
            bare = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
            plain = shown.replace("\\", "")
            what, fix = bare.sub(plain, what), bare.sub(plain, fix)
    return what, fix


def _about(where: str) -> list[str]:
    """Columns that the place of a problem names."""
    found = FIELDS.search(where)
    if found is None:
        return []
    text = found[1]
    return [text, *re.split(r" / | and |, ", text)]
