"""An export of the application is read without a mapping."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import equipoise as eq
from equipoise.errors import DataError
from tests.analyze import complete

ABOUT = {"schema": 1, "trial": "complete", "snapshot": "a" * 64, "concealed": False}


def exported(folder: Path, kind: str = "csv", **about: object) -> Path:
    """The complete trial as the application writes it: CSV or Parquet."""
    for name, frame in complete.data().contract_tables():
        if kind == "csv":
            frame.to_csv(folder / f"{name}.csv", index=False)
        else:
            frame.to_parquet(folder / f"{name}.parquet", index=False)
    stated = ABOUT | {"trial": complete.protocol().trial.id} | about
    (folder / "snapshot.json").write_text(json.dumps(stated), "utf-8")
    return folder


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_it_gives_the_data_of_the_trial_with_alerts(tmp_path: Path, kind: str) -> None:
    data = eq.read_data(exported(tmp_path, kind), complete.protocol())
    assert data.content_hash == complete.data().content_hash
    assert data.origin.files == ("snapshot aaaaaaaaaaaa",)
    for name, frame in complete.data().provided.items():
        assert_frame_equal(data.provided[name], frame, obj=name, check_exact=True)


@pytest.mark.parametrize("about", [{"concealed": True}, {"concealed": None}])
def test_a_part_of_the_alerts_is_not_taken_for_all(
    tmp_path: Path, about: dict[str, object]
) -> None:
    data = eq.read_data(exported(tmp_path, **about), complete.protocol())
    assert data.provided == {}
    assert len(data.events) == len(complete.data().events)


def test_a_mark_before_a_formula_is_taken_away_and_unplanned_visits_left_out(
    tmp_path: Path,
) -> None:
    folder = exported(tmp_path)
    events = pd.read_csv(folder / "events.csv", dtype="string")
    events.loc[0, "term"] = "'=HYPERLINK"
    events.loc[1, "term"] = "''quoted'"
    events.to_csv(folder / "events.csv", index=False)
    visits = pd.read_csv(folder / "visits.csv", dtype="string")
    more = visits.iloc[[0]].assign(visit="unscheduled-1")
    pd.concat([visits, more]).to_csv(folder / "visits.csv", index=False)
    data = eq.read_data(folder, complete.protocol())
    assert {"=HYPERLINK", "'quoted'"} <= set(data.events["term"])
    assert len(data.visits) == len(visits)


@pytest.mark.parametrize(
    "about", [{"trial": "another"}, {"schema": 2}, {"snapshot": ""}]
)
def test_an_export_of_another_trial_is_refused(
    tmp_path: Path, about: dict[str, object]
) -> None:
    with pytest.raises(DataError, match="EQ349"):
        eq.read_data(exported(tmp_path, **about), complete.protocol())


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = exported(tmp_path)
    (folder / "alerts.csv").unlink()
    with pytest.raises(DataError, match="EQ349"):
        eq.read_data(folder, complete.protocol())
