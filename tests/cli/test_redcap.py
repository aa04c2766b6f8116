"""The command that saves a REDCap project: what it prints, and what it never prints."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.exchange.redcap_connection import TOKEN
from tests.exchange.mock_redcap import SECRET, Project, serving


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
