"""Runs: the same for any number of workers, and resumable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import SimulationError
from equipoise.exchange import process_pool, run_folder
from equipoise.exchange.runs import Execution, duration, executor, run_all, run_trials
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
    real = process_pool.simulate_chunk

    def counting(run: Run, start: int, count: int) -> np.ndarray:
        seen.append((run.n, start))
        return real(run, start, count)

    monkeypatch.setattr(process_pool, "simulate_chunk", counting)
    return seen


def test_what_is_done_is_not_done_again(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    first = run_trials(RUN, Execution(tmp_path, 30))
    asked.clear()
    more = run_trials(RUN, Execution(tmp_path, 50))
    assert asked == [(16, 30), (16, 40)]
    np.testing.assert_array_equal(more[:30], first)
    assert len(run_trials(RUN, Execution(tmp_path, 20))) == 20


def test_several_runs_continue_where_they_were_stopped(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    heard: list[str] = []

    def stopped(said: str) -> None:
        heard.append(said)
        if len(heard) == 3:
            raise KeyboardInterrupt

    both = [(tmp_path / "a", RUN), (tmp_path / "b", OTHER)]
    with pytest.raises(KeyboardInterrupt):
        run_all(both, Execution(tmp_path, 20, progress=stopped))
    asked.clear()
    found = run_all(both, Execution(tmp_path, 20))
    assert asked == [(20, 10)]
    for run, own in zip((RUN, OTHER), found, strict=True):
        np.testing.assert_array_equal(
            own, run_trials(run, Execution(tmp_path / f"{run.n}", 20))
        )


def test_the_precision_stops_each_run_by_itself_whatever_the_workers(
    tmp_path: Path,
) -> None:
    both = [("a", RUN), ("b", replace(RUN, n=40))]
    execution = Execution(tmp_path, 200, precision=0.06)
    one = run_all([(tmp_path / f, r) for f, r in both], execution)
    execution = replace(execution, executor=executor(2))
    two = run_all([(tmp_path / "two" / f, r) for f, r in both], execution)
    assert len(one[0]) < len(one[1]) < 200
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_a_folder_of_another_run_is_refused_before_any_trial(
    tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    run_trials(OTHER, Execution(tmp_path / "b", 10))
    asked.clear()
    with pytest.raises(SimulationError, match="EQ642"):
        run_all(
            [(tmp_path / "a", RUN), (tmp_path / "b", replace(OTHER, seed=6))],
            Execution(tmp_path, 10),
        )
    assert asked == []


def test_progress_says_what_is_done_and_what_is_left(tmp_path: Path) -> None:
    heard: list[str] = []
    run_trials(RUN, Execution(tmp_path, 20, progress=heard.append))
    assert heard[0].startswith("10 of 20 trials, about ")
    assert heard[0].endswith(" left")
    assert heard[1] == "20 of 20 trials"
    both = [(tmp_path, RUN), (tmp_path / "b", OTHER)]
    run_all(both, Execution(tmp_path, 20, progress=heard.append))
    assert heard[2].startswith("30 of 40 trials, 1 of 2 scenarios done, about ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (89.4, "89 s"), (300, "5 min"), (5399, "90 min"), (9000, "2.5 h")],
)
def test_a_duration_in_its_usual_unit(seconds: float, said: str) -> None:
    assert duration(seconds) == said
