"""The command that saves a REDCap project: what it prints, and what it never prints."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.exchange.redcap_connection import TOKEN
from tests.exchange.mock_redcap import SECRET, TUTORIAL, Project, serving


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    out = tmp_path / "out"
    with serving(Project()) as url:
        ran = CliRunner().invoke(app, ["redcap", url, "--out", str(out)])
        again = CliRunner().invoke(app, ["redcap", url, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "24 participants, 68 rows" in ran.output
    assert "1 fields that are marked as identifiers" in ran.output
    assert "-99 (not done)" in ran.output
    assert again.exit_code == 1
    assert SECRET not in ran.output + again.output
    assert SECRET not in "".join(p.read_text() for p in out.iterdir())
    assert oct((out / "records.csv").stat().st_mode)[-3:] == "600"


def test_map_writes_the_missing_codes_of_the_saved_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    out, mapping = tmp_path / "out", tmp_path / "mapping.toml"
    told = {
        "is_longitudinal": 0,
        "project_pi_email": "keller@example.org",
        "missing_data_codes": "-99, not done | UNK, Unknown",
    }
    with serving(Project(answers={"project": (200, json.dumps(told))})) as url:
        ran = CliRunner().invoke(app, ["redcap", url, "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "map with --dictionary writes them" in ran.output
    assert SECRET not in (out / "project.json").read_text("utf-8")
    assert json.loads((out / "project.json").read_text("utf-8")) == {
        "missing_data_codes": "-99, not done | UNK, Unknown"
    }
    assert oct((out / "project.json").stat().st_mode)[-3:] == "600"
    trial = ["--protocol", str(TUTORIAL / "protocol.toml"), "--out", str(mapping)]
    for words in (
        [str(out / "records.csv"), "--dictionary", str(out / "dictionary.csv")],
        [str(out)],
    ):
        mapping.unlink(missing_ok=True)
        done = CliRunner().invoke(app, ["map", *words, *trial])
        assert done.exit_code == 0, done.output
        assert 'missing = ["-99", "UNK"]' in mapping.read_text("utf-8")
