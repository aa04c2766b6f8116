"""``TrialData``: the data of a trial, checked for the analysis."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from io import StringIO
from math import isnan
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from equipoise.dataset.checked import check_tables, sorted_by_key
from equipoise.dataset.origin import Origin
from equipoise.dataset.scores import worked_out
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.errors import CODES, DataError, Problem, listing, refuse
from equipoise.errors.counted import counted
from equipoise.instruments.model import Instrument
from equipoise.protocol.model import Protocol

UNBLINDING = {
    name: [column.name for column in table.columns if column.unblinds]
    for name, table in TABLES.items()
}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TrialData:
    """The data of a trial, checked against its protocol; blinded.

    Each table has every column of ``equipoise.dataset.tables.TABLES``, in that order and
    type, except optional columns without values; it is sorted by its key and has a plain
    index. Tables are copies of the input. Treat them as read-only, and ``copy()`` a table
    that you want to change.

    A blinded trial has no ``arm``, and no column that reveals the treatment received;
    ``UnblindedTrialData`` has them. Treatment guesses stay.

    Attributes:
        not_answered: table -> its rows with a reason instead of a value
            (``reason_missing``): they are not in the tables, so that they are not used as
            values. Tables without such rows are absent.
        provided: optional tables (``equipoise.dataset.tables.OPTIONAL``) of the source,
            by name. An absent table was not provided.
        origin: source of the data, and problems that were accepted.
        scales: definition of each instrument, by id.
    """

    blind: ClassVar[bool] = True

    participants: pd.DataFrame
    visits: pd.DataFrame
    answers: pd.DataFrame
    recorded_scores: pd.DataFrame
    exposures: pd.DataFrame
    measurements: pd.DataFrame
    events: pd.DataFrame
    dispositions: pd.DataFrame
    guesses: pd.DataFrame
    origin: Origin
    scales: Mapping[str, Instrument]
    not_answered: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    provided: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = [
            f"{name}.{column}"
            for name, columns in UNBLINDING.items()
            for column in columns
            if column in getattr(self, name)
        ]
        if self.blind and told:
            raise ValueError(f"blinded data cannot contain {listing(told)}")

    def __repr__(self) -> str:
        sizes = (f"{len(frame)} {name}" for name, frame in self.tables() if len(frame))
        return f"{type(self).__name__}({', '.join(sizes)})"

    @classmethod
    def from_tables(
        cls,
        protocol: Protocol,
        tables: Mapping[str, pd.DataFrame],
        *,
        origin: Origin | None = None,
        accept: Collection[str] = (),
    ) -> TrialData:
        """The data of a trial from its tables.

        Args:
            protocol: of the trial.
            tables: by name; an absent table is empty, or not provided if it is optional.
                Absent columns are empty; numbers, dates and flags may be texts.
            origin: source of the data.
            accept: codes of problems to accept, such as ``EQ312``; accepted problems are
                recorded in ``origin``.

        Returns:
            ``UnblindedTrialData`` if participants have arms, else ``TrialData``.

        Raises:
            DataError: EQ301 to EQ316, EQ211 and EQ212, all problems with their rows.
        """
        checked = check_tables(protocol, tables)
        made = checked.tables
        refused, accepted = accept_problems(checked.problems, accept)
        refuse(DataError, refused)
        known = origin or Origin()
        known = replace(known, accepted=(*known.accepted, *accepted))
        kind = UnblindedTrialData if checked.unblinded else TrialData
        if not checked.unblinded:
            made |= _without_arms(made)
        optional = {name: made.pop(name) for name in OPTIONAL if name in made}
        return kind(
            **made,
            origin=known,
            scales=protocol.scales,
            not_answered=checked.coded,
            provided=optional,
        )

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Every score: ``participant, visit, timepoint_min, instrument, score, value``.

        Further columns are ``n_items``, ``n_missing`` and ``recorded``: True if the score
        was recorded without any of its items.
        """
        return worked_out(self.answers, self.recorded_scores, self.scales)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of every value, as 64 hexadecimal digits.

        The order of rows and columns, the format and the name of the source are ignored.
        Blinded data have another hash than the same data with arms.
        """
        digest = hashlib.sha256()
        coded = ((f"{n}, no value", f) for n, f in self.not_answered.items())
        for name, frame in (*self.tables(), *self.provided.items(), *coded):
            digest.update(f"{name}\n".encode())
            dates = frame.select_dtypes("datetime").columns
            # As numbers: how a date is written depends on the other dates.
            plain = frame.astype(dict.fromkeys(dates, "int64"))
            digest.update(_csv(plain).encode())
        return digest.hexdigest()

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table of the contract with its name, without optional ones."""
        return ((name, getattr(self, name)) for name in TABLES)

    def contract_tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table of the data contract, including rows without a value.

        ``from_tables`` gives equal data from these.
        """
        layout = TABLES | OPTIONAL
        for name, frame in (*self.tables(), *self.provided.items()):
            more = self.not_answered.get(name)
            if more is None:
                yield name, frame
            else:
                both = pd.concat([frame, more.astype(frame.dtypes)], ignore_index=True)
                yield name, sorted_by_key(layout[name], both)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class UnblindedTrialData(TrialData):
    """The data of a trial whose allocation is known."""

    blind: ClassVar[bool] = False

    @cached_property
    def arm(self) -> pd.Series[Any]:
        """Arm id by participant, of participants who have one."""
        people = self.participants.dropna(subset="arm")
        return people.set_index("participant")["arm"]

    def blinded(self) -> TrialData:
        """The same data without anything that reveals the treatment received."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        tables = {name: frame for name, frame in values.items() if name in TABLES}
        origin = self.origin.blinded()
        return TrialData(**{**values, **_without_arms(tables), "origin": origin})


def _csv(frame: pd.DataFrame) -> str:
    """The text of ``frame.to_csv(index=False)``, in less than half of its time.

    Nearly all texts are in many rows: each is formatted once.
    """
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(frame.columns)
    columns = [_cells(column) for _, column in frame.items()]
    out.writelines(f"{','.join(row)}\n" for row in zip(*columns, strict=True))
    return out.getvalue()


def _cells(column: pd.Series[Any]) -> list[str]:
    """The cells of a column as CSV."""
    if isinstance(column.dtype, pd.StringDtype):
        codes, found = pd.factorize(column)
        texts = np.array([*map(_cell, found), ""], dtype=object)
        return list(texts[codes])  # the last one is that of a missing value
    if column.dtype == "float64":  # equal only if all bits are: 0 and -0 are written so
        codes, bits = pd.factorize(column.to_numpy(float).view("int64"))
        numbers = bits.view("float64").tolist()
        texts = np.array(["" if isnan(v) else str(v) for v in numbers], dtype=object)
        return list(texts[codes])
    values = column.to_numpy(object, na_value="")
    return ["" if v == "" else str(v) for v in values.tolist()]


def _cell(text: str) -> str:
    """A text in quotation marks, if it needs them."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow([text, ""])
    return out.getvalue().removesuffix(",\n")


def _without_arms(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without the columns that unblind, and without a view of them."""
    return {
        name: frame.drop(columns=UNBLINDING[name]).copy()
        for name, frame in tables.items()
        if name in TABLES
    }


def accept_problems(
    found: Sequence[Problem], codes: Collection[str]
) -> tuple[list[Problem], list[str]]:
    """Problems that were not accepted, and accepted problems as text."""
    refused = [
        Problem(
            code="EQ314",
            what=f"{code} cannot be accepted",
            where="accept",
            fix="acceptable: "
            + listing(name for name, about in CODES.items() if about.acceptable),
        )
        for code in sorted(set(codes))
        if code not in CODES or not CODES[code].acceptable
    ]
    rows: Counter[str] = Counter()
    for problem in found:
        if problem.code in codes and CODES[problem.code].acceptable:
            rows[problem.code] += 0 if problem.records is None else len(problem.records)
        else:
            refused.append(problem)
    return refused, [f"{code}: {counted(n, 'record')}" for code, n in rows.items()]
