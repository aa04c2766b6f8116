"""Data of the reference results, and a small trial of our own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from equipoise.numerics.rng import stream
from tests.shared_data import shared

LEVELS = {
    "RACE": ["Asian", "Black or African American", "White"],
    "SEX": ["Male", "Female"],
    "ARMCD": ["PBO", "TRT"],
}
FIXED = "FEV1 ~ RACE + SEX + ARMCD * AVISIT + "
MODEL = "y ~ x + arm * visit + us(visit | id)"


def fev_data() -> pd.DataFrame:
    """``fev_data`` of R mmrm, its factors in the order of R."""
    frame = pd.read_csv(shared("data/fev_data.csv"))
    for name, levels in LEVELS.items():
        frame[name] = pd.Categorical(frame[name], categories=levels)
    return frame


def antidepressant_data() -> pd.DataFrame:
    """The antidepressant trial, its visits as a factor."""
    frame = pd.read_csv(shared("data/antidepressant_data.csv"))
    return frame.astype({"VISIT": str})


def reference(name: str) -> dict[str, Any]:
    """A file of reference results of R."""
    content = json.loads(shared(f"reference/{name}.json").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


def small(seed: int = 1, n: int = 24, visits: int = 3) -> pd.DataFrame:
    """A small trial with dropout."""
    draw = stream(seed, "small")
    rows = []
    for person in range(n):
        level = draw.normal()
        for visit in range(visits):
            if visit and draw.random() < 0.15:
                continue
            arm = "ab"[person % 2]
            y = level + draw.normal() + 0.5 * visit * (arm == "b")
            rows.append((f"{person:02d}", f"v{visit}", arm, level + draw.normal(), y))
    return pd.DataFrame(rows, columns=["id", "visit", "arm", "x", "y"])


def largest(ours: Any, theirs: Any) -> float:
    """Largest relative difference."""
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert a.shape == b.shape
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-300), initial=0.0))
