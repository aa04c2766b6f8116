"""Writes the data of a trial into a folder, one file for each table."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from equipoise.dataset.trialdata import TrialData
from equipoise.exchange.folder import MANIFEST, SCHEMA
from equipoise.exchange.output_files import write_files


def write_data(
    data: TrialData, folder: str | Path, format: Literal["csv", "parquet"] = "csv"
) -> Path:
    """Writes every table, and ``trial.json``, which states their origin.

    ``read_data`` reads the folder without a mapping, to equal data with the same
    content hash. A blinded trial is written without anything that reveals the arms.

    Args:
        data: of a trial.
        folder: created if it does not exist; files of the same names are replaced.
        format: of the tables; ``parquet`` needs the package pyarrow.

    Returns:
        The folder.

    Raises:
        LibraryError: EQ003, the folder cannot be written to.
    """
    suffix = {"csv": ".csv", "parquet": ".parquet"}[format]
    files = {
        name + suffix: _csv(frame) if format == "csv" else _parquet(frame)
        for name, frame in data.contract_tables()
    }
    manifest: dict[str, Any] = {"schema": SCHEMA, "format": format}
    manifest |= {"origin": asdict(data.origin)}
    if data.provided:
        manifest |= {"provided": list(data.provided)}
    files[MANIFEST] = (json.dumps(manifest, indent=2) + "\n").encode()
    write_files(Path(folder), files)
    return Path(folder)


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
