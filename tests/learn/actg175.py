"""ACTG 175, a real trial (Hammer et al. 1996), and what R found in samples of it."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from tests.shared_data import shared


def reference(name: str) -> Any:
    return json.loads(shared(f"reference/{name}.json").read_text(encoding="utf-8"))


def sample(n: int) -> pd.DataFrame:
    """Arms 0 and 1; every (rows - 1) / (n - 1)-th row, as R's truncated ``seq``."""
    trial = pd.read_csv(shared("data/actg175.csv"))
    both = trial[trial["arms"] < 2].reset_index(drop=True)
    places = [int(i * (len(both) - 1) / (n - 1) + 1e-9) for i in range(n)]
    chosen = both.loc[places].reset_index(drop=True)
    return chosen.assign(
        change=(chosen["cd420"] - chosen["cd40"]).astype(float),
        treated=chosen["arms"] == 1,
    )
