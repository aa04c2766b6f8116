"""The command ``inspect``."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from equipoise.cli.commands import app
from tests.exchange.small import TUTORIAL

RUN = CliRunner()
PROTOCOL = str(TUTORIAL / "protocol.toml")


def test_the_page_is_written_and_the_status_is_the_verdict(tmp_path: Path) -> None:
    page = tmp_path / "out" / "page.html"
    data = str(TUTORIAL / "export.csv")
    done = RUN.invoke(app, ["inspect", PROTOCOL, data, "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert "Nothing prevents" in done.stdout
    assert page.is_file()


def test_refused_data_are_shown_with_status_1(tmp_path: Path) -> None:
    text = (
        (TUTORIAL / "export.csv").read_text("utf-8").replace("P-001,24h", "P-001,25h")
    )
    (tmp_path / "export.csv").write_text(text, "utf-8")
    mapping = ["--mapping", str(TUTORIAL / "mapping.toml")]
    out = ["--out", str(tmp_path / "page.html"), "--json"]
    command = ["inspect", PROTOCOL, str(tmp_path / "export.csv"), *mapping, *out]
    done = RUN.invoke(app, command)
    assert done.exit_code == 1
    made = json.loads(done.stdout)
    assert made["refused"]
    assert made["problems"][0]["code"] == "EQ343"
    assert (tmp_path / "page.html").is_file()


def test_data_without_arms_are_no_problem_and_only_for_a_dry_run(
    tmp_path: Path,
) -> None:
    """A script that checks a blinded trial goes on; it can ask whether arms are read."""
    text = (TUTORIAL / "export.csv").read_text("utf-8")
    rows = list(csv.reader(text.splitlines()))
    at = rows[0].index("rand_group")
    with (tmp_path / "export.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row[:at], *row[at + 1 :]] for row in rows)
    text = (TUTORIAL / "mapping.toml").read_text("utf-8")
    arm = next(e for e in text.split("\n\n") if "participants.arm" in e)
    (tmp_path / "mapping.toml").write_text(text.replace(arm, ""), "utf-8")
    command = ["inspect", PROTOCOL, str(tmp_path / "export.csv")]
    done = RUN.invoke(app, [*command, "--out", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    assert "only a dry run" in done.stdout
    done = RUN.invoke(app, [*command, "--json", "--out", str(tmp_path / "page.html")])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["blinded"]
