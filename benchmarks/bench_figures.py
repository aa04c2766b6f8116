"""What the figures of a report cost, before and after their layout was solved once.

Run with ``make bench``, or alone with ``pytest benchmarks/bench_figures.py -s``. Both ways
are timed in one run, in turns, as processor time: seconds of different days or machines
do not compare, their ratio does. Nothing here gates the tests.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from statistics import median
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.layout_engine import ConstrainedLayoutEngine

import equipoise as eq
from equipoise.analyze.run import unblinded
from equipoise.exchange.scenarios import load_scenario
from equipoise.report.document import document
from equipoise.report.figures import style
from equipoise.report.formats.pixels import drawings, pixels
from equipoise.simulate.trial import simulate

ROUNDS = 3


def _former(made: Any, title: str) -> bytes:
    """SVG with letters as paths, then PNG: laid out and drawn twice by matplotlib."""
    vector, raster = BytesIO(), BytesIO()
    made.set_layout_engine(ConstrainedLayoutEngine(w_pad=0.04, h_pad=0.04))
    with mpl.rc_context({"svg.hashsalt": "equipoise", "svg.fonttype": "path"}):
        made.savefig(vector, format="svg", metadata={"Date": None, "Title": title})
    made.savefig(raster, format="png", dpi=200, metadata={"Software": None})
    return vector.getvalue()


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    made = call()
    return time.process_time() - start, made


def test_figures_of_the_reference_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in turns; prints the share of saving figures."""
    protocol = eq.load_protocol("feder2021")
    data = simulate(protocol, load_scenario("feder2021"), seed=2021)
    results = eq.analyze(protocol, data)
    known = unblinded(protocol, data, blind="refuse", seed=0)
    now, spent = style.as_svg, {"before": 0.0, "now": 0.0}

    def counted(name: str, call: Callable[[Any, str], bytes]) -> Any:
        def run(made: Any, title: str) -> bytes:
            seconds, svg = _timed(lambda: call(made, title))
            spent[name] += seconds
            return svg

        return run

    rows: dict[str, list[tuple[float, float]]] = {"before": [], "now": []}
    for _ in range(ROUNDS):
        for name, call in (("before", _former), ("now", now)):
            monkeypatch.setattr(style, "as_svg", counted(name, call))
            spent[name] = 0.0
            whole, made = _timed(lambda: document(protocol, known, results))
            rows[name].append((whole, spent[name]))
            if name == "now":
                drawings.cache_clear()
                png, _ = _timed(lambda made=made: pixels(made))  # type: ignore[misc]
                rows[name][-1] = (whole + png, spent[name] + png)
    print("\n\n| | tables and figures, s | of which saving figures, s |\n|---|---|---|")
    for name, times in rows.items():
        whole, saving = (median(column) for column in zip(*times, strict=True))
        print(f"| {name} | {whole:.2f} | {saving:.2f} |")
    old, new = (median(t[1] for t in rows[name]) for name in ("before", "now"))
    print(f"\nSaving figures now takes {new / old:.2f} of what it took.")
    assert rows["now"]
