"""Profile of a column of an unknown file: the words of its name, and its values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from equipoise.exchange.cells import dates, is_number
from equipoise.exchange.dictionary import Field
from equipoise.exchange.files import Source
from equipoise.exchange.header_words import (
    plain_letters,
    translated,
    without_asides,
)
from equipoise.exchange.redcap_labels import raw_names
from equipoise.exchange.spreadsheet_dates import FROM_1904, serial_formats

FORMATS = {
    "%Y-%m-%d": "date_ymd",
    "%Y-%m-%d %H:%M": "datetime_ymd",
    "%Y-%m-%d %H:%M:%S": "datetime_seconds_ymd",
    "%d-%m-%Y": "date_dmy",
    "%m-%d-%Y": "date_mdy",
    "%d/%m/%Y": "date_dmy",
    "%m/%d/%Y": "date_mdy",
    "%d.%m.%Y": "date_dmy",
    "%Y/%m/%d": "date_ymd",
    "%d%b%Y": "date_dmy",
    "%d-%b-%Y": "date_dmy",
    "%d %b %Y": "date_dmy",
}
NOT_DONE = (
    *("na", "n a", "nan", "nd", "not done", "not assessed", "missing", "unknown"),
    *("refused", "declined", "not applicable", "prefer not to answer", "none given"),
    *("null", "", "not available", "not recorded", "not known"),
)
CODES = {"-1", "-7", "-8", "-9", "-77", "-88", "-97", "-98", "-99"} | {
    *("-777", "-888", "-999", "-9999", "88", "99", "888", "999", "9999", "."),
}
# What R, pandas, SAS and SPSS write into any column where there is no value.
HOLES = {"NA", "N/A", "n/a", "NaN", "nan", ".", "#NULL!", "#N/A", "NULL", "<NA>"}
# Words of a number that is no date, such as that of a randomization list.
NUMBERED = {"no", "nr", "num", "number", "id", "code", "kit", "list", "seq", "sequence"}
NONE = "None"  # of a program, or the answer "none": a number of 0
LEVELS = 60  # different texts up to which the participants of each are counted
Decimal = Literal[".", ","]


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column.

    Attributes:
        values: number of each text.
        missing: texts that state that there is no number.
        decimal: decimal mark, None if all numbers are integers.
    """

    values: Mapping[str, float]
    missing: tuple[str, ...]
    decimal: Decimal | None

    @property
    def whole(self) -> bool:
        """Whether all numbers are integers."""
        return all(value.is_integer() for value in self.values.values())


@dataclass(frozen=True)
class Look:
    """One column.

    Attributes:
        column: name in the file.
        words: of its name, in small letters, split where letters and digits meet
            punctuation.
        texts: different cells that hold something; sorted unless they are many.
        field: what the data dictionary or the file itself says of it, if anything.
        once: whether no participant has two different values.
        people: number of participants with each text; empty if there are many texts.
        rows: number of cells that hold something.
        filled: proportion of the participants with a value.
        stated: codes that the file itself states to be missing.
        raw: REDCap's name of the column, if the file has its label; else empty.
        from_1904: whether the workbook counts its dates from 1904.
    """

    column: str
    words: tuple[str, ...]
    texts: tuple[str, ...]
    field: Field | None
    once: bool
    people: Mapping[str, int] = made(default_factory=dict)
    rows: int = 0
    filled: float = 1.0
    stated: tuple[str, ...] = ()
    raw: str = ""
    from_1904: bool = False

    @property
    def choices(self) -> Mapping[str, str]:
        """Label of each code, from the data dictionary or the file itself."""
        return self.field.choices if self.field else {}

    @property
    def label(self) -> str:
        """Words of the label, in small letters; empty without one."""
        return normal(self.field.label) if self.field else ""

    @property
    def none(self) -> str:
        """What is to be checked of the text ``None`` among numbers; empty without it."""
        if self.numbers is None or NONE not in self.numbers.missing:
            return ""
        return f"; the text {NONE} is read as missing, and would be wrong if it means 0"

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each text means: the label of the data dictionary, else itself."""
        known = self.choices
        return {text: known.get(text, text) for text in self.texts}

    @cached_property
    def numbers(self) -> Numbers | None:
        """The numbers of the column, None unless every cell is a number or a hole."""
        return _numbers(self.texts, self.stated)

    def numeric(self, decimal: Decimal) -> bool:
        """Whether there are cells, and all are numbers with this decimal mark."""
        found = self.numbers
        return (
            found is not None
            and not found.missing
            and (found.decimal or decimal) == decimal
        )

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """Formats of dates in which every cell can be read, the dictionary's first."""
        first = next((t for t in self.texts if normal(t) not in NOT_DONE), "")
        if not DATED.fullmatch(first) or all(map(is_number, self.texts)):
            return ()
        texts = [text for text in self.texts if normal(text) not in NOT_DONE]
        # The first text excludes nearly every format at once.
        fits = [f for f in FORMATS if _dated(texts[0], f)]
        fits = [f for f in fits if dates(_series(texts), f).notna().all()]
        stated = self.field.validation if self.field else ""
        return tuple(sorted(fits, key=lambda f: FORMATS[f] != stated))

    @cached_property
    def serials(self) -> tuple[str, ...]:
        """Formats of a spreadsheet, if every cell is a number that may be a date."""
        if self.numbers is None or NUMBERED & {*self.words, *self.label.split()}:
            return ()
        return serial_formats(self.numbers.values, from_1904=self.from_1904)


DATED = re.compile(r"\d{1,4}([-/. ]?)[A-Za-z\d]{1,3}\1\d{2,4}( \d\d?(:\d\d?){1,2})?")


def looks(
    source: Source,
    fields: Mapping[str, Field],
    people: str,
    nothing: Collection[str] = (),
) -> dict[str, Look]:
    """A look at every column of a file.

    Args:
        source: the file.
        fields: of the data dictionary; empty without one.
        people: the column that says whose row it is.
        nothing: texts that mean an empty cell in every column.
    """
    raw = raw_names([str(column) for column in source.cells.columns], fields)
    persons, names = pd.factorize(source.cells[people].to_numpy(dtype=object))
    found = {}
    for column in map(str, source.cells.columns):
        named = raw.get(column, column)
        about = fields.get(named) or fields.get(named.partition("___")[0])
        about = about or _own_field(source, column)
        cells = source.cells[column].to_numpy(dtype=object)
        found[column] = Look(
            column=column,
            words=words(without_asides(named)) or ("",),
            field=about,
            stated=source.missing.get(column, ()),
            raw=named if named != column else "",
            from_1904=FROM_1904 in source.notes,
            **_counted(cells, persons, len(names), nothing),
        )
    return found


def _counted(
    cells: Any, persons: Any, n: int, nothing: Collection[str]
) -> dict[str, Any]:
    """Texts of a column, and how the participants share them."""
    codes, texts = pd.factorize(cells)
    kept = [bool(text) and text not in nothing for text in texts]
    there = np.array(kept, dtype=bool)
    held = there[codes] if len(texts) else np.zeros(len(codes), dtype=bool)
    pairs = np.unique(codes[held].astype(np.int64) * n + persons[held])
    who = pairs % n
    filled = len(np.unique(who))
    shared = np.bincount(pairs // n, minlength=len(texts))
    few = int(there.sum()) <= LEVELS
    held_by = zip(texts, shared, kept, strict=True)
    found = [t for t, k in zip(texts, kept, strict=True) if k]
    return {
        "texts": tuple(sorted(found, key=_order) if few else found),
        "once": filled == len(who),
        "people": {t: int(c) for t, c, k in held_by if k and few},
        "rows": int(held.sum()),
        "filled": filled / max(n, 1),
    }


def _own_field(source: Source, column: str) -> Field | None:
    """What a file of SPSS, Stata or SAS says of a column itself."""
    label, choices = source.labels.get(column, ""), source.choices.get(column, {})
    if not label and not choices:
        return None
    return Field(column, type="", label=label, choices=choices)


def _numbers(texts: Iterable[str], stated: Iterable[str]) -> Numbers | None:
    values: dict[str, float] = {}
    missing: list[str] = []
    marks: set[Decimal] = set()
    for text in texts:
        point = text.replace(",", ".", 1) if "," in text and "." not in text else text
        if text in stated:
            missing.append(text)
        elif is_number(point):
            values[text] = float(point)
            marks |= {"."} if "." in text else {","} if "," in text else set()
        elif normal(text) in NOT_DONE or text == NONE:
            missing.append(text)
        else:
            return None
    if not values or len(marks) > 1:
        return None
    return Numbers(values, tuple(missing), next(iter(marks), None))


def _dated(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007  a format is tried, no time read
    except ValueError:
        return False
    return True


def _series(texts: list[str]) -> pd.Series[Any]:
    return pd.Series(texts, dtype="string")


def _order(text: str) -> tuple[bool, float, str]:
    number = is_number(text)
    return not number, float(text) if number else 0.0, text


def normal(text: str) -> str:
    """Words in small letters, with single spaces."""
    return " ".join(words(text))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Words of a name: ``visitDate_2`` gives ``visit``, ``date``, ``2``."""
    split = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ][a-zäöüß])", " ", text)
    found = re.findall(r"[a-z0-9]+", plain_letters(split))
    return tuple(" ".join(map(translated, found)).split())


def matched(
    labels: Mapping[str, str], known: Mapping[str, Iterable[str]]
) -> dict[str, str] | None:
    """Which known value each text means, None unless all are clear.

    Args:
        labels: label of each text of a column.
        known: names of each value.
    """
    names = {value: [normal(name) for name in many] for value, many in known.items()}
    found: dict[str, str] = {}
    for text, label in labels.items():
        said = normal(label)
        if said in NOT_DONE:
            continue
        fits = [v for v, many in names.items() if said in many]
        fits = fits or [v for v, many in names.items() if _begins(said, many)]
        if len(fits) != 1:
            return None
        found[text] = fits[0]
    return found or None


def not_done(labels: Mapping[str, str]) -> list[str]:
    """Texts whose label says that there is no value."""
    return [text for text, label in labels.items() if normal(label) in NOT_DONE]


def _begins(said: str, names: Iterable[str]) -> bool:
    """Whether one is an abbreviation of the other: ``f`` and ``female``."""
    return bool(said) and any(n.startswith(said) or said.startswith(n) for n in names)
