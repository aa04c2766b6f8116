import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.options import SurvivalInterval
from equipoise.stats.survival import (
    KaplanMeier,
    kaplan_meier,
    log_rank,
    number_at_risk,
)
from tests.shared_data import shared

STRATIFIED = Path(__file__).parent / "stratified" / "reference.json"
TIMES = st.lists(st.integers(1, 30), min_size=1, max_size=25)
# R survival 3.5-3 prints its numbers in full; both sides are products of fractions.
RTOL = 1e-9


def middle(fit: KaplanMeier) -> tuple[float | None, ...]:
    return fit.median, fit.median_lower, fit.median_upper


def lung() -> pd.DataFrame:
    frame = pd.read_csv(shared("data/lung.csv"))
    return frame.assign(event=frame["status"] == 2)


@pytest.mark.reference
@pytest.mark.parametrize("strata", ["all", "sex"])
@pytest.mark.parametrize("interval", ["log-log", "log", "plain"])
def test_curve_and_median_agree_with_r(strata: str, interval: SurvivalInterval) -> None:
    text = shared("reference/survival_km.json").read_text()
    wanted = json.loads(text)["km"][f"lung.{strata}.{interval}"]
    frame = lung()
    groups = [frame] if strata == "all" else [frame[frame["sex"] == s] for s in (1, 2)]
    curves = []
    for row, group in zip(wanted["table"].values(), groups, strict=True):
        fit = kaplan_meier(group["time"], group["event"], interval=interval)
        curve = fit.curve
        assert middle(fit) == (row["median"], row["0.95LCL"], row["0.95UCL"])
        assert curve["events"].sum() == row["events"]
        curves.append(curve[curve["time"] > 0])
    found = pd.concat(curves)
    curve = wanted["curve"]
    assert found["time"].tolist() == curve["time"]
    assert found["at_risk"].tolist() == curve["n_risk"]
    assert found["censored"].tolist() == curve["n_censor"]
    for name, key in (("survival", "surv"), ("lower", "lower"), ("upper", "upper")):
        ours = found[name].astype(float)
        known = ours.notna().to_numpy()
        theirs = np.array(curve[key], dtype=float)
        np.testing.assert_allclose(ours[known], theirs[known], rtol=RTOL)
        assert known.sum() > 100


@pytest.mark.property
@given(times=TIMES)
def test_median_of_complete_times_is_their_median(times: list[int]) -> None:
    """Even numbers of people included: the middle of the two middle times."""
    time = pd.Series(times)
    fit = kaplan_meier(time, pd.Series(True, index=time.index))
    assert fit.median == pytest.approx(float(np.median(times)))


@pytest.mark.property
@given(times=TIMES, seed=st.integers(0, 2**20))
def test_curve_falls_within_its_interval_whatever_the_order_of_rows(
    times: list[int], seed: int
) -> None:
    frame = pd.DataFrame({"time": times, "event": [(t + seed) % 3 > 0 for t in times]})
    fit = kaplan_meier(frame["time"], frame["event"])
    curve = fit.curve
    assert (curve["survival"].diff().dropna() <= 1e-12).all()
    assert curve["at_risk"].iloc[0] == len(times)
    known = curve.dropna(subset="lower")
    assert (known["lower"].astype(float) <= known["survival"]).all()
    assert (known["survival"] <= known["upper"].astype(float)).all()
    shuffled = frame.sample(frac=1, random_state=seed)
    again = kaplan_meier(shuffled["time"], shuffled["event"])
    pd.testing.assert_frame_equal(curve, again.curve)
    assert middle(fit) == middle(again)


def test_median_on_a_flat_step_is_its_middle() -> None:
    """By hand: S = 0.75, 0.5, 0.25, 0 at 10, 20, 40, 80; one half from 20 to 40."""
    time = pd.Series([10, 20, 40, 80])
    assert kaplan_meier(time, pd.Series([True] * 4)).median == 30


def test_median_of_a_curve_that_stays_at_one_half_is_where_it_gets_there() -> None:
    time, event = pd.Series([10, 20, 40, 80]), pd.Series([True, True, False, False])
    assert kaplan_meier(time, event).median == 20


def test_a_curve_above_one_half_has_no_median() -> None:
    time, event = pd.Series([10, 20, 40]), pd.Series([True, False, False])
    fit = kaplan_meier(time, event)
    assert fit.median is None
    assert fit.curve["survival"].tolist() == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3])


def test_an_end_at_zero_gives_the_median_no_upper_limit() -> None:
    """At survival 0 the log-log interval does not exist, so nothing bounds from above."""
    fit = kaplan_meier(pd.Series([3, 5]), pd.Series([True, True]))
    assert fit.median == 4
    assert fit.median_upper is None
    assert fit.curve["upper"].iloc[-1] is None


def test_an_unknown_interval_is_rejected_and_not_taken_for_another() -> None:
    with pytest.raises(AnalysisError, match="'loglog' is not an option") as caught:
        kaplan_meier(pd.Series([1, 2]), pd.Series([True, False]), interval="loglog")  # type: ignore[arg-type]
    assert caught.value.code == "EQ460"
    with pytest.raises(AnalysisError) as caught:
        kaplan_meier(pd.Series([1, 2]), pd.Series([True, False]), level=95)
    assert caught.value.code == "EQ460"


@pytest.mark.parametrize(
    ("time", "event"),
    [
        ([-1.0, 2.0], [True, False]),
        ([float("nan"), 2.0], [True, False]),
        ([1.0, 2.0], [1, 2]),  # a status coded 1 and 2
        ([1.0, 2.0], [True, None]),
    ],
)
def test_impossible_times_and_events_are_rejected(
    time: list[float], event: list[object]
) -> None:
    given = pd.Series(time), pd.Series(event)
    with pytest.raises(AnalysisError) as caught:
        kaplan_meier(*given)
    assert caught.value.code == "EQ461"
    with pytest.raises(AnalysisError):
        log_rank(*given, pd.Series(["a", "b"]))


def test_a_table_without_participants_is_rejected() -> None:
    with pytest.raises(AnalysisError, match="EQ462 number of participants"):
        number_at_risk([], [], [0, 1], [])


def test_events_of_0_and_1_are_those_of_false_and_true() -> None:
    time = pd.Series([3, 5, 8])
    numbers = kaplan_meier(time, pd.Series([1, 0, 1]))
    flags = kaplan_meier(time, pd.Series([True, False, True]))
    pd.testing.assert_frame_equal(numbers.curve, flags.curve)
