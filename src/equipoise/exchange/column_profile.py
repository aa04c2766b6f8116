"""Profile of a column of an unknown file: the words of its name, and its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from equipoise.exchange.cells import dates, is_number, numbers
from equipoise.exchange.dictionary import Field
from equipoise.exchange.files import Source

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
)
CODES = {"-1", "-7", "-8", "-9", "-77", "-88", "-97", "-98", "-99"} | {
    *("-777", "-888", "-999", "-9999", "88", "99", "888", "999", "9999", "."),
}


@dataclass(frozen=True)
class Look:
    """One column.

    Attributes:
        column: name in the file.
        words: of its name, in small letters, split where letters and digits meet
            punctuation.
        texts: different cells that hold something.
        field: what the data dictionary says of it, if anything.
        once: whether no participant has two different values.
    """

    column: str
    words: tuple[str, ...]
    texts: tuple[str, ...]
    field: Field | None
    once: bool

    @property
    def labels(self) -> dict[str, str]:
        """What each text means: the label of the data dictionary, else itself."""
        choices = self.field.choices if self.field else {}
        return {text: choices.get(text, text) for text in self.texts}

    def numeric(self, decimal: Literal[".", ","]) -> bool:
        """Whether there are cells, and all are numbers."""
        texts = pd.Series(self.texts, dtype="string")
        return bool(len(texts)) and bool(numbers(texts, decimal).notna().all())

    def date_formats(self) -> tuple[str, ...]:
        """Formats in which every cell can be read, the dictionary's own first."""
        texts = pd.Series(self.texts, dtype="string")
        if texts.empty or all(map(is_number, self.texts)):
            return ()
        fits = [f for f in FORMATS if dates(texts, f).notna().all()]
        stated = self.field.validation if self.field else ""
        return tuple(sorted(fits, key=lambda f: FORMATS[f] != stated))


def looks(source: Source, fields: Mapping[str, Field], people: str) -> dict[str, Look]:
    """A look at every column of a file.

    Args:
        source: the file.
        fields: of the data dictionary; empty without one.
        people: the column that says whose row it is.
    """
    by_label = {normal(one.label): one for one in fields.values()}
    found = {}
    for column in source.cells.columns:
        base = column.partition("___")[0]
        field = fields.get(column) or fields.get(base) or by_label.get(normal(column))
        cells = source.cells.loc[source.cells[column] != "", [people, column]]
        pairs = cells.drop_duplicates().iloc[:, 0]
        found[column] = Look(
            column=column,
            words=words(field.name if field and base == column else column),
            texts=tuple(sorted(set(cells[column]), key=_order)),
            field=field,
            once=not pairs.duplicated().any(),
        )
    return found


def _order(text: str) -> tuple[bool, float, str]:
    number = is_number(text)
    return not number, float(text) if number else 0.0, text


def normal(text: str) -> str:
    """Words in small letters, with single spaces."""
    return " ".join(words(text))


def words(text: str) -> tuple[str, ...]:
    """Words of a name: ``visitDate_2`` gives ``visit``, ``date``, ``2``."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", text)
    return tuple(re.findall(r"[a-z0-9]+", split.lower()))


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
