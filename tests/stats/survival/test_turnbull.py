"""Turnbull's curve against R, and its laws."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.survival import kaplan_meier, turnbull

WANTED = json.loads((Path(__file__).parent / "interval/curves.json").read_text())


def test_r_on_twenty_participants() -> None:
    """R prints the curve at the middle of each interval that holds mass."""
    since = np.array(WANTED["since"], dtype=float)
    event = np.array([u is not None for u in WANTED["until"]])
    until = np.array([u if u is not None else 0 for u in WANTED["until"]], dtype=float)
    fit = turnbull(since, until, event)
    theirs = dict(zip(WANTED["time"], WANTED["surv"], strict=True))
    drops = {t: s for t, s in theirs.items() if t in (10.5, 21.0, 42.0, 70.0)}
    # R leaves the first piece, (0, 7], at its right end; its search stops at about 1e-5.
    assert fit.curve["upper"].tolist() == [7, 14, 28, 56, 84]
    assert_allclose(fit.curve["survival"], [theirs[7.0], *drops.values()], atol=1e-5)
    assert fit.median == (28, 56)


@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=2, max_size=25))
def test_known_days_give_the_kaplan_meier_curve(rows: list[tuple[int, bool]]) -> None:
    time = np.array([t for t, _ in rows], dtype=float)
    event = np.array([e for _, e in rows])
    curve = turnbull(time, time, event).curve
    plain = kaplan_meier(pd.Series(time), pd.Series(event)).curve
    drops = plain[plain["events"] > 0]
    assert curve["upper"].tolist() == drops["time"].tolist()
    assert_allclose(curve["survival"], drops["survival"], atol=1e-5)


def test_a_common_end_is_no_common_event() -> None:
    """(0, 7] and (7, 14]: one event in each, not both on day 7."""
    fit = turnbull(np.array([0.0, 7]), np.array([7.0, 14]), np.array([True, True]))
    assert fit.curve["probability"].tolist() == [0.5, 0.5]


def test_no_events_no_mass_and_nobody_no_curve() -> None:
    fit = turnbull(np.array([5.0, 9]), np.zeros(2), np.zeros(2, dtype=bool))
    assert fit.curve.empty
    assert fit.median is None
    with pytest.raises(AnalysisError, match="number of observations = 0"):
        turnbull(np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool))
