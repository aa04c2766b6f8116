"""The folder of a run: whole chunks of that run and of no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import LibraryError, SimulationError
from equipoise.exchange import run_folder
from equipoise.exchange.run_folder import RunFolder
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.interim_analyses import read_design
from equipoise.simulate.operating_characteristics.summary import power_error
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 16, 5, ("response",))
RECORDED = "93684295419f52a3a10153969237c8d7062ea7144d2e2741797b00dde12648a4"


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "LENGTH", 10)


def filled(folder: Path, number: int) -> RunFolder:
    made = RunFolder(RUN, number, folder)
    for first in made.missing:
        made.save(first, simulate_chunk(RUN, first, made.lengths[first]))
    return made


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    first = filled(tmp_path, 25)
    assert first.complete
    again = RunFolder(RUN, 45, tmp_path)
    assert again.missing == [20, 30, 40]  # the third chunk held five trials of ten
    assert again.trials == 20
    np.testing.assert_array_equal(
        RunFolder(RUN, 15, tmp_path).estimates(), first.estimates()[:15]
    )


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("n", replace(RUN, n=18)),
        ("seed", replace(RUN, seed=6)),
        ("endpoints", replace(RUN, endpoints=("caps5_change",))),
        ("design", replace(RUN, design=read_design("pocock:0.5,1"))),
    ],
)
def test_the_folder_of_another_run_is_refused(
    tmp_path: Path, name: str, other: Run
) -> None:
    for one, two in ((RUN, other), (other, RUN)):
        folder = tmp_path / str(one is RUN)
        RunFolder(one, 10, folder)
        with pytest.raises(SimulationError, match=f"EQ642.*: {name} differ"):
            RunFolder(two, 10, folder)


def test_a_folder_that_names_the_scenario_truth_is_resumed(tmp_path: Path) -> None:
    filled(tmp_path, 10)
    path = tmp_path / "run.json"
    path.write_text(path.read_text("utf-8").replace('"scenario"', '"truth"'), "utf-8")
    assert RunFolder(RUN, 10, tmp_path).complete
    # The hashed text has the former name of the table [truth].
    assert RECORDED in path.read_text("utf-8")


def test_half_a_chunk_is_made_again(tmp_path: Path) -> None:
    filled(tmp_path, 10)
    path = tmp_path / "chunks/00000000.npy"
    np.save(path, np.load(path)[:4])
    assert RunFolder(RUN, 10, tmp_path).missing == [0]


def test_a_kill_while_writing_leaves_no_half_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written stands under another name until it is whole."""
    made = RunFolder(RUN, 10, tmp_path)

    def killed(file: object, *_: object, **__: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        made.save(0, simulate_chunk(RUN, 0, 10))
    assert RunFolder(RUN, 10, tmp_path).missing == [0]


def test_the_precision_counts_chunks_in_their_order(tmp_path: Path) -> None:
    """Whichever is done first, it ends at the first chunk after which it is reached."""
    whole = simulate_chunk(RUN, 0, 200)
    errors = [power_error(RUN, whole[: k + 10]) for k in range(0, 200, 10)]
    wanted = errors[6] * 1.0001
    last = next(10 * k for k, error in enumerate(errors) if error < wanted)
    made = RunFolder(RUN, 200, tmp_path, wanted)
    for first in reversed(range(0, 200, 10)):
        made.save(first, whole[first : first + 10])
        assert made.complete == (first == 0)
    assert made.last == last
    np.testing.assert_array_equal(made.estimates(), whole[: last + 10])


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(LibraryError, match="EQ003"):
        RunFolder(RUN, 10, tmp_path / "file")
    made = RunFolder(RUN, 10, tmp_path / "folder")
    (tmp_path / "folder/chunks").write_text("", "utf-8")
    with pytest.raises(LibraryError, match="EQ003"):
        made.save(0, simulate_chunk(RUN, 0, 2))
