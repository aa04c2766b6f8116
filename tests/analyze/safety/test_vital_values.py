"""Values, changes and extremes, recomputed from the table of measurements."""

from __future__ import annotations

import pytest
from scipy import stats

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_signs import vital_signs
from equipoise.analyze.safety.vital_values import periods
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


@pytest.fixture(scope="module")
def rows() -> dict[str, Estimate]:
    endpoint = feder().endpoint("vital_signs")
    return {
        e.id.removeprefix("vital_signs."): e
        for e in vital_signs(feder(), virtual(), endpoint)
    }


def test_the_mean_is_that_of_participants_after_that_of_their_infusions(
    rows: dict[str, Estimate],
) -> None:
    data = virtual()
    table = data.measurements
    own = table[(table["name"] == "PULSE") & (table["timepoint_min"] == 40)]
    each = own.groupby("participant")["value"].mean()
    each = each[data.arm.reindex(each.index) == "midazolam"]
    row = rows["value.PULSE.all-infusions.min-40.midazolam"]
    assert row.estimate == pytest.approx(each.mean())
    assert rows["sd.PULSE.all-infusions.min-40.midazolam"].estimate == pytest.approx(
        each.std()
    )
    assert row.n == len(each)


def test_change_is_from_the_last_value_before_the_infusion(
    rows: dict[str, Estimate],
) -> None:
    data = virtual()
    table = data.measurements
    table = table[(table["name"] == "SYSBP") & (table["visit"] == "infusion-1")]
    wide = table.pivot(index="participant", columns="timepoint_min", values="value")
    arm = data.arm.reindex(wide.index)
    change = (wide[40] - wide[-30])[arm == "ketamine"].dropna()
    own = rows["change.SYSBP.infusion-1.min-40.ketamine"]
    assert own.estimate == pytest.approx(change.mean())
    assert own.std_error == pytest.approx(change.std() / len(change) ** 0.5)
    assert own.n == len(change)


def test_the_difference_is_that_of_the_arms_with_the_interval_of_welch(
    rows: dict[str, Estimate],
) -> None:
    data = virtual()
    table = data.measurements
    table = table[table["name"] == "SYSBP"]
    wide = table.pivot(
        index=["participant", "visit"], columns="timepoint_min", values="value"
    )
    each = (wide[20] - wide[-30]).groupby("participant").mean()
    arm = data.arm.reindex(each.index)
    wanted = stats.ttest_ind(
        each[arm == "ketamine"], each[arm == "midazolam"], equal_var=False
    ).confidence_interval()
    own = rows["change-difference.SYSBP.all-infusions.min-20"]
    assert own.contrast == "ketamine - midazolam"
    assert (own.lower, own.upper) == pytest.approx((wanted.low, wanted.high))


def test_extremes_are_of_each_participant_and_of_all(rows: dict[str, Estimate]) -> None:
    data = virtual()
    table = data.measurements
    minute = table["timepoint_min"]
    own = table[(table["name"] == "DIABP") & (minute > 0) & (minute <= 40)]
    top = own.groupby("participant")["value"].max()
    top = top[data.arm.reindex(top.index) == "ketamine"]
    assert rows["maximum.DIABP.during.ketamine"].estimate == pytest.approx(top.mean())
    assert rows["highest.DIABP.during.ketamine"].estimate == top.max()
    later = table[(table["name"] == "OXYSAT") & (minute > 40)]
    low = later.groupby("participant")["value"].min()
    low = low[data.arm.reindex(low.index) == "midazolam"]
    assert rows["lowest.OXYSAT.after.midazolam"].estimate == low.min()
    assert rows["minimum.OXYSAT.after.midazolam"].estimate == pytest.approx(low.mean())


def test_without_a_length_everything_after_the_start_is_one_period() -> None:
    assert list(periods(None)) == ["after-start"]
    assert periods(40)["after"][0] == 40


def test_an_arm_with_one_participant_has_no_interval() -> None:
    values = {(p, "infusion", m): 120.0 + m for p in ("A1", "P1") for m in (-10, 20)}
    data = trial_data(arms={"A1": "active", "P1": "placebo"}, values=values)
    made = {e.id: e for e in vital_signs(trial(), data, trial().endpoint("signs"))}
    own = made["signs.change.SYSBP.all-infusions.min-20.active"]
    assert (own.estimate, own.lower, own.n) == (30, None, 1)
    assert made["signs.change-difference.SYSBP.all-infusions.min-20"].lower is None
