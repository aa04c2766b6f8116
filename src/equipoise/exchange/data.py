"""Reads the data of a trial from a file, or from a folder that Equipoise wrote."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from equipoise import library
from equipoise.dataset.origin import Origin
from equipoise.dataset.tables import TABLES
from equipoise.dataset.trialdata import TrialData
from equipoise.errors import DataError
from equipoise.exchange.assemble import assemble
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import ManyFiles, OneFile, parse_mapping
from equipoise.exchange.protocols import read_text
from equipoise.exchange.write import CARD, SCHEMA
from equipoise.protocol.model import Protocol


def read_data(
    path: str | Path,
    protocol: Protocol,
    *,
    mapping: str | Path | None = None,
    accept: Collection[str] = (),
) -> TrialData:
    """The data of a trial, checked.

    Args:
        path: a CSV, TSV, XLSX or Parquet file, or a folder written by ``write_data``.
        protocol: of the trial.
        mapping: ``mapping.toml`` of a file; by default the one beside the file, else
            that of the library with the name of the trial.
        accept: codes of problems with which to go on, such as ``EQ312``.

    Returns:
        ``UnblindedTrialData`` where participants have arms, else ``TrialData``.

    Raises:
        LibraryError: EQ002, a file cannot be read.
        DataError: EQ301 to EQ349, all problems of one kind at once, with their rows.
    """
    place = Path(path)
    if place.is_dir():
        return _folder(place, protocol, accept)
    chosen = _mapping(place, protocol, mapping)
    source = read_source(place, chosen.file)
    return TrialData.from_tables(
        protocol,
        assemble(chosen, source, protocol),
        origin=Origin(files=(place.name,)),
        accept=accept,
    )


def _mapping(path: Path, protocol: Protocol, given: str | Path | None) -> OneFile:
    beside = path.parent / "mapping.toml"
    if given is not None or beside.is_file():
        file = beside if given is None else Path(given)
        return _one(parse_mapping(read_text(file), origin=file.name), file.name)
    name = protocol.trial.id
    if name in library.names("mappings"):
        text = library.text("mappings", name)
        return _one(parse_mapping(text, origin=f"{name}.toml"), f"{name}.toml")
    raise DataError.single(
        "EQ330",
        f"there is no mapping for {path.name}",
        where=f"{beside}, and the library",
        mend=f"propose one: equipoise map {path} --protocol PROTOCOL --out mapping.toml",
    )


def _one(mapping: OneFile | ManyFiles, origin: str) -> OneFile:
    if isinstance(mapping, OneFile):
        return mapping
    raise DataError.single(
        "EQ332",
        "the mapping is for several files, and one file was given",
        where=f"{origin}, files",
        mend="write one mapping for each file",
    )


def _folder(folder: Path, protocol: Protocol, accept: Collection[str]) -> TrialData:
    card = folder / CARD
    if not card.is_file():
        raise DataError.single(
            "EQ349",
            f"{folder} holds no {CARD}",
            where=str(folder),
            mend="give the data file itself, or a folder that Equipoise wrote",
        )
    about = json.loads(read_text(card))
    if about.get("schema") != SCHEMA:
        raise DataError.single(
            "EQ349",
            f"{CARD} has the schema {about.get('schema')!r}",
            where=str(card),
            mend=f"this version reads {SCHEMA}",
        )
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        file = folder / f"{name}.{about['format']}"
        if file.is_file() and about["format"] == "parquet":
            tables[name] = pd.read_parquet(file)
        elif file.is_file():
            tables[name] = pd.read_csv(
                file, dtype="string", keep_default_na=False, na_values=[""]
            )
    return TrialData.from_tables(
        protocol,
        tables,
        origin=Origin(
            files=(folder.name,),
            virtual=bool(about["virtual"]),
            seed=about["seed"],
            accepted=tuple(about["accepted"]),
        ),
        accept=accept,
    )
