"""Writes the simulated data sets of `equipoise.load_example`.

Run from the project: ``python docs/example_data.py``. The files are committed; a test
checks that this script still writes them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import equipoise as eq
from equipoise.dataset import derive
from equipoise.dataset.trialdata import TrialData
from equipoise.exchange.scenarios import load_scenario
from equipoise.protocol.model import Protocol
from equipoise.simulate.trial import simulate

FOLDER = Path(__file__).parents[1] / "src" / "equipoise" / "library" / "data"
SEED = 2021
RATED = ("post-24h", "week-1", "week-2")


def files() -> dict[str, str]:
    """The text of each file by its name."""
    protocol, scenario = eq.load_protocol("feder2021"), load_scenario("feder2021")
    small = simulate(protocol, scenario, seed=SEED)
    large = simulate(protocol, scenario, seed=SEED, n=200)
    return {
        "feder2021.csv": ratings(small, protocol).to_csv(index=False),
        "relapse.csv": relapse(large, protocol).to_csv(index=False),
    }


def randomized(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """Arm and baseline CAPS-5 of each randomized participant."""
    people = data.participants.dropna(subset="arm").set_index("participant")
    baseline = derive.baseline(data, protocol, "caps5.total").astype(int)
    return pd.DataFrame({"arm": people["arm"]}).join(baseline.rename("baseline"))


def ratings(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """One row for each participant and visit with a CAPS-5 rating."""
    table = derive.score_table(data, "caps5.total").dropna(subset="value")
    table = table[table["visit"].isin(RATED)].astype({"value": int})
    frame = table.merge(randomized(data, protocol), on="participant")
    frame["change"] = frame["value"] - frame["baseline"]
    order = frame["visit"].map(RATED.index)
    frame = frame.assign(order=order).sort_values(["participant", "order"])
    columns = ["participant", "arm", "visit", "baseline", "value", "change"]
    return frame[columns].rename(columns={"value": "caps5"})


def relapse(data: TrialData, protocol: Protocol) -> pd.DataFrame:
    """One row for each participant: response at week 2, and days until its loss."""
    frame = randomized(data, protocol)
    state = derive.holds(data, protocol, "response", "week-2")
    frame["response"] = state.reindex(frame.index).astype("Int64")
    loss = derive.first_loss(data, protocol, "relapse").set_index("participant")
    frame["days"] = (loss["day"] - loss["start_day"]).astype("Int64")
    frame["lost"] = loss["event"].astype("Int64")
    return frame.reset_index()


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
