"""Reads the tables of a trial from a folder that Equipoise wrote."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from equipoise.dataset.column_types import contract
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import OPTIONAL, TABLES
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import DataError
from equipoise.exchange.cells import numbers
from equipoise.exchange.grid import package
from equipoise.exchange.protocols import read_text
from equipoise.protocol.model import Protocol

MANIFEST = "trial.json"
SCHEMA = 1
FORMATS = ("csv", "parquet")


@dataclass(frozen=True)
class WrittenTables:
    """The tables of a folder that Equipoise wrote, before they are checked.

    Attributes:
        tables: as ``TrialData.from_tables`` takes them.
        accepted: codes of problems that were accepted before the data were written.
    """

    tables: dict[str, pd.DataFrame]
    origin: Origin
    accepted: tuple[str, ...] = ()


def read_folder(
    folder: Path, protocol: Protocol, accept: Collection[str] = ()
) -> TrialData:
    """The data of a trial as ``write_data`` wrote them.

    Problems that were accepted before the data were written are accepted again.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        DataError: EQ349, the folder is not what Equipoise writes; EQ301 to EQ314, the
            tables do not fit the protocol.
    """
    found = folder_tables(folder, protocol)
    return TrialData.from_tables(
        protocol,
        found.tables,
        origin=found.origin,
        accept={*accept, *found.accepted},
    )


def folder_tables(folder: Path, protocol: Protocol) -> WrittenTables:
    """The tables as ``write_data`` wrote them.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        DataError: EQ349, the folder is not what Equipoise writes.
    """
    manifest = _manifest(folder)
    origin = Origin(**{**manifest["origin"], "accepted": ()})
    again = [str(text).partition(":")[0] for text in manifest["origin"]["accepted"]]
    suffix = f".{manifest['format']}"
    numeric = {
        name: [c.name for c in table.columns if c.type == "number"]
        for name, table in (contract(protocol) | OPTIONAL).items()
    }
    # Not every optional table that lies there: it may be of data written earlier.
    provided = [name for name in OPTIONAL if name in manifest.get("provided", ())]
    tables = {
        name: read_table(folder / f"{name}{suffix}", numeric[name])
        for name in (*TABLES, *provided)
    }
    return WrittenTables(tables, origin, tuple(again))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        stated = json.loads(read_text(folder / MANIFEST))
        origin = stated["origin"]
        stated["origin"] = {
            "files": tuple(origin["files"]),
            "virtual": bool(origin["virtual"]),
            "seed": origin["seed"],
            "accepted": tuple(origin["accepted"]),
            "confirmed_empty": tuple(origin.get("confirmed_empty", ())),
            "all_randomized": bool(origin.get("all_randomized", False)),
            "not_read": tuple(origin.get("not_read", ())),
            "reading": tuple(origin.get("reading", ())),
            "corrections": tuple(origin.get("corrections", ())),
            "unblinding": tuple(origin.get("unblinding", ())),
        }
        if stated["schema"] == SCHEMA and stated["format"] in FORMATS:
            return dict(stated)
        found = f"schema {stated['schema']}, format {stated['format']}"
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        found = f"{type(error).__name__}: {error}"
    raise DataError.single(
        "EQ349",
        f"{MANIFEST} was not written by Equipoise, or was changed: {found}",
        where=str(folder / MANIFEST),
        fix=f"write the data again, or delete {MANIFEST} and give a mapping",
    )


def read_table(path: Path, numeric: list[str]) -> pd.DataFrame:
    """A table as it was written: texts, and numbers in the columns ``numeric``.

    Raises:
        DataError: EQ349, it is not there.
    """
    if not path.is_file():
        raise DataError.single(
            "EQ349",
            f"there is no table {path.name}",
            where=str(path.parent),
            fix="write or export the data again, or give a mapping",
        )
    if path.suffix == ".parquet":
        package("pyarrow", path)
        return pd.read_parquet(path)
    # Only an empty cell is missing: the text "NA" may be somebody's initials.
    frame = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""])
    exact = {}
    for name in frame.columns.intersection(numeric):
        values = numbers(frame[name], ".").astype(object)
        exact[name] = values.where(
            values.notna(), frame[name]
        )  # text stays, refused later
    return frame.assign(**exact)
