"""Makes the page of the calibrated scenario, and its picture.

Simulates 10,000 trials of the reference trial (a minute on two cores).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.runs import Execution, executor, run_trials
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.calibration import Target, residuals
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS

HERE = Path(__file__).parent
SEED, TRIALS = 1, 10_000
PUBLISHED = {  # Feder et al. 2021, abstract
    "difference at week 2, points": Target("caps5_change", "estimate", -11.88),
    "its standard error": Target("caps5_change", "std_error", 3.96),
    "response, ketamine": Target("response", "first", 0.67),
    "response, midazolam": Target("response", "second", 0.20),
    "median days to loss of response": Target("relapse", "first", 27.5),
}
TEXT = (HERE / "calibration_page.txt").read_text("utf-8")


def main() -> None:
    protocol, scenario = load_protocol("feder2021"), load_scenario("feder2021")
    run = Run(protocol, scenario, protocol.size.participants, SEED)
    with tempfile.TemporaryDirectory() as folder:
        estimates = run_trials(run, Execution(Path(folder), TRIALS, executor(2)))
    order = [endpoint.id for endpoint in run.endpoint_set().endpoints]
    targets = tuple(PUBLISHED.values())
    values = np.column_stack(
        [estimates[:, order.index(t.endpoint), FIELDS.index(t.field)] for t in targets]
    )
    table = residuals(targets, values)
    rows = [
        f"| {name} | {row.published:g} | {row.q25:.2f} to {row.q75:.2f} | "
        f"{row.median:.2f} | {row.percentile:.0f} |"
        for name, row in zip(PUBLISHED, table.itertuples(), strict=True)
    ]
    text = TEXT.format(trials=TRIALS, seed=SEED, rows="\n".join(rows))
    (HERE / "methods/calibration.md").write_text(text, "utf-8")
    made = Figure(figsize=(10, 5.2), layout="constrained")
    axes = made.subplots(2, 3)
    axes[1, 2].set_visible(False)
    for panel, name, own, row in zip(
        axes.flat, PUBLISHED, values.T, table.itertuples(), strict=False
    ):
        known = own[~np.isnan(own)]
        low, high = np.quantile(known, [0.002, 0.998])
        share = np.unique(known).size < 40  # proportions of 15
        edges = (np.arange(17) - 0.5) / 15 if share else np.linspace(low, high, 41)
        heights, _, bars = panel.hist(known, bins=edges, color="#9cc3de")
        middle = (edges[:-1] + edges[1:]) / 2
        for bar, x in zip(bars, middle, strict=True):
            if row.q25 - 1e-9 <= x <= row.q75 + 1e-9:
                bar.set_color("#0072B2")
        panel.axvline(row.published, color="#D55E00", linewidth=2)
        panel.set_title(f"{name}\npublished {row.published:g}", fontsize=10)
        panel.set_yticks([])
        panel.spines[["top", "right", "left"]].set_visible(False)
        del heights
    with mpl.rc_context():
        made.savefig(
            HERE / "images/calibration.png", dpi=110, metadata={"Software": None}
        )


if __name__ == "__main__":
    main()
