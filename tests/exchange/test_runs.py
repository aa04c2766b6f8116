"""Runs: the same for any number of workers, and resumable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange import run_folder, work_unit
from equipoise.exchange.runs import duration, runs, team, trials
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import Run
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 16, 5, ("response",))
OTHER = replace(RUN, n=20)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_folder, "LENGTH", 10)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Size and first trial of each chunk that is simulated."""
    seen: list[tuple[int, int]] = []
    real = work_unit.chunk

    def counting(run: Run, start: int, count: int) -> np.ndarray:
        seen.append((run.n, start))
        return real(run, start, count)

    monkeypatch.setattr(work_unit, "chunk", counting)
    return seen


def test_what_is_done_is_not_done_again(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    first = trials(RUN, 30, tmp_path)
    asked.clear()
    more = trials(RUN, 50, tmp_path)
    assert asked == [(16, 30), (16, 40)]
    np.testing.assert_array_equal(more[:30], first)
    assert len(trials(RUN, 20, tmp_path)) == 20


def test_several_runs_go_on_where_they_were_stopped(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    heard: list[str] = []

    def stopped(said: str) -> None:
        heard.append(said)
        if len(heard) == 3:
            raise KeyboardInterrupt

    both = [(tmp_path / "a", RUN), (tmp_path / "b", OTHER)]
    with pytest.raises(KeyboardInterrupt):
        runs(both, 20, progress=stopped)
    asked.clear()
    found = runs(both, 20)
    assert asked == [(20, 10)]
    for run, own in zip((RUN, OTHER), found, strict=True):
        np.testing.assert_array_equal(own, trials(run, 20, tmp_path / f"{run.n}"))


def test_the_precision_stops_each_run_by_itself_whatever_the_workers(
    tmp_path: Path,
) -> None:
    both = [("a", RUN), ("b", replace(RUN, n=40))]
    one = runs([(tmp_path / f, r) for f, r in both], 200, precision=0.06)
    two = runs(
        [(tmp_path / "two" / f, r) for f, r in both], 200, precision=0.06, team=team(2)
    )
    assert len(one[0]) < len(one[1]) < 200
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_folder_of_another_run_is_refused_before_any_trial(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    trials(OTHER, 10, tmp_path / "b")
    asked.clear()
    with pytest.raises(SimulationError, match="EQ642"):
        runs([(tmp_path / "a", RUN), (tmp_path / "b", replace(OTHER, seed=6))], 10)
    assert asked == []


def test_progress_says_what_is_done_and_what_is_left(tmp_path: Path) -> None:
    heard: list[str] = []
    trials(RUN, 20, tmp_path, progress=heard.append)
    assert heard[0].startswith("10 of 20 trials, about ")
    assert heard[0].endswith(" left")
    assert heard[1] == "20 of 20 trials"
    runs([(tmp_path, RUN), (tmp_path / "b", OTHER)], 20, progress=heard.append)
    assert heard[2].startswith("30 of 40 trials, 1 of 2 cells done, about ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (89.4, "89 s"), (300, "5 min"), (5399, "90 min"), (9000, "2.5 h")],
)
def test_a_length_of_time_as_one_would_say_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said
