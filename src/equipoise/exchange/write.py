"""Writes the data of a trial as a folder of tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from equipoise.dataset.trialdata import TrialData
from equipoise.exchange.publish import write_files

CARD = "trial.json"
SCHEMA = "equipoise-data/1"


def write_data(
    data: TrialData, folder: str | Path, format: Literal["csv", "parquet"] = "csv"
) -> Path:
    """Writes every table, and where the data come from, into a folder.

    ``read_data`` reads the folder back without a mapping and gives the same data.

    Args:
        data: of a trial; blinded data are written without arms.
        folder: is made if there is none; files of the same names are replaced.
        format: ``csv`` or ``parquet``.

    Raises:
        LibraryError: EQ003, the folder cannot be written to.
    """
    card = {
        "schema": SCHEMA,
        "format": format,
        "virtual": data.origin.virtual,
        "seed": data.origin.seed,
        "accepted": list(data.origin.accepted),
        "content_hash": data.content_hash,
    }
    files = {CARD: (json.dumps(card, indent=2) + "\n").encode()}
    for name, frame in data.tables():
        if format == "csv":
            text = frame.to_csv(index=False, lineterminator="\n")
            files[f"{name}.csv"] = text.encode()
        else:
            files[f"{name}.parquet"] = frame.to_parquet(index=False)
    write_files(Path(folder), files)
    return Path(folder)
