"""Identifiers with blanks at an end: joined by a rule of the mapping, and reported."""

from itertools import count
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import equipoise as eq
from equipoise.errors import DataError, Problem
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File
from tests.exchange.small import LONG, protocol, read, refused, rows
from tests.exchange.test_trial_participants import (
    EVENTS,
    FILES,
    PEOPLE,
    RATINGS,
    problem,
    trial,
)

IGNORING = EVENTS.replace('"subject" }', '"subject", ignore = ["blanks"] }')


@pytest.mark.parametrize("text", ["P-001 ", " P-001", "\u00a0P-001", "P-001\t "])
def test_another_file_with_blanks_is_rejected_and_shows_them(
    tmp_path: Path, text: str
) -> None:
    found = problem(tmp_path, f"{text},Fall\nP-002,Nausea\n")
    assert found.code == "EQ306"
    assert f"only in blanks at an end: {text!r} (did you mean 'P-001'?)" in found.what
    assert rows(found, "row") == ["2"]
    assert rows(found, "written") == [repr(text)]
    assert 'ignore = ["blanks"] at participant of ae.csv' in found.fix


def test_the_remedy_of_the_message_joins_them_and_is_reported(tmp_path: Path) -> None:
    data = trial(
        tmp_path, "P-001 ,Fall\nP-001,Nausea\nP-001 ,Fall\n", mapping=FILES + IGNORING
    )
    assert data.events["participant"].tolist() == ["P-001"] * 3
    assert data.origin.reading[-4:-1] == (
        "ae.csv: 3 rows of 1 of the 3 participants; no other identifier, with 3 adverse "
        "events.",
        "ae.csv: 1 identifier in 2 rows was written with blanks at an end, which are not "
        "read: 'P-001 '.",
        "ae.csv: 1 spelling of identifiers joined, because the mapping ignores blanks: "
        "'P-001 ' as 'P-001' (2 rows).",
    )


def test_blanks_that_are_the_same_everywhere_are_only_reported(tmp_path: Path) -> None:
    padded = LONG.replace("P2,", "P2   ,")
    data = read(tmp_path, padded)
    assert data.content_hash == read(tmp_path).content_hash
    data = read(tmp_path, padded)
    assert any("read: 'P2   '." in note for note in data.origin.reading)


def test_rows_of_one_file_are_rejected_too(tmp_path: Path) -> None:
    found = refused(tmp_path, LONG.replace("P2,V1", "P2 ,V1"))
    assert "'P2 ' (did you mean 'P2'?)" in found["EQ306"].what


def test_ignoring_the_case_does_not_ignore_blanks(tmp_path: Path) -> None:
    rule = EVENTS.replace('"subject" }', '"subject", ignore = ["case"] }')
    found = problem(tmp_path, "p-001 ,Fall\n", mapping=FILES + rule)
    assert "'p-001 ' (did you mean 'P-001'?)" in found.what


def test_a_corrected_identifier_has_no_blanks(tmp_path: Path) -> None:
    correction = """
[[corrections]]
participant = "P-002"
file = "ae.csv"
column = "subject"
from = "P-002"
to = "P-001"
reason = "Wrong line of the form"
who = "A. Monitor"
when = 2026-03-01
"""
    rule = FILES + EVENTS + correction
    data = trial(tmp_path, "P-002 ,Fall\n", mapping=rule)
    assert data.events["participant"].tolist() == ["P-001"]


@pytest.mark.parametrize("suffix", ["sav", "dta", "xpt", "parquet", "xlsx"])
def test_every_format_tells_blanks_that_were_entered(
    tmp_path: Path, suffix: str
) -> None:
    """Blanks that fill a text of fixed length were not entered by anybody."""
    path = tmp_path / f"a.{suffix}"
    table = pd.DataFrame({"id": [" P1", "P2", "P3 "], "x": [1.0, 2.0, 3.0]})
    if suffix == "parquet":
        table.to_parquet(path)
    elif suffix == "xlsx":
        table.to_excel(path, index=False)
    else:
        writer = {"sav": "write_sav", "dta": "write_dta", "xpt": "write_xport"}[suffix]
        getattr(pyreadstat, writer)(table, path)
    source = read_source(path, File())
    assert source.table["id"].tolist() == ["P1", "P2", "P3"]
    told = source.written["id"].tolist()
    assert told == ([" P1"] if suffix in ("sav", "xpt") else [" P1", "P3 "])


folders = count()
blank = st.text(" \u00a0", max_size=2)
spelled = st.builds(
    "{}{}{}".format, blank, st.sampled_from(["P-001", "P-002", "P-003"]), blank
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(spelled, min_size=1, max_size=4), st.sampled_from(["csv", "xlsx"]))
def test_an_identifier_with_blanks_is_never_silently_another(
    tmp_path: Path, people: list[str], suffix: str
) -> None:
    """Law: each is told by name, and joined only if the mapping says so."""
    folder = tmp_path / str(next(folders))
    folder.mkdir()
    name = f"ae.{suffix}"
    table = pd.DataFrame({"subject": people, "term": "Fall"})
    if suffix == "csv":
        table.to_csv(folder / name, index=False)
    else:
        table.to_excel(folder / name, index=False)
    padded = {text for text in people if text != text.strip()}
    if padded:
        found = rejected(folder, name, EVENTS)
        assert found.code == "EQ306"
        assert all(ascii(text) in found.what for text in padded)
    data = with_events(folder, name, IGNORING)
    assert sorted(data.events["participant"]) == sorted(t.strip() for t in people)
    told = " ".join(data.origin.reading)
    assert all(f"{text!a} as {text.strip()!r}" in told for text in padded)


def with_events(folder: Path, name: str, events: str) -> eq.TrialData:
    """The data of a folder in which a file of adverse events is already."""
    rule = FILES + events.replace("ae.csv", name)
    for file, text in {
        "people.csv": PEOPLE,
        "ratings.csv": RATINGS,
        "mapping.toml": rule,
    }.items():
        (folder / file).write_text(text, "utf-8")
    return eq.read_data(folder, protocol())


def rejected(folder: Path, name: str, events: str) -> Problem:
    """The only problem with which ``with_events`` is rejected."""
    with pytest.raises(DataError) as refusal:
        with_events(folder, name, events)
    (found,) = refusal.value.problems
    return found
