"""A long table of responses as integer codes, and the problems of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import Problem
from equipoise.instruments import scoring_errors
from equipoise.instruments.model import Instrument
from equipoise.instruments.response_grid import Address, Codes, Grid, Level, grid
from equipoise.instruments.rules import Flags, Vector

FORM = ("participant", "visit", "timepoint_min")
COLUMNS = (*FORM, "instrument", "item", "value")
ADDRESS = ("participant", "visit", "instrument", "item")  # a minute may be missing


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A long table of answers as integer codes.

    Attributes:
        answers: the table itself, for the records of an error.
        address: which form each row belongs to.
        value: one per row.
        whole: True for each row that has a value in every column of ``ADDRESS``.
    """

    answers: pd.DataFrame
    address: Address
    instrument: Level
    item: Level
    value: Vector
    whole: Flags

    @classmethod
    def of(cls, answers: pd.DataFrame) -> AnswerTable:
        """Codes of a table that has all of ``COLUMNS``."""
        levels = {name: Level.of(answers[name]) for name in COLUMNS if name != "value"}
        whole = np.ones(len(answers), dtype=bool)
        for name in ADDRESS:
            whole &= levels[name].codes >= 0
        return cls(
            answers=answers,
            address=Address.of(tuple(levels[name] for name in FORM)),
            instrument=levels["instrument"],
            item=levels["item"],
            value=scoring_errors.numbers(answers["value"]),
            whole=whole,
        )

    def problems(self, instruments: Mapping[str, Instrument]) -> list[Problem]:
        """Rows that belong to no form, or to no known instrument."""
        found = []
        if not self.whole.all():
            found.append(scoring_errors.no_address(self._records(~self.whole), ADDRESS))
        known = self.instrument.positions(instruments) >= 0
        if not known.all():
            unknown = self.whole & ~known[self.instrument.codes]
            if unknown.any():
                found.append(
                    scoring_errors.unknown_instruments(
                        self._records(unknown), instruments
                    )
                )
        return found

    def grid(self, instrument: Instrument) -> tuple[Grid | None, list[Problem]]:
        """Answers to one instrument, item by form; None if there are none."""
        rows = self._rows(instrument.id)
        if rows is None:
            return None, []
        where = f"answers, instrument {instrument.id}"
        problems = []
        item = self.item.positions(instrument.items)[self.item.codes[rows]]
        if item.min() < 0:
            every = np.arange(len(self.answers))[rows]
            records = self._records(every[item < 0])
            names = dict.fromkeys(str(name) for name in records["item"])
            problems.append(
                scoring_errors.unknown_items(
                    instrument, names, where=where, records=records
                )
            )
            rows, item = every[item >= 0], item[item >= 0]
        placed = grid(
            instrument,
            key=self.address.key[rows],
            space=self.address.space,
            item=item,
            value=self.value[rows],
        )
        problems += self._problems_of_cells(instrument, placed, rows, item)
        return placed, problems

    def _problems_of_cells(
        self, instrument: Instrument, placed: Grid, rows: Any, item: Codes
    ) -> list[Problem]:
        """Answers that are given twice or are not allowed."""
        where = f"answers, instrument {instrument.id}"
        found = []
        if placed.repeated:
            cells = pd.DataFrame({"item": item, "form": placed.form})
            twice = cells.duplicated(keep=False).to_numpy()
            records = self._records(np.arange(len(self.answers))[rows][twice])
            found.append(scoring_errors.repeated_answers(records, where=where))
        wrong = np.zeros(len(item), dtype=bool)
        for number, (answers, rule) in enumerate(
            zip(placed.answers, instrument.items.values(), strict=True)
        ):
            if placed.repeated or scoring_errors.outside(rule, answers).any():
                of_item = np.flatnonzero(item == number)
                wrong[of_item] = scoring_errors.outside(rule, self.value[rows][of_item])
        if wrong.any():
            records = self._records(np.arange(len(self.answers))[rows][wrong])
            found.append(scoring_errors.wrong_answers(instrument, records, where=where))
        return found

    def _rows(self, instrument: str) -> Any:
        """Rows of one instrument, None if there are none; a slice if they are all."""
        of_it = self.instrument.positions({instrument: None}) >= 0
        if not of_it.any():
            return None
        chosen = self.whole & (self.instrument.codes == np.argmax(of_it))
        if chosen.all():
            return slice(None) if len(chosen) else None
        return np.flatnonzero(chosen) if chosen.any() else None

    def _records(self, rows: Any) -> pd.DataFrame:
        chosen: pd.DataFrame = self.answers.loc[:, list(COLUMNS)].iloc[rows]
        return chosen
