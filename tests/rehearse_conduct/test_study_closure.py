"""Exports, lock and unblinding on the pages; a trial that was changed is found."""

import io
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from equipoise.conduct.capture.end_of_trial import unlocked
from equipoise.errors import ConductError
from equipoise.rehearse_conduct import study_closure
from equipoise.rehearse_conduct.application import _run_setup, environment
from equipoise.rehearse_conduct.run import plan_of
from tests.rehearse_conduct.conftest import Begin, enrolled


def tables(content: bytes) -> dict[str, pd.DataFrame]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removesuffix(".parquet"): pd.read_parquet(
                io.BytesIO(archive.read(name))
            )
            for name in archive.namelist()
            if name.endswith(".parquet")
        }


@pytest.mark.parametrize("large", [False, True])
def test_the_end_of_a_trial(
    begun: Begin, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """Of a large one the files are made beside the page."""
    if large:
        monkeypatch.setattr("equipoise.conduct.export.export_job.AT_ONCE", 0)
        # In this thread: another one would not see what the test has not committed.
        monkeypatch.setattr(
            "equipoise.conduct.export.export_job.aside", lambda deed: deed()
        )
    cast = begun(
        "administrator", "coordinator", "investigator", "rater", "statistician"
    )
    part = enrolled(cast)
    at = part.after[-1].at
    masked = tables(study_closure.export(cast, at))
    assert "arm" not in masked["participants"]
    with pytest.raises(ConductError, match="no form for /lock/unblinding/"):
        study_closure.unblind(cast, at)
    study_closure.lock(cast, at)
    assert unlocked() == []
    data = tables(study_closure.unblind(cast, at))
    assert data["participants"]["arm"].isin(["ketamine", "midazolam"]).all()
    assert list(data["syringes"])
    assert data["syringes"].empty


def test_a_changed_entry_fails_the_rehearsal(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    plan = plan_of("feder2021", seed=1, places=4, people=[])
    _run_setup(environment(folder, "key"), plan | {"passwords": {}})
    with sqlite3.connect(folder / "trial.sqlite3") as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE audit_entry SET value = 'x' WHERE act = 'seal'")
    database.close()
    with pytest.raises(ConductError, match="audit verify failed"):
        study_closure.verify(folder)
