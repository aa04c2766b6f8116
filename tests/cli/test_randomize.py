"""``equipoise randomize`` as a statistician and a pharmacist run it."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app

PAGE = Path("docs/how-to/randomization-list.md")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def made(folder: Path, *more: object) -> Result:
    return run(
        "randomize", "feder2021", "--n", 8, "--site", "A", "--site", "B",
        "--out", folder / "list", *more,
    )  # fmt: skip


def test_the_list_and_its_key_are_apart(tmp_path: Path) -> None:
    key = tmp_path / "unblinded" / "key.csv"
    result = made(tmp_path, "--key", key, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["allocations"] == 16
    assert {p.name for p in (tmp_path / "list").iterdir()} == {"list.csv", "cards.pdf"}
    for path in (key, key.with_suffix(".pdf")):
        assert path.stat().st_mode & 0o777 == 0o600
    text = (tmp_path / "list" / "list.csv").read_text("utf-8")
    seed = re.search(r"# seed: (\d+)", key.read_text("utf-8"))
    assert seed
    assert int(seed[1]) > 2**64
    assert seed[1] not in text
    assert "ketamine" not in text
    assert seed[1] not in result.output


def test_a_list_is_verified_with_and_without_its_key(tmp_path: Path) -> None:
    key = tmp_path / "key.csv"
    made(tmp_path, "--key", key)
    path = tmp_path / "list" / "list.csv"
    alone = run("randomize", "verify", path)
    assert alone.exit_code == 0
    assert "not compared" in alone.stdout
    for arguments in ((path, "--key", key), (key,), (key, "--protocol", "feder2021")):
        both = run("randomize", "verify", *arguments, "--json")
        assert json.loads(both.stdout)["arms"] == "identical"
    other = tmp_path / "other.csv"
    run("randomize", "feder2021", "--n", 8, "--seed", 5, "--out", tmp_path / "x",
        "--key", other)  # fmt: skip
    assert run("randomize", "verify", path, "--key", other).exit_code == 1
    path.write_text(path.read_text("utf-8").replace(",3,", ",4,"), "utf-8")
    changed = run("randomize", "verify", path)
    assert changed.exit_code == 1
    assert "position is '4', expected '3'" in changed.output


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        result = made(folder, "--seed", 7, "--key", folder / "key.csv")
        assert "can be found by trying" in result.output
    for name in ("list/list.csv", "list/cards.pdf", "key.csv", "key.pdf"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "EQ842"),  # the seed would be lost
        (("--key", "{folder}/list/key.csv"), "EQ842"),
        (("--key", "{folder}/list/../list/deep/key.csv"), "EQ842"),
        (("--key", "{folder}/there.csv"), "EQ842"),
        (("--site", "A", "--seed", 1), "EQ840"),
    ],
)
def test_an_unsafe_list_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[object, ...], code: str
) -> None:
    (tmp_path / "there.csv").write_text("a key in use")
    texts = [str(a).format(folder=tmp_path) for a in arguments]
    result = made(tmp_path, *texts)
    assert result.exit_code == 1
    assert code in result.output
    assert [p.name for p in tmp_path.rglob("*")] == ["there.csv"]
    assert (tmp_path / "there.csv").read_text() == "a key in use"


def test_a_list_in_use_is_not_replaced(tmp_path: Path) -> None:
    assert made(tmp_path, "--seed", 1).exit_code == 0
    again = made(tmp_path, "--seed", 2)
    assert again.exit_code == 1
    assert "already exists" in again.output


def test_a_list_that_states_its_seed_says_whom_it_is_for(tmp_path: Path) -> None:
    result = made(tmp_path, "--seed", 1, "--show-seed")
    assert "unblinded staff only" in result.output
    verified = run("randomize", "verify", tmp_path / "list" / "list.csv", "--json")
    assert json.loads(verified.stdout)["arms"] == "identical"


def test_the_commands_of_the_page_do_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PAGE.read_text("utf-8").replace("\\\n", " ")
    commands = re.findall(r"^equipoise (.+)$", page, re.M)
    assert len(commands) >= 4
    monkeypatch.chdir(tmp_path)
    for command in commands:
        result = run(*shlex.split(command))
        assert result.exit_code == 0, result.output


def test_a_missing_file_and_a_key_that_is_a_list_are_refused(tmp_path: Path) -> None:
    assert "EQ841" in run("randomize", "verify", tmp_path / "none.csv").output
    made(tmp_path, "--seed", 1)
    path = tmp_path / "list" / "list.csv"
    assert "has no seed" in run("randomize", "verify", path, "--key", path).output
