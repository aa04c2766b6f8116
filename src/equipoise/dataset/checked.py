"""The tables of a trial, typed and checked, with every problem; nothing is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from equipoise.dataset.coded_texts import plain, with_plain_records
from equipoise.dataset.column_types import contract, typed
from equipoise.dataset.scores import disagreements
from equipoise.dataset.tables import OPTIONAL, REASON, TABLES, Table
from equipoise.dataset.validate import problems as contract_problems
from equipoise.errors import Problem, listing
from equipoise.protocol.model import Protocol


@dataclass(frozen=True)
class Checked:
    """The tables of a trial in the types of the data contract, and their problems.

    Attributes:
        tables: by name, each sorted by its key. A value of the wrong type is missing.
        coded: table -> its rows with a reason instead of a value; absent without such.
        problems: EQ301 to EQ316, EQ211 and EQ212, each with its rows.
    """

    tables: dict[str, pd.DataFrame]
    coded: dict[str, pd.DataFrame]
    problems: list[Problem]

    @property
    def unblinded(self) -> bool:
        """Whether any participant has an arm."""
        return bool(self.tables["participants"]["arm"].notna().any())


def check_tables(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Checked:
    """Types every table and compares it with the data contract and the protocol.

    Args:
        protocol: of the trial.
        tables: as ``TrialData.from_tables`` takes them.
    """
    found = _unknown_tables(tables)
    layout = contract(protocol)
    layout |= {n: table for n, table in OPTIONAL.items() if n in tables}
    made: dict[str, pd.DataFrame] = {}
    for name, table in layout.items():  # texts stay coded until all is compared
        result = typed(table, tables.get(name))
        made[name] = sorted_by_key(table, result.frame)
        found += result.problems
    found += contract_problems(protocol, made, layout)
    found = [with_plain_records(problem) for problem in found]
    made = {name: plain(frame) for name, frame in made.items()}
    coded = _take_coded(made)
    found += disagreements(made["answers"], made["recorded_scores"], protocol.scales)
    return Checked(made, coded, found)


def sorted_by_key(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the order of the key of the table, or of all its columns."""
    by = list(table.key) or list(frame.columns)
    return frame.sort_values(by, kind="stable", ignore_index=True)


def _take_coded(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Takes the rows with a reason and no value out of the tables."""
    found = {}
    for name, frame in made.items():
        if REASON.name in frame:
            coded = frame["value"].isna()
            found[name] = frame[coded].reset_index(drop=True)
            made[name] = frame[~coded].drop(columns=REASON.name).reset_index(drop=True)
    return found


def _unknown_tables(tables: Mapping[str, pd.DataFrame]) -> list[Problem]:
    unknown = [name for name in tables if name not in TABLES | OPTIONAL]
    if not unknown:
        return []
    return [
        Problem(
            code="EQ301",
            what=f"unknown tables: {listing(unknown)}",
            where="the data",
            fix=f"use only these tables: {listing(TABLES | OPTIONAL)}",
        )
    ]
