"""Values of R survival and cmprsk on one set of data, for the tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WANTED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "methods" / "reference.json").read_text("utf-8")
)
# R prints 17 digits; it stops at a relative change of 1e-11 of the log-likelihood, after
# which Newton's method has about twice as many digits.
RTOL = 1e-8


def frame() -> pd.DataFrame:
    """120 participants: three arms, four sites, ties, late entry, two causes."""
    return pd.DataFrame(WANTED["data"]).assign(
        group=lambda d: pd.Categorical.from_codes(d["arm"].astype(int), ["a", "b", "c"])
    )


def bladder() -> pd.DataFrame:
    """Recurrences of bladder tumours (R survival::bladder2)."""
    data = pd.DataFrame(WANTED["bladder"]["data"])
    return data.assign(treated=data["rx"] == 2)


def array(*keys: str) -> np.ndarray:
    """A reference value as an array."""
    value: Any = WANTED
    for key in keys:
        value = value[key]
    return np.array(value, dtype=float)
