"""``equipoise learn responders`` as a statistician runs it on the reference trial."""

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import equipoise as eq
from equipoise import library
from equipoise.cli import app
from tests.learn.responders_trial import trial
from tests.protocol.test_check_candidates import GOOD
from tests.protocol.test_interim_refusal import SIZE


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["learn", "responders", *map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("learn")
    _, data = trial()
    eq.write_data(data, made / "data")
    text = library.text("protocols", "feder2021")
    (made / "declared.toml").write_text(text.replace(SIZE, GOOD + SIZE, 1), "utf-8")
    return made


def test_the_order_of_reading(folder: Path) -> None:
    start = time.process_time()  # not of other programs on a busy machine
    result = run("feder2021", folder / "data", "--out", folder / "out")
    assert result.exit_code == 0, result.output
    assert time.process_time() - start < 10  # issue 21
    order = ["2.05 SD", "Joint test", "Age", "EQ851", "folds", "This trial cannot tell"]
    places = [result.stdout.index(text) for text in order]
    assert places == sorted(places)
    assert (folder / "out" / "responders.html").exists()


def test_numbers_of_the_file_are_those_of_the_text(folder: Path) -> None:
    result = run("feder2021", folder / "data", "--out", folder / "j", "--json")
    numbers = json.loads(result.stdout)
    assert numbers == json.loads((folder / "j" / "responders.json").read_text("utf-8"))
    assert round(numbers["detectable_sd"]["randomized"], 2) == 2.05
    assert numbers["joint_test"]["draws"] == 1999
    assert numbers["rule"] is None
    assert all(one["post_hoc"] for one in numbers["candidates"])


def test_declared_candidates_and_the_protocol_before_unblinding(folder: Path) -> None:
    words = (folder / "declared.toml", folder / "data", "--out", folder / "d")
    result = run(*words, "--protocol-before", folder / "declared.toml")
    assert result.exit_code == 0, result.output
    assert "log Duration of PTSD" in result.stdout
    assert "more benefit where it is lower" in result.stdout
    assert "Female benefits more" in result.stdout
    refused = run(*words, "--protocol-before", "feder2021")
    assert refused.exit_code == 1
    assert refused.output.count("EQ852") == 2


def test_blinded_data_run_on_a_dummy_allocation_only(folder: Path) -> None:
    _, data = trial()
    eq.write_data(data.blinded(), folder / "blinded")
    words = ("feder2021", folder / "blinded", "--out", folder / "b")
    assert "EQ451" in run(*words).output
    result = run(*words, "--dummy")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Dummy allocation")
    page = (folder / "b" / "responders.html").read_text("utf-8")
    assert "DUMMY ALLOCATION" in page
    assert "EQ454" in run("feder2021", folder / "data", *words[2:], "--dummy").output
