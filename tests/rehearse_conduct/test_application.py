"""The application of a rehearsal: its folder is that of a trial, and a failure is told."""

from pathlib import Path

import pytest

from equipoise.conduct.folder import Trial, prepare, reopen
from equipoise.errors import ConductError
from equipoise.rehearse_conduct.application import (
    SETTINGS,
    environment,
    staged,
    variables,
)
from equipoise.rehearse_conduct.run import plan_of


def test_commands_can_open_its_folder(tmp_path: Path) -> None:
    known = environment(tmp_path / "trial", "secret")
    assert known["DJANGO_SETTINGS_MODULE"] == SETTINGS
    assert known["EQUIPOISE_REHEARSAL_KEY"] == "secret"
    assert known["EQUIPOISE_DEMO"] == "1"
    assert int(known["EQUIPOISE_IDLE_MINUTES"]) > 60  # a slow machine logs nobody out
    assert reopen(tmp_path / "trial").demo
    assert (tmp_path / "trial" / "vault.key").stat().st_mode & 0o077 == 0
    again = environment(tmp_path / "trial", "secret")
    assert again["EQUIPOISE_SECRET"] == known["EQUIPOISE_SECRET"]


def test_it_says_why_it_does_not_start(tmp_path: Path) -> None:
    plan = plan_of("feder2021", seed=1, places=4, people=[])
    with (
        pytest.raises(ConductError, match="did not start"),
        staged(tmp_path / "trial", plan | {"protocol": "schema = 1"}, []),
    ):
        pass


def test_a_folder_that_is_set_up_already_is_served_as_it_is(tmp_path: Path) -> None:
    trial = prepare(Trial(tmp_path / "trial", demo=True, idle_minutes=5))
    known = variables(trial, "secret")
    assert known["EQUIPOISE_HOME"] == str(tmp_path / "trial")
    assert known["DJANGO_SETTINGS_MODULE"] == SETTINGS
    assert int(known["EQUIPOISE_IDLE_MINUTES"]) > 60
    assert not (tmp_path / "trial" / "trial.json").exists()  # its owner remembers it
