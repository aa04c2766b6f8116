"""An analysis data set with its codebook, in the manner of CDISC ADaM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

LONGEST_NAME, LONGEST_LABEL = 8, 40  # SAS transport files of version 5, CDISC ADaM
DUMMY_NOTE = "DUMMY ALLOCATION"


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of a data set.

    Attributes:
        name: at most 8 capital letters, digits or underscores.
        label: at most 40 characters.
        type: ``Num`` (days and numbers) or ``Char``.
        derivation: how its values come about.
        values: codes with their meaning, or what a missing value means.
        source: tables and functions that it is derived from.
    """

    name: str
    label: str
    type: Literal["Num", "Char"]
    derivation: str
    unit: str = ""
    values: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set.

    Attributes:
        name: such as ``ADQS``; that of its file is in small letters.
        row: what one row is.
        frame: a column for each variable, in that order.
        dummy: whether its arms are a dummy allocation.
    """

    name: str
    label: str
    row: str
    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    dummy: bool = False

    @property
    def stem(self) -> str:
        """Name of its file without the ending."""
        return f"{'dummy-' if self.dummy else ''}{self.name.lower()}"


def dataset(
    name: str,
    label: str,
    row: str,
    variables: Iterable[Variable],
    columns: Mapping[Any, Any],
    *,
    dummy: bool,
) -> Dataset:
    """A data set from its columns; texts become one line, labels fit.

    Under a dummy allocation the label says so and a column ``ALLOC`` says so in each row.
    """
    listed = list(variables)
    columns = dict(columns)
    if dummy:
        label = f"DUMMY: {label}"
        text = (
            "constant: the arms of this file were shuffled, nothing compares treatments"
        )
        listed.append(
            Variable("ALLOC", "Kind of allocation: dummy, not real", "Char", text)
        )
        columns["ALLOC"] = DUMMY_NOTE
    n = len(columns["USUBJID"])
    frame = pd.DataFrame({v.name: _typed(v, columns[v.name], n) for v in listed})
    fitting = tuple(replace(item, label=shortened(item.label)) for item in listed)
    return Dataset(name, shortened(label), row, frame, fitting, dummy)


def stacked(frames: Sequence[pd.DataFrame]) -> dict[str, Any]:
    """The columns of several frames with the same columns, one below the other."""
    return {
        str(name): np.concatenate([frame[name].to_numpy(object) for frame in frames])
        for name in frames[0]
    }


def flagged(rows: Any) -> list[str | None]:
    """``Y`` where a condition is met, missing elsewhere."""
    return ["Y" if met else None for met in rows]


def _typed(item: Variable, column: Any, n: int) -> Any:
    """A column of texts of one line, or of numbers; an empty text is missing."""
    values = [column] * n if column is None or isinstance(column, str) else column
    missing = pd.isna(np.asarray(values, dtype=object))
    if item.type == "Num":
        pairs = zip(values, missing, strict=True)
        numbers = np.array([np.nan if gone else float(v) for v, gone in pairs])
        whole = not (numbers[~np.isnan(numbers)] % 1).any()
        return pd.Series(numbers).astype("Int64") if whole else numbers
    lines: dict[Any, str | None] = {}
    made: list[str | None] = []
    for value, gone in zip(values, missing, strict=True):
        if not gone and value not in lines:
            lines[value] = one_line(value) or None
        made.append(None if gone else lines[value])
    return pd.array(made, dtype="string")


def one_line(text: str) -> str:
    """A text without control characters and line breaks, which would split a row."""
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    return " ".join(plain.split())


def shortened(label: str) -> str:
    """The words of a label that fit into 40 characters, without a cut word.

    Example:
        >>> shortened("Participants with at least one infusion of any drug")
        'Participants with at least one infusion'
    """
    text = one_line(label)
    if len(text) <= LONGEST_LABEL:
        return text
    words = text[: LONGEST_LABEL + 1].rpartition(" ")[0].rstrip(" ,;:(-")
    return words or text[:LONGEST_LABEL]


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by id on one line each; two that are equal carry their id.

    Example:
        >>> distinct({"a": "Drug", "b": "Drug", "c": "Placebo"})
        {'a': 'Drug (a)', 'b': 'Drug (b)', 'c': 'Placebo'}
    """
    lines = {name: one_line(label) or name for name, label in labels.items()}
    often = Counter(lines.values())
    made = {n: t if often[t] == 1 else f"{t} ({n})" for n, t in lines.items()}
    return made if len(set(made.values())) == len(made) else {n: n for n in made}


def unique_names(
    ids: Iterable[str], taken: Iterable[str] = (), *, suffix: str = ""
) -> dict[str, str]:
    """A variable name of at most 8 characters for each id, in their order.

    Args:
        ids: such as those of characteristics.
        taken: names that must not come out again.
        suffix: at the end of each name.

    Example:
        >>> unique_names(["caps5_change", "caps5_changed"])
        {'caps5_change': 'CAPS5CHA', 'caps5_changed': 'CAPS5CH2'}
    """
    used = set(taken)
    made: dict[str, str] = {}
    for text in ids:
        stem = "".join(c for c in text.upper() if c.isascii() and c.isalnum()) or "V"
        stem = stem if stem[0].isalpha() else f"V{stem}"
        name, n = stem[: LONGEST_NAME - len(suffix)] + suffix, 1
        while name in used:
            n += 1
            name = f"{stem[: LONGEST_NAME - len(suffix) - len(str(n))]}{n}{suffix}"
        used.add(name)
        made[text] = name
    return made
