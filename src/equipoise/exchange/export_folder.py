"""Reads an export of the application, unpacked into a folder, without a mapping."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from equipoise.dataset.column_types import contract
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import DataError
from equipoise.exchange.folder import WrittenTables, read_table
from equipoise.exchange.protocols import read_text
from equipoise.protocol.model import Protocol

SNAPSHOT = "snapshot.json"
MARK = "'"  # before a text that a spreadsheet would take for a formula
UNPLANNED = (
    "unscheduled-"  # how the ids of visits begin that the protocol does not plan
)


def read_export(
    folder: Path, protocol: Protocol, accept: Collection[str] = ()
) -> TrialData:
    """The data of a trial from an export in CSV or Parquet.

    Visits that the protocol does not plan are excluded from the tables, as in
    ``TrialData`` made by the application. Optional tables are read only from an export
    without concealed forms, because an incomplete table could be mistaken for a complete
    one.

    Args:
        folder: with ``snapshot.json`` and a file for each table.
        protocol: of the trial.
        accept: codes of problems to accept.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        DataError: EQ349, the folder is not an export of this trial; EQ301 to EQ316, the
            tables do not fit the protocol.
    """
    found = export_tables(folder, protocol)
    return TrialData.from_tables(
        protocol, found.tables, origin=found.origin, accept=accept
    )


def export_tables(folder: Path, protocol: Protocol) -> WrittenTables:
    """The tables of an export, without visits that the protocol does not plan.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        DataError: EQ349, the folder is not an export of this trial.
    """
    about = _about(folder, protocol)
    suffix = ".parquet" if (folder / "participants.parquet").is_file() else ".csv"
    names = [*TABLES, *(OPTIONAL if about.get("concealed") is False else ())]
    layout = contract(protocol) | OPTIONAL
    tables = {}
    for name in names:
        numeric = [c.name for c in layout[name].columns if c.type == "number"]
        table = read_table(folder / f"{name}{suffix}", numeric)
        if suffix == ".csv":
            texts = [c.name for c in layout[name].columns if c.type == "text"]
            for column in table.columns.intersection(texts):
                table[column] = table[column].str.removeprefix(MARK)
        if name in TABLES and "visit" in table:
            planned = ~table["visit"].fillna("").str.startswith(UNPLANNED)
            table = table[planned.astype(bool)].reset_index(drop=True)
        tables[name] = table
    origin = Origin(files=(f"snapshot {str(about['snapshot'])[:12]}",))
    return WrittenTables(tables, origin)


def _about(folder: Path, protocol: Protocol) -> dict[str, Any]:
    """What the export says of itself."""
    try:
        stated = json.loads(read_text(folder / SNAPSHOT))
        trial, schema = stated["trial"], stated["schema"]
        if (trial, schema) == (protocol.trial.id, 1) and stated["snapshot"]:
            return dict(stated)
        found = f"schema {schema}, trial {trial}"
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        found = f"{type(error).__name__}: {error}"
    raise DataError.single(
        "EQ349",
        f"{SNAPSHOT} does not belong to an export of this trial: {found}",
        where=str(folder / SNAPSHOT),
        fix=f"export the data of {protocol.trial.id} again, as CSV or Parquet",
    )
