from io import BytesIO

import pandas as pd
import pytest

from equipoise.report.datasets import files
from equipoise.report.datasets.files import dataset_files, datasets, notes_on
from equipoise.report.datasets.trial import Trial
from tests.analyze.feder import feder
from tests.analyze.small import data, protocol
from tests.report import made


def test_parquet_and_csv_hold_the_same() -> None:
    pytest.importorskip("pyarrow")
    trial = Trial(feder(), made.data())
    sets = datasets(trial)
    found = dataset_files(trial, sets)
    assert list(sets) == ["ADSL", "ADQS", "ADRESP", "ADTTE", "ADAE"]
    for item in sets.values():
        one = pd.read_csv(
            BytesIO(found[f"adam/{item.stem}.csv"]), float_precision="round_trip"
        )
        other = pd.read_parquet(BytesIO(found[f"adam/{item.stem}.parquet"]))
        assert list(one) == list(other) == [v.name for v in item.variables]
        for name in one:
            same = one[name].eq(other[name]) | (one[name].isna() & other[name].isna())
            assert same.fillna(False).all(), name


def test_without_pyarrow_the_codebook_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    trial = Trial(protocol(), data())
    found = dataset_files(trial, datasets(trial))
    assert not [name for name in found if name.endswith(".parquet")]
    assert "pyarrow is not installed" in found["adam/codebook.md"].decode()


def test_a_dry_run_names_every_file_as_one() -> None:
    known = data(events=[("A1", "headache", 1, False)])
    trial = Trial(protocol(), known, dummy=True)
    found = dataset_files(trial, datasets(trial))
    assert all(name.startswith("adam/dummy-") for name in found)
    assert "adam/dummy-adae.csv" not in found
    for name, content in found.items():
        if name.endswith(".csv"):
            assert b"headache" not in content
            assert b"DUMMY" in content or "codebook" in name
    assert "DUMMY ALLOCATION" in found["adam/dummy-codebook.md"].decode()


def test_files_without_events_say_that_they_are_not_there() -> None:
    notes = notes_on(Trial(protocol(), data()), parquet=True)
    assert any(note.startswith("There is no ADAE") for note in notes)
    known = data(events=[("A1", "headache", 1, False)])
    again = notes_on(Trial(protocol(), known), parquet=True)
    assert not any(note.startswith("There is no ADAE") for note in again)
