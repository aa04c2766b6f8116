"""The commands that run a trial; what they do is in tests/conduct/test_serve.py."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import serve
from equipoise.cli.commands import app
from equipoise.errors import ConductError


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.mark.parametrize("command", ["serve", "backup", "restore"])
def test_help_shows_a_worked_example(command: str) -> None:
    shown = run(command, "--help")
    assert shown.exit_code == 0
    assert "Example:" in shown.stdout


def test_a_site_is_a_code_and_a_name() -> None:
    for wrong in ("north", "=North", "north="):
        for option in ("--site", "--timezone"):
            refused = run("serve", "feder2021", option, wrong)
            assert refused.exit_code == 2


def test_a_trial_that_is_no_demonstration_is_always_empty() -> None:
    refused = run("serve", "feder2021", "--empty")
    assert refused.exit_code == 2
    assert "--demo" in refused.output


def test_an_unknown_protocol_makes_no_folder(tmp_path: Path) -> None:
    refused = run("serve", "no-such-trial", "--folder", tmp_path / "t")
    assert refused.exit_code == 1
    assert not (tmp_path / "t").exists()


def test_a_folder_without_a_trial_has_no_backup(tmp_path: Path) -> None:
    refused = run("backup", tmp_path, tmp_path / "out")
    assert refused.exit_code == 1
    assert "EQ902" in refused.output
    refused = run("restore", tmp_path, tmp_path / "t", "--keys", tmp_path)
    assert refused.exit_code == 1
    assert "EQ954" in refused.output


def test_without_its_packages_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serve, "find_spec", lambda name: None)
    with pytest.raises(ConductError, match=r"equipoise\[conduct\]"):
        serve.needs_conduct()
