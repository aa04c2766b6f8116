"""How long fits take, and how much memory: ratios in one run where machines differ.

Run with ``make bench``, or alone with ``pytest benchmarks/bench_mmrm.py -s``; the table at
the end is the one of docs/methods/mmrm-speed.md. Nothing here gates the tests.
"""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equipoise as eq
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm.aliasing import Basis, basis
from equipoise.stats.mmrm.design import Design, design
from equipoise.stats.mmrm.formula import parse
from equipoise.stats.mmrm.inference import Satterthwaite
from equipoise.stats.mmrm.kenward_roger import kenward_roger
from equipoise.stats.mmrm.maximize import Maximum, maximize
from equipoise.stats.mmrm.moments import Moments, moments

ROWS: list[tuple[str, str, str]] = []
SMALL = "y ~ base * visit + arm * visit + us(visit | id)"


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Prints what was measured."""
    yield
    print("\n\n| what | budget | measured |\n|---|---|---|")
    for row in ROWS:
        print("| " + " | ".join(row) + " |")


def told(what: str, budget: str, measured: str) -> None:
    """Adds a row to the table."""
    ROWS.append((what, budget, measured))


def fastest(run: Callable[[], Any], times: int = 5) -> float:
    """Seconds of the fastest of several runs: the machines are shared."""
    best = np.inf
    for _ in range(times):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return float(best)


def trial(n: int, visits: int, dropout: float, seed: int = 1) -> pd.DataFrame:
    """A trial with monotone dropout."""
    draw = stream(seed, "benchmark", "mmrm", n, visits)
    person = np.repeat(np.arange(n), visits)
    visit = np.tile(np.arange(visits), n)
    base = draw.normal(size=n)
    level = draw.normal(size=n)[person] + 0.5 * base[person]
    y = level + draw.normal(size=n * visits) + 0.2 * visit * (person % 2)
    gone = draw.random((n, visits)) < dropout
    gone[:, 0] = False
    stays = ~np.maximum.accumulate(gone, axis=1).reshape(-1)
    names = [f"v{v:02d}" for v in range(visits)]
    frame = pd.DataFrame(
        {
            "id": person,
            "visit": pd.Categorical.from_codes(visit, names),
            "arm": pd.Categorical.from_codes(person % 2, ["placebo", "active"]),
            "base": base[person],
            "y": y,
        }
    )
    return frame[stays].reset_index(drop=True)


def matrices(n: int, visits: int, columns: int, dropout: float) -> Design:
    """A design with so many columns, the last ones covariates of participants."""
    frame = trial(n, visits, dropout)
    extra = columns - 2 * visits - 1
    draw = stream(2, "benchmark", "covariates")
    for k in range(max(extra, 0)):
        frame[f"c{k:02d}"] = draw.normal(size=n)[frame["id"]]
    names = [f"c{k:02d}" for k in range(max(extra, 0))]
    text = " + ".join(["y ~ base + arm * visit", *names, "us(visit | id)"])
    whole = design(parse(text), frame)
    if extra < 0:
        whole = replace(whole, X=np.ascontiguousarray(whole.X[:, :columns]))
    assert whole.X.shape[1] == columns
    return whole


def search(whole: Design, axes: Basis, data: Moments) -> Maximum:
    """All iterations."""
    return maximize(data.model(axes, reml=True), data.blocks[0].start(data.start[0]))


def fit(whole: Design, df: str) -> None:
    """From the matrices to degrees of freedom of every coefficient."""
    axes = basis([whole])
    data = moments([whole], axes, "us")
    top = search(whole, axes, data)
    assert top.converged
    if df == "kenward-roger":
        kenward_roger(top.model, top.at, linear=False).single(axes.turn)
    else:
        Satterthwaite(top.at, top.at.Phi).single(axes.turn)


def test_iterations_do_not_grow_with_participants() -> None:
    """The sums are made once: an iteration sees visits and columns only."""
    seconds, steps = {}, {}
    for n in (1_000, 1_000_000):
        whole = matrices(n, 4, 12, 0.05)
        axes = basis([whole])
        data = moments([whole], axes, "us")
        steps[n] = search(whole, axes, data).n_iterations
        seconds[n] = fastest(lambda w=whole, a=axes, d=data: search(w, a, d))  # type: ignore[misc]
    each = {n: seconds[n] / steps[n] for n in seconds}
    told(
        "an iteration at 1,000,000 x 4, over one at 1,000 x 4",
        "at most 2",
        f"{each[1_000_000] / each[1_000]:.2f}",
    )


def test_a_million_participants() -> None:
    """From the design matrix to degrees of freedom, and the memory of it."""
    whole = matrices(1_000_000, 4, 12, 0.05)
    seconds = fastest(lambda: fit(whole, "satterthwaite"), times=3)
    told("1,000,000 x 4, 12 columns: pass and fit", "2 s", f"{seconds:.2f} s")
    tracemalloc.start()
    fit(whole, "satterthwaite")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ratio = (whole.X.nbytes + peak) / whole.X.nbytes
    told("its peak memory, over the design matrix", "under 3", f"{ratio:.2f}")


@pytest.mark.parametrize("pattern", ["dropout", "any missingness"])
def test_ten_visits(pattern: str) -> None:
    """A large trial with many covariates, after dropout or with any gaps."""
    whole = matrices(1_000, 10, 30, 0.03)
    if pattern != "dropout":
        keep = stream(3, "benchmark", "missing").random(len(whole.y)) > 0.1
        fields = ("X", "y", "weight", "subject", "visit", "group", "position")
        whole = replace(whole, **{name: getattr(whole, name)[keep] for name in fields})
    for df, budget in (("satterthwaite", 0.1), ("kenward-roger", 0.3)):
        seconds = fastest(lambda how=df: fit(whole, how))  # type: ignore[misc]
        told(
            f"1,000 x 10, 30 columns, {pattern}: {df}",
            f"{budget} s",
            f"{seconds:.3f} s",
        )


def test_twenty_thousand_participants() -> None:
    """From the frame, formula included."""
    frame = trial(20_000, 4, 0.05)
    seconds = fastest(lambda: eq.mmrm(SMALL, frame).coefficients)
    told(
        "20,000 x 4: one call from the frame (R mmrm: 19.8 s)",
        "1,000 times R",
        f"{seconds:.3f} s, {19.8 / seconds:.0f} times",
    )


def test_a_small_trial_and_many_of_them() -> None:
    """The size of the reference trial: one call, and simulations."""
    frame = trial(30, 4, 0.05)
    one = fastest(lambda: eq.mmrm(SMALL, frame).coefficients, times=30)
    told("30 x 4: one call, formula included", "10 ms", f"{one * 1e3:.1f} ms")
    whole = trial(30, 4, 0.0)
    plan = eq.mmrm_design(SMALL, whole)
    plan = plan.contrasts("arm", by="visit", reference="placebo")
    draw = stream(5, "benchmark", "trials")
    y = draw.normal(size=(2_000, 30, 1)) + draw.normal(size=(2_000, 30, 4))
    gone = draw.random(y.shape) < 0.05
    gone[:, :, 0] = False
    y[np.maximum.accumulate(gone, axis=2)] = np.nan
    y = y.reshape(2_000, -1)
    many = fastest(lambda: eq.mmrm_batch(plan, y), times=3) / 2_000
    told(
        "many trials of 30 x 4 in one call",
        "1,000 a second",
        f"{1 / many:.0f} a second",
    )

    def loop() -> None:
        for own in y[:30]:
            found = eq.mmrm(SMALL, whole.assign(y=own))
            if found.converged:
                found.contrasts("arm", by="visit", reference="placebo")

    ratio = fastest(loop, times=3) / 30 / many
    told("the same, over a loop of single calls", "25 times", f"{ratio:.0f} times")


def test_the_import() -> None:
    """In a process of its own."""

    def load(name: str) -> float:
        return fastest(
            lambda: subprocess.run(  # noqa: S603 - this very interpreter
                [sys.executable, "-c", f"import {name}"], check=True
            ),
            times=5,
        )

    bare = load("sys")
    told("import equipoise", "0.5 s", f"{load('equipoise') - bare:.2f} s")
    told(
        "import equipoise.stats.mmrm",
        "",
        f"{load('equipoise.stats.mmrm') - bare:.2f} s",
    )
