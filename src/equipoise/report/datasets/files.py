"""The files of the analysis data sets."""

from __future__ import annotations

from importlib.util import find_spec

from equipoise.report.datasets.adverse_events import adverse_events
from equipoise.report.datasets.codebook import codebook_csv, codebook_markdown
from equipoise.report.datasets.dataset import Dataset
from equipoise.report.datasets.repeated_measures import repeated_measures
from equipoise.report.datasets.responses import responses
from equipoise.report.datasets.subject_level import subject_level
from equipoise.report.datasets.time_to_event import time_to_event
from equipoise.report.datasets.trial import Trial, day_rule

BUILDERS = (
    subject_level,
    repeated_measures,
    responses,
    time_to_event,
    adverse_events,
)
NO_PARQUET = (
    "Parquet files were not written: the package pyarrow is not installed "
    "(equipoise[formats])."
)


def datasets(trial: Trial) -> dict[str, Dataset]:
    """The data sets of a trial by name; one that would be empty is not made."""
    made = (build(trial) for build in BUILDERS)
    return {item.name: item for item in made if item is not None}


def dataset_files(trial: Trial, sets: dict[str, Dataset]) -> dict[str, bytes]:
    """Each data set as CSV and, where pyarrow is installed, Parquet; the codebook."""
    parquet = find_spec("pyarrow") is not None
    files: dict[str, bytes] = {}
    for item in sets.values():
        files[f"adam/{item.stem}.csv"] = item.frame.to_csv(
            index=False, lineterminator="\n"
        ).encode()
        if parquet:
            files[f"adam/{item.stem}.parquet"] = _parquet(item)
    notes = notes_on(trial, parquet=parquet)
    ordered = list(sets.values())
    stem = "adam/dummy-codebook" if trial.dummy else "adam/codebook"
    files[f"{stem}.csv"] = codebook_csv(ordered)
    files[f"{stem}.md"] = codebook_markdown(ordered, notes)
    return files


def notes_on(trial: Trial, *, parquet: bool) -> list[str]:
    """Introduction to the tables of the codebook."""
    notes = [
        "These are the rows that the models of the report were fitted to, and those that "
        "they excluded, with the reason. Names are those of CDISC ADaM where it has one; "
        "a missing value is an empty cell. Numbers are written with all their digits.",
        "Variables of treatments and visits hold labels, as in CDISC ADaM; ARMCD, TRTAID, "
        "AVISITID and ENDPOINT hold the ids of the protocol, with which a row is found in "
        "results.json.",
        f"Days: {day_rule(trial)}.",
    ]
    if trial.dummy:
        notes.append(
            "DUMMY ALLOCATION: the trial is blind and its arms were shuffled. No file "
            "compares treatments. Adverse events and recorded reasons are not written: "
            "they can disclose who received what."
        )
    if trial.data.origin.virtual:
        notes.append("Simulated participants: no participant in these files is real.")
    if not trial.dummy and trial.data.events.empty:
        notes.append("There is no ADAE: the data hold no adverse events.")
    if not parquet:
        notes.append(NO_PARQUET)
    return notes


def _parquet(item: Dataset) -> bytes:
    """The file as bytes; nothing is written here."""
    import pyarrow
    from pyarrow import parquet

    out = pyarrow.BufferOutputStream()
    parquet.write_table(
        pyarrow.Table.from_pandas(item.frame, preserve_index=False), out
    )
    return bytes(out.getvalue().to_pybytes())
