"""Tables of a comparison: what they print is what was simulated."""

import io
import re
from collections.abc import Mapping

import pandas as pd
import pytest

from equipoise.report.maintenance.tables import (
    differences,
    frame,
    outcomes,
    sensitivities,
    smarts,
    withdrawals,
)
from equipoise.simulate.maintenance.compare import OUTCOMES
from equipoise.simulate.maintenance.mean_days import mean_days
from equipoise.simulate.maintenance.smart import smart
from equipoise.simulate.maintenance.withdrawal import randomized_withdrawal
from tests.report.maintenance.compared import comparison, people


def test_each_schedule_has_a_row_of_what_was_simulated() -> None:
    made = comparison()
    rows = outcomes(made)
    assert [row["schedule"] for row in rows] == [
        "none",
        "every:28",
        "booster:14,most=3",
    ]
    assert rows[0]["more than none"] == rows[0]["per 10 days"] == "–"
    assert rows[1]["infusions"] == "2.0 (0.0)"
    mean = made.kept[1].values["days_true"].mean()
    assert float(rows[1]["days in response"].split()[0]) == pytest.approx(
        mean, abs=0.05
    )
    assert rows[2]["ratings"] == "5"


def test_the_file_holds_everything_unrounded() -> None:
    made = comparison()
    text = frame(made).to_csv(index=False)
    again = pd.read_csv(io.StringIO(text), keep_default_na=False).set_index("schedule")
    for outcome in OUTCOMES:
        assert float(again.loc["every:28", outcome]) == pytest.approx(
            made.kept[1].values[outcome].mean(), rel=1e-12
        )
    parts = ("", "_mcse", "_versus_none", "_versus_none_mcse")
    price = "infusions_per_10_days_gained"
    assert list(again) == [
        *(f"{outcome}{part}" for outcome in OUTCOMES for part in parts),
        price, f"{price}_mcse",
        "median_first_loss", "median_first_loss_low", "median_first_loss_high",
        "responders",
    ]  # fmt: skip
    assert again.loc["none", price] == ""
    assert again.loc["none", "days_true_versus_none"] == 0


def test_differences_mirror_each_other() -> None:
    rows = differences(comparison())
    assert rows[0]["than every:28"].lstrip("−") == rows[1]["than none"]
    assert rows[0]["than none"] == "–"


def test_sensitivities_show_days_and_what_is_gained() -> None:
    (row,) = sensitivities({"as assumed": comparison()})
    assert row["respond"].endswith("%")
    assert "(" not in row["none"]
    assert "(+" in row["every:28"]


def test_trials_that_nobody_could_run_say_so() -> None:
    made = comparison()
    trial = randomized_withdrawal(made, made.kept[1], trials=50)
    days = mean_days(made, made.kept[1], trials=50)
    good, bad = withdrawals([("every:28", trial, days), ("none", None, None)])
    assert good["responders randomized"] == str(trial.participants)
    assert good["by mean days"] == str(days.participants)
    assert bad["responders randomized"] == bad["by mean days"] == "> 20000"
    assert good.keys() == bad.keys()
    assert masked(good) == WITHDRAWN
    two = smart(people(), trials=50)
    fine, hopeless = smarts(people(), [("a | b", two), ("c | d", None)])
    assert fine["given the induction"] == str(two.treated)
    assert hopeless["responders randomized"] == "> 20000"
    assert fine.keys() == hopeless.keys()
    assert masked(fine) == SMART


WITHDRAWN = ["#", "#", "#", "#", "#", "# (#) %", "# (#) %", "#", "#", "# (#) %"]
SMART = ["#", "#", "# %", "−# (#)", "# (#) %", "# (#) %"]


def masked(row: Mapping[str, str]) -> list[str]:
    """Each cell with ``#`` for its numbers: what is left is its unit."""
    return [re.sub(r"\d+(\.\d+)?", "#", text) for text in list(row.values())[1:]]
